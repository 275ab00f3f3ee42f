"""The form for a unit: names of inputs are the paths of the v2 fields; nothing typed is ever dropped."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.eservice import texts
from services.eservice.forms import web

Typed = dict[str, list[str]]

TEXTS = ("displayName", "schoolName", "url", "email", "phoneNumber", "headMaster", "headMasterPersonalIdentityNumber",
         "headMasterWorkEmail")  # fmt: skip
CHOICES = ("orientationType", "schoolUnitType", "municipalityCode", "reportsStudents", "reportsPersonell")
MARKS = ("specialSupportSchool", "hospitalSchool", "municipalAdultEducationProvidedInternally")
GRADES = {"gr": 9, "gran": 9, "sp": 10, "sam": 6}
ADDRESS_PATHS = [f"addresses/{kind}/{part}" for kind in texts.ADDRESSES for part in texts.ADDRESS_PARTS]
PLACE = "addresses/BESOKSADRESS/geoCoordinates"
PLACE_PATHS = [f"{PLACE}/{part}" for part in texts.PLACE_PARTS]
PLACE_PAIRS = (tuple(PLACE_PATHS[:2]), tuple(PLACE_PATHS[2:]))
"""Latitude and longitude; north and east."""
NUMBER, REMOVE_NUMBER = "headMasterPersonalIdentityNumber", "removeHeadMasterPersonalIdentityNumber"
TOGETHER = {PLACE: tuple(PLACE_PATHS), NUMBER: (NUMBER, REMOVE_NUMBER)}
"""Inputs that are one thing to choose between two changes, by the thing's name."""
LISTS = ("schoolTypes", *(f"schoolTypeProperties/{name}/grades" for name in GRADES),
         "schoolTypeProperties/vux/schoolTypeParts")  # fmt: skip
WORDS = ("schoolTypeProperties/gy/programmes", "schoolTypeProperties/gyan/programmes")
CSN = "schoolTypeProperties/gy/csnCode"
SINGLE = (*TEXTS, *CHOICES, *MARKS, *ADDRESS_PATHS, *PLACE_PATHS, *WORDS, CSN, REMOVE_NUMBER)
NAMES = (*SINGLE, *LISTS)
GROUPS = {"namn": "Namn och kontakt", "rektor": "Rektor", "adresser": "Adresser och läge", "verksamhet": "Verksamhet"}
"""The groups of questions, one a page, by the page's last word."""
OF_GROUP: Mapping[str, Sequence[str]] = {
    "namn": TEXTS[:5], "rektor": (*TEXTS[5:], REMOVE_NUMBER),
    "adresser": ("municipalityCode", *ADDRESS_PATHS, *PLACE_PATHS),
}  # fmt: skip
"""Their inputs; all others are of the last group."""
OF_TYPE = {"specialSupportSchool": "GR", "hospitalSchool": "GR", "municipalAdultEducationProvidedInternally": "VUX"}
"""The marks that a school type alone has (openapi-v2.md, School unit)."""
CENTRAL, REPORTS = "CENTRAL", ("reportsStudents", "reportsPersonell")
"""What central units alone say."""
CHOSEN = tuple(dict.fromkeys(next((g for g in TOGETHER if name in TOGETHER[g]), name) for name in NAMES))
"""What can be chosen between two changes."""
BOTH, MINE, CHOICE = "both", "mine:", "choose:"
"""Where two changes meet: which fields, what I typed there (`mine:url`), what was chosen (`choose:url`)."""


def from_unit(unit: Mapping[str, Any]) -> Typed:
    """What the form shows of a unit as the registry answers it."""
    typed: Typed = {}
    for name in (*TEXTS, *CHOICES):
        typed[name] = [unit[name]] if unit.get(name) else []
    for name in MARKS:
        typed[name] = ["true"] if unit.get(name) else []
    typed["schoolTypes"] = list(unit.get("schoolTypes") or ())
    for address in unit.get("addresses") or ():
        for part, text in _flat(address, f"addresses/{address['type']}").items():
            typed[part] = [str(text)]
    for part, found in _flat(unit.get("schoolTypeProperties") or {}, "schoolTypeProperties").items():
        values = [str(item) for item in found] if isinstance(found, list) else [str(found)]
        typed[part] = [" ".join(values)] if part in WORDS else values
    return only_known(typed)


def only_known(typed: Mapping[str, Sequence[str]]) -> Typed:
    """The form's own inputs, with what was typed."""
    return {name: list(typed[name]) for name in NAMES if typed.get(name)}


