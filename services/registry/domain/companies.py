"""The companies register's extract: what its rows say, and how organizers differ from it (spec/domain.md, Huvudman).

Its form is in docs/api/companies-register.md. A column that is not in the file says nothing; an empty value in one that
is there says that the companies register has none.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from services.contracts.event import Wire
from services.contracts.registry import CompanyForm, FieldChange, Municipality, PublicOrganizer, Region
from services.contracts.vocabulary import (
    AddressType,
    CompanyStatus,
    LegalEntityStatus,
    NotACodeError,
    OrganizationNumber,
    OrganizerType,
    ProviderType,
)
from services.registry.domain.checks import CONTROL, EMAIL, LONGEST, PHONE
from services.registry.domain.normal import phone
from services.registry.domain.organizers import ContactValues, changes_between, with_values
from services.registry.domain.rules import Rule

KINDS = ("new", "changed", "gone")
NUMBER, NAME = "organizationNumber", "displayName"
ADDRESS = {"careOfAddress": 100, "streetAddress": 100, "postalCode": 5, "locality": 100}
LONGEST_OTHER = 100
NO_CELL: Any = ("no cell",)
"""What stands for a cell that a cut row lacks: no text, so that the row is refused and removes nothing."""
LEGAL_PERSON = "2"
"""The third digit of a legal person's number is at least this; below are persons' own numbers (SFS 1974:174)."""

DATE_TO_COME = Rule("extract-date-to-come", "The extract is dated on a day to come", "ours: no register knows tomorrow")
NOTHING_CHOSEN = Rule("nothing-chosen", "No difference is chosen that can still be applied", "ours")


class UnreadableError(Exception):
    """The file as a whole cannot be read; the message says what is wrong."""


class RowError(Exception):
    """A row that cannot be taken. Code and words as in docs/api/companies-register.md."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Places:
    """Names of municipalities and counties by their codes."""

    municipalities: Mapping[str, str]
    regions: Mapping[str, str]


class Said(Wire):
    """What a row says; a field that was not set is one that the file has no column for."""

    display_name: str
    organizer_type: OrganizerType | None = None
    address: Mapping[str, str | None] | None = None
    email: str | None = None
    phone_number: str | None = None
    company_form: CompanyForm | None = None
    company_status: CompanyStatus | None = None
    municipalities: tuple[Municipality, ...] = ()
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: where it stands in the file (1 is the first), and what it says."""

    row: int
    number: str
    said: Said


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is passed over. A number that is a person's is not told."""

    row: int
    number: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extract:
    """A file that was read."""

    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]


def read_extract(content: bytes, places: Places) -> Extract:
    """Read CSV with a heading, or JSON (a list, or one object a line), in UTF-8. Raises UnreadableError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 (byte {error.start})") from error
    rows, refused, seen = list[Row](), list[Refused](), set[str]()
    for place, cells in enumerate(_cells(text), 1):
        number = str(cells.get(NUMBER) or "").strip().replace("-", "")
        try:
            rows.append(Row(place, _number(number, seen), _said(cells, places)))
            seen.add(number)
        except RowError as error:
            refused.append(Refused(place, _shown(number), error.code, error.reason))
    if not rows and not refused:
        raise UnreadableError("the file has no rows")
    return Extract(tuple(rows), tuple(refused))


def merged(before: PublicOrganizer, said: Said) -> PublicOrganizer:
    """The organizer with its base data as the row says. Its type and own contact values stay."""
    update: dict[str, Any] = {name: getattr(said, name) for name in said.model_fields_set & BASE}
    if "address" in said.model_fields_set:
        update["address"] = said.address and {"type": AddressType.POSTADRESS, **said.address}
    after = PublicOrganizer.model_validate(before.model_dump() | update)
    theirs = ContactValues(
        email=said.email if "email" in said.model_fields_set else _of(before, "email"),
        phone_number=said.phone_number if "phone_number" in said.model_fields_set else _of(before, "phone_number"),
    )
    return with_values(after, ProviderType.SCB, theirs)


BASE = {"display_name", "company_form", "company_status", "municipalities", "regions"}


def new_organizer(number: str, said: Said) -> PublicOrganizer:
    """The organizer that a row of an unknown number makes. Raises RowError: without a type nobody knows its rules."""
    if said.organizer_type is None:
        raise RowError("type-needed", "a new organizer needs its organizerType")
    first = PublicOrganizer(
        organization_number=OrganizationNumber(number), display_name=said.display_name,
        organizer_type=said.organizer_type, legal_entity_status=LegalEntityStatus.INKLUDERAD_SKV,
    )  # fmt: skip
    return merged(first, said)


def differs(before: PublicOrganizer, said: Said) -> tuple[FieldChange, ...]:
    """How an organizer's base data differ from a row."""
    return changes_between(before, merged(before, said))


