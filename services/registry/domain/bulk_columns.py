"""The columns of a file with many school units: what each is called, and how a unit's fields become cells and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from services.contracts.vocabulary import (
    GRADES,
    AddressType,
    Orientation,
    ReportType,
    SchoolType,
    SchoolTypePart,
    SchoolUnitType,
)
from services.registry.domain.bulk_words import WORDS
from services.registry.domain.state import EditableFields, SchoolUnit
from services.registry.domain.units import editable

Kind = Literal["text", "choice", "yes-no", "codes"]
CODE, VERSION = "schoolUnitCode", "version"
IDENTITY_NUMBER, WORK_EMAIL = "headMasterPersonalIdentityNumber", "headMasterWorkEmail"
YES, NO = "Ja", "Nej"
YES_NO: Mapping[str, bool] = {YES: True, NO: False}


class UnknownValueError(Exception):
    """A cell has a word that its column does not know."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `name` is the field's path in v2's words, `values` what a cell may have where that is limited."""

    name: str
    heading: str
    kind: Kind = "text"
    values: tuple[str, ...] = ()
    width: int = 18

    @property
    def has_words(self) -> bool:
        """Whether people read words where the register has codes."""
        return bool(self.values) and self.values[0] in WORDS


def _choice(name: str, heading: str, values: type[StrEnum]) -> Column:
    return Column(name, heading, "choice", tuple(values))


def _yes_no(name: str, heading: str) -> Column:
    return Column(name, heading, "yes-no", (YES, NO), 12)


def _address(kind: AddressType, heading: str, **more: str) -> list[Column]:
    parts = {
        "careOfAddress": "c/o", "streetAddress": "gatuadress", "postalCode": "postnummer", "locality": "postort",
    } | more  # fmt: skip
    return [Column(f"addresses/{kind}/{name}", f"{heading}, {part}") for name, part in parts.items()]


PLACE = f"addresses/{AddressType.BESOKSADRESS}/geoCoordinates"
PAIRS = (("coordinateSweRefN", "coordinateSweRefE"), ("latitude", "longitude"))
COLUMNS = (
    Column(CODE, "Skolenhetskod", width=14),
    Column(VERSION, "Version"),
    Column("displayName", "Namn", width=36),
    Column("schoolName", "Skolans namn", width=30),
    _choice("schoolUnitType", "Typ av skolenhet", SchoolUnitType),
    _choice("orientationType", "Inriktning", Orientation),
    Column("municipalityCode", "Kommunkod", width=12),
    Column("url", "Webbadress", width=30),
    Column("email", "E-postadress", width=30),
    Column("phoneNumber", "Telefonnummer"),
    Column("headMaster", "Rektor", width=26),
    Column(WORK_EMAIL, "Rektors e-postadress i arbetet (skyddas)", width=30),
    Column(IDENTITY_NUMBER, "Rektors personnummer (skyddas; tomt = oförändrat)", width=24),
    Column("schoolTypes", "Skolformer", "codes", tuple(SchoolType), 22),
    *[
        Column(f"schoolTypeProperties/{name.lower()}/grades", f"Årskurser {name}", "codes", GRADES[name])
        for name in GRADES
    ],
    Column("schoolTypeProperties/gy/programmes", "Program GY", "codes", width=24),
    Column("schoolTypeProperties/gy/csnCode", "CSN-kod GY"),
    Column("schoolTypeProperties/gyan/programmes", "Program GYAN", "codes", width=24),
    Column("schoolTypeProperties/vux/schoolTypeParts", "Delar av komvux", "codes", tuple(SchoolTypePart), 24),
    _yes_no("specialSupportSchool", "Resursskola"),
    _yes_no("hospitalSchool", "Sjukhusskola"),
    _choice("reportsStudents", "Rapporterar elever", ReportType),
    _choice("reportsPersonell", "Rapporterar personal", ReportType),
    _yes_no("municipalAdultEducationProvidedInternally", "Komvux i egen regi"),
    *_address(AddressType.BESOKSADRESS, "Besöksadress"),
    Column(f"{PLACE}/coordinateSweRefN", "Besöksadress, SWEREF 99 TM N"),
    Column(f"{PLACE}/coordinateSweRefE", "Besöksadress, SWEREF 99 TM E"),
    Column(f"{PLACE}/latitude", "Besöksadress, latitud (WGS 84)"),
    Column(f"{PLACE}/longitude", "Besöksadress, longitud (WGS 84)"),
    *_address(AddressType.POSTADRESS, "Postadress"),
    *_address(AddressType.LEVERANSADRESS, "Leveransadress"),
    *_address(AddressType.UTLANDSADRESS, "Utlandsadress", country="land", continent="världsdel"),
)
BY_NAME = {column.name: column for column in COLUMNS}
PATHS = {column.name: column.name.split("/") for column in COLUMNS[2:]}
"""Where each editable field lies."""
NAMES = {column.name.lower(): column.name for column in COLUMNS} | {c.heading.lower(): c.name for c in COLUMNS}
"""A column by what may stand above it: the field's name or the Swedish heading, in whatever letters."""
ANYWHERE = ("schoolUnitType",)
"""Choices that cannot be empty."""


