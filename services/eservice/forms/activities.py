"""The form for an other activity: names of inputs are the paths of its fields; nothing typed is ever dropped."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.eservice import texts
from services.eservice.forms import web
from services.eservice.forms.users import day_or_none

Typed = Mapping[str, Sequence[str]]
TEXTS = ("activityType", "municipalityCode", "url", "email", "phoneNumber")
NAME = "activityName"
"""Its display name, under a word of its own: a field of that name is a unit's everywhere else."""
KINDS = ("BESOKSADRESS", "POSTADRESS")
PARTS = ("careOfAddress", "streetAddress", "postalCode", "locality")
ADDRESSES = tuple(f"addresses/{kind}/{part}" for kind in KINDS for part in PARTS)
NAMES = ("startdate", NAME, *TEXTS, *ADDRESSES)
OWN_WORDS = {
    "name-needed": "Skriv verksamhetens namn.",
    "municipality-needed": "Välj den kommun där verksamheten finns.",
}


def from_activity(activity: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the form shows of an activity as the registry answers it."""
    typed = {name: [activity[name]] for name in TEXTS if activity.get(name)} | {NAME: [activity["displayName"]]}
    for address in activity["addresses"]:
        for part in PARTS:
            if address.get(part):
                typed[f"addresses/{address['type']}/{part}"] = [address[part]]
    return typed


def to_fields(typed: Typed) -> dict[str, Any]:
    """The fields as the registry takes them."""
    fields: dict[str, Any] = {name: _one(typed, name) or None for name in TEXTS}
    fields["url"] = web.address(_one(typed, "url")) or None
    addresses = [address for kind in KINDS if (address := _address(typed, kind))]
    return fields | {"displayName": _one(typed, NAME), "addresses": addresses}


def day(typed: Typed, name: str) -> str | None:
    """The day that was typed, as it is sent; None where it is none."""
    found = day_or_none(_one(typed, name))
    return found.isoformat() if found else None


def missing(typed: Typed) -> dict[str, str]:
    """What must be chosen or written in another way before the registry can be asked."""
    errors = {} if _one(typed, "activityType") else {"activityType": "Välj vilken sorts verksamhet det är."}
    if _one(typed, "startdate") and day(typed, "startdate") is None:
        errors["startdate"] = "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-08-17."
    return errors


def errors_by_name(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The registry's errors as sentences, by the input that each stands beside."""
    found: dict[str, str] = {}
    for error in errors:
        path = str(error["pointer"]).removeprefix("/activity/").lstrip("/").replace("displayName", NAME)
        name = path if path in NAMES else next((name for name in NAMES if name.startswith(f"{path}/")), path)
        words = OWN_WORDS.get(error["code"]) or texts.error(error["code"], error.get("params", {}))
        found.setdefault(name, words)
    return found


def told(changed: Sequence[Mapping[str, Any]], places: Mapping[str, str]) -> list[dict[str, Any]]:
    """Changes in this form's words; `places`: municipalities by code."""
    return [_told(change, places) for change in changed]


def _told(change: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    if change["field"] == "municipalityCode":
        named = {side: places.get(change[side], change[side]) for side in ("before", "after")}
        return {**change, **named}
    return {**change, "field": NAME if change["field"] == "displayName" else change["field"]}


def _address(typed: Typed, kind: str) -> dict[str, str] | None:
    parts = {part: text for part in PARTS if (text := _one(typed, f"addresses/{kind}/{part}"))}
    return {"type": kind, **parts} if parts else None


def _one(typed: Typed, name: str) -> str:
    return (typed.get(name) or [""])[0].strip()