def as_gone(before: PublicOrganizer) -> PublicOrganizer:
    """What a whole extract no longer has is no active company. Whether it is in our register is not theirs to say."""
    return before.model_copy(update={"company_status": CompanyStatus.EJ_LANGRE_AKTIV})


def is_older(as_of: date, held: date | None) -> bool:
    """Whether an extract is older than the one that an organizer's base data come from."""
    return held is not None and as_of < held


def _of(organizer: PublicOrganizer, name: str) -> str | None:
    """The companies register's own value: what is left when the organizer's is taken away."""
    values = {"email": [(e.provider_type, e.email) for e in organizer.email],
              "phone_number": [(p.provider_type, p.phone) for p in organizer.phone_number]}[name]  # fmt: skip
    return next((value for provider, value in values if provider is ProviderType.SCB), None)


def _cells(text: str) -> Iterator[Mapping[str, Any]]:
    if text.lstrip()[:1] in {"{", "["}:
        yield from _json_rows(text)
        return
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    reader.restval = NO_CELL
    try:
        if missing := {NUMBER, NAME} - set(reader.fieldnames or ()):
            raise UnreadableError(f"no column {', '.join(sorted(missing))}")
        yield from reader
    except csv.Error as error:
        raise UnreadableError(f"not CSV: {error}") from error


def _json_rows(text: str) -> Iterator[Mapping[str, Any]]:
    is_list = text.lstrip().startswith("[")
    try:
        found = [json.loads(line) for line in ([text] if is_list else text.splitlines()) if line.strip()]
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {error}") from error
    rows = found[0] if is_list else found
    if not all(isinstance(row, dict) for row in rows):
        raise UnreadableError("JSON, but not a list of companies")
    yield from rows


def _number(digits: str, seen: set[str]) -> str:
    try:
        OrganizationNumber(digits)
    except NotACodeError as error:
        raise RowError("number-form", "not ten digits with a right check digit") from error
    if digits[2] < LEGAL_PERSON:
        raise RowError("personal-number", "the number is a person's; an organizer is a legal person")
    if digits in seen:
        raise RowError("row-twice", "the organization number stands in an earlier row too")
    return digits


def _shown(number: str) -> str:
    """A number as it may be told: nothing that is, or looks like, a person's."""
    return number if re.fullmatch(r"[0-9]{2}[2-9][0-9]{7}", number, re.ASCII) else ""


def _said(cells: Mapping[str, Any], places: Places) -> Said:
    """What the cells say; only columns that are there are set. Raises RowError."""
    if None in cells:
        raise RowError("malformed", "the row has more cells than the heading")
    row = {name: _text(name, value) for name, value in cells.items() if isinstance(name, str)}
    if not row.get(NAME):
        raise RowError("name-needed", "the company has no name")
    found: dict[str, Any] = {
        name: row[name] for name in (NAME, "organizerType", "email", "phoneNumber", "companyStatus") if name in row
    }
    if not found.get("organizerType"):
        found.pop("organizerType", None)
    if ADDRESS.keys() & row.keys():
        found["address"] = {name: row.get(name) for name in ADDRESS} if any(map(row.get, ADDRESS)) else None
    if "companyFormCode" in row:
        code, name = row["companyFormCode"], row.get("companyFormName")
        found["companyForm"] = {"code": code, "displayName": name or code} if code else None
    found |= _places(row, places)
    _check(found)
    try:
        return Said.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise RowError("malformed", "/".join(map(str, first["loc"])) + f": {first['msg']}") from error


def _text(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str | int):
        raise RowError("malformed", f"{name if name.isprintable() else 'a column'} is not a text")
    text = " ".join(str("" if value is None else value).split()) or None
    if name == "postalCode" and text:
        text = text.replace(" ", "")
    return phone(text) if name == "phoneNumber" else text


def _places(row: Mapping[str, str | None], places: Places) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, field, code_name, names in (
        ("municipalityCode", "municipalities", "municipalityCode", places.municipalities),
        ("regionCode", "regions", "regionCode", places.regions),
    ):
        if column in row:
            code = row[column]
            if code and code not in names:
                raise RowError("place-unknown", f"{column} is none of the register's")
            found[field] = [{code_name: code, "displayName": names[code]}] if code else []
    return found


def _check(found: Mapping[str, Any]) -> None:
    texts = {name: value for name, value in found.items() if isinstance(value, str)} | (found.get("address") or {})
    texts |= {"companyForm": " ".join((found.get("companyForm") or {}).values())}
    for name, text in texts.items():
        most = ADDRESS.get(name, LONGEST["display_name"] if name == NAME else LONGEST_OTHER)
        if text and (len(text) > most or CONTROL.search(text)):
            raise RowError("malformed", f"{name} is longer than {most} characters, or has control characters")
    for name, form in (("email", EMAIL), ("phoneNumber", PHONE)):
        if found.get(name) and not form.fullmatch(found[name]):
            raise RowError("malformed", f"{name} has not the form of one")