def cells_of(unit: SchoolUnit) -> dict[str, str]:
    """A unit as cells. The identity number is never handed out: its cell is empty, and an empty one keeps it."""
    body = _by_type(editable(unit))
    found = {CODE: str(unit.code), VERSION: str(unit.version)}
    return found | {name: _text(_at(body, path)) for name, path in PATHS.items()}


def intent(unit: SchoolUnit, changed: Mapping[str, str]) -> EditableFields:
    """The unit's fields with the cells that are other than the unit's own; all else stays.

    Raises UnknownValueError, whose argument is the column, where a cell has a word that is none of its column's.
    """
    body = _by_type(editable(unit))
    for name, text in changed.items():
        _put(body, PATHS[name], value_of(BY_NAME[name], text))
    _drop_the_pair_that_stayed(body, changed)
    body["addresses"] = [{"type": kind} | address for kind, address in body["addresses"].items()]
    return EditableFields.model_validate(body)


def value_of(column: Column, text: str) -> Any:
    """What a cell says. Raises UnknownValueError."""
    text = text.strip()
    if column.name == IDENTITY_NUMBER:
        return text or None
    if column.kind == "text":
        return text
    if column.kind == "codes":
        words = [word.upper() for word in re.split(r"[\s,;]+", text) if word]
        if column.values and not column.name.endswith("/grades") and not set(words) <= set(column.values):
            raise UnknownValueError(column.name)
        return words
    if not text and column.name not in ANYWHERE:
        return None
    if column.kind == "yes-no" and text.capitalize() in YES_NO:
        return YES_NO[text.capitalize()]
    if text.upper() not in column.values:
        raise UnknownValueError(column.name)
    return text.upper()


def _drop_the_pair_that_stayed(body: dict[str, Any], changed: Mapping[str, str]) -> None:
    """Who moves a place in one system of coordinates, and leaves the other as it was, wants that one computed."""
    moved = [any(f"{PLACE}/{name}" in changed for name in pair) for pair in PAIRS]
    if moved[0] != moved[1]:
        for name in PAIRS[moved[0]]:
            _put(body, [*PLACE.split("/"), name], None)


def _by_type(fields: EditableFields) -> dict[str, Any]:
    body = fields.model_dump(mode="json", by_alias=True, exclude_none=True)
    body["addresses"] = {each.pop("type"): each for each in body.get("addresses", [])}
    return body


def _at(body: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(body, dict):
            return None
        body = body.get(name)
    return body


def _put(body: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        if value in (None, "", []) and name not in body:
            return
        body = body.setdefault(name, {})
    body[path[-1]] = value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return ", ".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)