def to_fields(typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The registry's command. The identity number: nothing typed keeps it, a cross removes it.

    What belongs to a school type that is not ticked, or to another type of unit, is left out and stays in the form.
    """
    fields: dict[str, Any] = {name: _one(typed, name) for name in (*TEXTS, *CHOICES)}
    fields["displayName"] = fields["displayName"] or ""
    fields["schoolUnitType"] = fields["schoolUnitType"] or "SKOLENHET"
    fields["headMasterWorkEmail"] = fields["headMasterWorkEmail"] or ""
    if _one(typed, REMOVE_NUMBER):
        fields["headMasterPersonalIdentityNumber"] = ""
    fields["url"] = web.address(fields["url"]) if fields["url"] else None
    for name in MARKS:
        fields[name] = True if _one(typed, name) and _has_type(typed, OF_TYPE[name]) else None
    if fields["schoolUnitType"] != CENTRAL:
        fields |= dict.fromkeys(REPORTS)
    fields["schoolTypes"] = list(typed.get("schoolTypes", ()))
    fields["addresses"] = [address for kind in texts.ADDRESSES if (address := _address(typed, kind))]
    fields["schoolTypeProperties"] = _properties(typed)
    return fields


def group_of(name: str) -> str:
    """The group that asks for an input."""
    return next((group for group, names in OF_GROUP.items() if name in names), "verksamhet")


def in_groups(names: Iterable[str]) -> list[str]:
    """The groups that ask for the inputs, in their order."""
    found = {group_of(name) for name in names}
    return [group for group in GROUPS if group in found]


def changed_names(before: Typed, after: Typed) -> set[str]:
    """The inputs that differ."""
    return {name for name in NAMES if _set(before, name) != _set(after, name)}


def merged(base: Typed, mine: Typed, theirs: Typed, unseen: Iterable[str] = ()) -> tuple[Typed, list[str]]:
    """Both changes together, and what of CHOSEN both changed to different values (where mine stands for now).

    `unseen`: what they changed that no form shows: the identity number.
    """
    my_names, their_names = changed_names(base, mine), changed_names(base, theirs) | set(unseen)
    conflicts = [
        name for name in CHOSEN if _touched(name, my_names) and _touched(name, their_names)
        and any(_set(mine, part) != _set(theirs, part) for part in parts(name))
    ]  # fmt: skip
    together = {part for name in conflicts for part in parts(name)}
    source = {name: mine if name in my_names | together else theirs for name in NAMES}
    return only_known({name: source[name].get(name, []) for name in NAMES}), conflicts


def parts(name: str) -> Sequence[str]:
    """The inputs that are chosen together under a name."""
    return TOGETHER.get(name, (name,))


def _touched(name: str, changed: set[str]) -> bool:
    return not changed.isdisjoint(parts(name))


def settled(typed: Typed, theirs: Typed) -> tuple[Typed, list[str]]:
    """The form with what was chosen between two changes, and the inputs where nothing was: mine stands there."""
    both = [name for name in typed.get(BOTH, ()) if name in CHOSEN]
    chosen = {name: _one(typed, CHOICE + name) for name in both}
    source = {
        part: theirs.get(part, []) if chosen[name] == "theirs" else typed.get(MINE + part, [])
        for name in both
        for part in parts(name)
    }
    return {**typed, **source}, [name for name in both if chosen[name] not in {"mine", "theirs"}]


def placed(typed: Typed, base: Typed) -> Typed:
    """The form without the coordinates of the system that nobody touched, where those of the other were changed.

    The registry counts one system from the other. Both changed: both stand, and must name the same place.
    """
    changed = changed_names(base, typed)
    touched = [pair for pair in PLACE_PAIRS if changed & set(pair)]
    if len(touched) != 1:
        return typed
    (other,) = (pair for pair in PLACE_PAIRS if pair != touched[0])
    return {name: texts for name, texts in typed.items() if name not in other}


def errors_by_name(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The registry's errors as sentences, by the input that each stands beside."""
    found: dict[str, str] = {}
    for problem in errors:
        path = str(problem["pointer"]).removeprefix("/unit").lstrip("/")
        found.setdefault(_nearest(path), texts.error(problem["code"], problem.get("params", {})))
    return found


def _nearest(path: str) -> str:
    """The input for a path; for a group (an address, a school type's details) its first one."""
    if path in NAMES:
        return path
    return next((name for name in NAMES if name.startswith(f"{path}/")), NAMES[0])


def _flat(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in value.items():
        if isinstance(item, Mapping):
            found |= _flat(item, f"{path}/{name}")
        elif item not in (None, "", []):
            found[f"{path}/{name}"] = item
    return found


def _one(typed: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = typed.get(name) or ()
    return (values[0].strip() or None) if values else None


def _set(typed: Typed, name: str) -> list[str]:
    values = [text.strip() for text in typed.get(name, ()) if text.strip()]
    return sorted(" ".join(values).upper().replace(",", " ").split()) if name in WORDS else sorted(values)


def _address(typed: Mapping[str, Sequence[str]], kind: str) -> dict[str, Any] | None:
    found: dict[str, Any] = {
        part: text for part in texts.ADDRESS_PARTS if (text := _one(typed, f"addresses/{kind}/{part}"))
    }
    place = {
        part: text
        for part in texts.PLACE_PARTS
        if kind == "BESOKSADRESS" and (text := _one(typed, f"addresses/{kind}/geoCoordinates/{part}"))
    }
    if place:
        found["geoCoordinates"] = place
    return {"type": kind, **found} if found else None


def _has_type(typed: Mapping[str, Sequence[str]], code: str) -> bool:
    return code in typed.get("schoolTypes", ())


def _properties(typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The details of the school types that are ticked."""
    found: dict[str, Any] = {}
    for name in GRADES:
        if grades := typed.get(f"schoolTypeProperties/{name}/grades"):
            found[name] = {"grades": list(grades)}
    for name in ("gy", "gyan"):
        codes = (_one(typed, f"schoolTypeProperties/{name}/programmes") or "").replace(",", " ").split()
        if codes:
            found[name] = {"programmes": codes}
    if csn := _one(typed, CSN):
        found["gy"] = found.get("gy", {}) | {"csnCode": csn}
    if parts := typed.get("schoolTypeProperties/vux/schoolTypeParts"):
        found["vux"] = {"schoolTypeParts": list(parts)}
    return {name: details for name, details in found.items() if _has_type(typed, name.upper())}
