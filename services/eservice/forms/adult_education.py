"""What is typed about contracts and education providers; nothing typed is ever dropped."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.contracts.vocabulary import NotACodeError, OrganizationNumber
from services.eservice import texts
from services.eservice.forms.users import day_or_none

Typed = Mapping[str, Sequence[str]]
PARTS = "schoolTypeParts"
NAME, NUMBER = "providerName", "providerNumber"
"""The provider's name and number, under words of their own."""
FIELDS = ("folkHighschoolName", "careOfAddress", "streetAddress", "postalCode", "locality", "email", "phoneNumber")
PROVIDER_NAMES = (NUMBER, NAME, *FIELDS)
RIGHTS_NAMES = ("validFrom", "validTo", PARTS, "decision")
MOST_PERIODS = 50
DATE_FORM = "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-08-17."
OWN_WORDS = {"name-needed": "Skriv anordnarens namn."}
Errors = dict[str, str]


def from_parts(parts: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What the form shows of a contract's parts: each period on a row of its own."""
    typed: dict[str, list[str]] = {}
    seen: dict[str, int] = {}
    for part in parts:
        kind = part["schoolTypePart"]
        if kind not in seen:
            typed.setdefault(PARTS, []).append(kind)
        row = seen[kind] = seen.get(kind, -1) + 1
        for end in ("validFrom", "validTo"):
            if part[end]:
                typed[f"{PARTS}/{kind}/{row}/{end}"] = [part[end]]
    return typed


def rows(typed: Typed) -> dict[str, int]:
    """How many rows each part has in the form: those that are filled in, and an empty one."""
    found = dict.fromkeys(texts.VUX_PARTS, 1)
    for name, values in typed.items():
        match = re.fullmatch(rf"{PARTS}/(\w+)/([0-9]{{1,2}})/valid(?:From|To)", name, re.ASCII)
        if match and match[1] in found and any(text.strip() for text in values):
            found[match[1]] = max(found[match[1]], min(int(match[2]) + 2, MOST_PERIODS))
    return found


def ticked(typed: Typed) -> list[str]:
    """The parts that the contract has, in the form's order. The dates of others do not count."""
    return [kind for kind in texts.VUX_PARTS if kind in typed.get(PARTS, ())]


def part_names(typed: Typed) -> list[str]:
    """The names of the form's inputs."""
    return [PARTS, *(name for kind in texts.VUX_PARTS for name in _dates_of(typed, kind))]


def missing_parts(typed: Typed) -> Errors:
    """What must be written in another way before the registry can be asked."""
    errors: Errors = {}
    for kind in ticked(typed):
        names = _dates_of(typed, kind)
        errors |= {name: DATE_FORM for name in names if one(typed, name) and day_or_none(one(typed, name)) is None}
        for name in names:
            first = name.removesuffix("To") + "From"
            if name.endswith("/validTo") and one(typed, name) and not one(typed, first):
                errors.setdefault(first, "Skriv den första dagen också.")
        if not any(one(typed, name) for name in names):
            errors[names[0]] = "Skriv från vilken dag delen gäller."
    return errors


def to_parts(typed: Typed) -> list[dict[str, Any]]:
    """A contract's parts as the registry takes them."""
    return [
        {"schoolTypePart": name.split("/")[1], "validFrom": first, "validTo": day(typed, f"{name[: -len('From')]}To")}
        for kind in ticked(typed)
        for name in _dates_of(typed, kind)
        if name.endswith("/validFrom") and (first := day(typed, name))
    ]


def begins(contract: Mapping[str, Any], today: str) -> str | None:
    """The day to come on which a contract that is not active begins; None when there is none."""
    to_come = [part["validFrom"] for part in contract[PARTS] if part["validFrom"] > today]
    return min(to_come) if to_come and contract["status"] != "aktiv" else None


def from_provider(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the form shows of a provider as the administration gets it."""
    return {name: [fields[name]] for name in FIELDS if fields.get(name)} | {NAME: [fields["displayName"]]}


def to_provider(typed: Typed) -> dict[str, Any]:
    """What is said of a provider, as the registry takes it."""
    return {"displayName": one(typed, NAME)} | {name: one(typed, name) or None for name in FIELDS}


def to_new_provider(typed: Typed) -> dict[str, Any]:
    """A new provider, as the registry takes it."""
    return {"organizationNumber": _digits(typed), "provider": to_provider(typed)}


def missing_provider(typed: Typed) -> Errors:
    """What is wrong with a new provider."""
    errors = {} if one(typed, NAME) else {NAME: OWN_WORDS["name-needed"]}
    try:
        OrganizationNumber(_digits(typed))
    except NotACodeError:
        errors = {NUMBER: "Skriv organisationsnumret med tio siffror. Kontrollera siffrorna."} | errors
    return errors


def new_provider_rows(typed: Typed) -> list[dict[str, Any]]:
    """What will be entered, for the check page."""
    names = [name for name in PROVIDER_NAMES if one(typed, name)]
    return [{"field": name, "before": None, "after": one(typed, name)} for name in names]


def from_rights(rights: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """What the form shows of grading rights."""
    if rights is None:
        return {}
    single = {name: [rights[name]] for name in ("validFrom", "validTo", "decision") if rights[name]}
    return single | {PARTS: list(rights[PARTS])}


def missing_rights(typed: Typed) -> Errors:
    """What must be written in another way."""
    errors = {} if one(typed, "validFrom") else {"validFrom": DATE_FORM}
    for name in ("validFrom", "validTo"):
        if one(typed, name) and day_or_none(one(typed, name)) is None:
            errors[name] = DATE_FORM
    return errors


def to_rights(typed: Typed) -> dict[str, Any]:
    """Grading rights as the registry takes them."""
    parts = [part for part in typed.get(PARTS, ()) if part in texts.VUX_PARTS]
    return {
        "validFrom": day(typed, "validFrom"),
        "validTo": day(typed, "validTo"),
        PARTS: parts,
        "decision": one(typed, "decision"),
    }


def errors_by_name(errors: Sequence[Mapping[str, Any]]) -> Errors:
    """The registry's errors as sentences, by the input that each stands beside."""
    found: Errors = {}
    for error in errors:
        words = OWN_WORDS.get(error["code"]) or texts.error(error["code"], error.get("params", {}))
        found.setdefault(_input(str(error["pointer"]).lstrip("/")), words)
    return found


def told(changed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Changes in words: periods and days as people write them."""
    return [
        {**change, "field": NAME if change["field"] == "displayName" else change["field"],
         "before": _told(change["field"], change["before"]), "after": _told(change["field"], change["after"])}
        for change in changed
    ]  # fmt: skip


def period(first: str, last: str | None) -> str:
    """From which day to which."""
    return f"{texts.day(first)} till och med {texts.day(last)}" if last else f"{texts.day(first)} och tills vidare"


def day(typed: Typed, name: str) -> str | None:
    """The day that was typed, as it is sent; None where it is none."""
    found = day_or_none(one(typed, name))
    return found.isoformat() if found else None


def one(typed: Typed, name: str) -> str:
    """A single input's text, trimmed."""
    return (typed.get(name) or [""])[0].strip()


def _dates_of(typed: Typed, kind: str) -> list[str]:
    return [f"{PARTS}/{kind}/{row}/{end}" for row in range(rows(typed)[kind]) for end in ("validFrom", "validTo")]


def _told(field: str, value: Any) -> Any:
    if field.startswith(f"{PARTS}/") and value:
        return "; ".join(period(*text.split("/")) for text in value)
    return texts.day(value) if field in {"gradingRightsFrom", "gradingRightsTo"} and value else value


def _input(pointer: str) -> str:
    """The input of a pointer: a part's is that of its first row."""
    own = {"displayName": NAME, "organizationNumber": NUMBER}
    match = re.fullmatch(rf"{PARTS}/(\w+)/(\w+)", pointer)
    if match:
        return f"{PARTS}/{match[1]}/0/{match[2]}"
    return own.get(pointer, pointer)


def _digits(typed: Typed) -> str:
    return re.sub(r"[\s-]", "", one(typed, NUMBER))
