"""What is typed about a transfer of units: looked at before it is sent on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.eservice import texts
from services.eservice.forms.users import Errors, day_or_none

DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[ ./-]*([0-9]{4})", re.ASCII)
SEEN = re.compile(r"\b([0-9]{8}):([0-9]{1,9})\b", re.ASCII)
INPUTS = {"schoolUnitCodes": "code", "day": "day", "message": "message", "reason": "reason"}
"""Which input a pointer of the registry's is about; another one is about the whole page."""


def day_of(typed: str) -> date | None:
    """The day that was typed: 2027-01-01, 20270101, 1/1 2027. None where it is none."""
    if found := DAY_MONTH_YEAR.fullmatch(typed.strip()):
        day, month, year = map(int, found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return None
    return day_or_none(typed)


def scope_of(typed: Mapping[str, list[str]]) -> str:
    """How much is handed over: as chosen; some where only units are ticked."""
    chosen = (typed.get("scope") or [""])[0]
    return chosen or ("some" if typed.get("code") else "")


def units(scope: str, codes: Sequence[str]) -> Errors:
    """What is wrong with the choice of units."""
    if scope not in {"some", "all", "ends"}:
        return {"scope": texts.ERRORS["scope-needed"]}
    return {} if codes or scope != "some" else {"code": texts.ERRORS["transfer-units-needed"]}


def proposal(receiver: str, typed: Mapping[str, list[str]], day: date) -> dict[str, Any]:
    """What was typed, as the registry takes it."""
    scope = scope_of(typed)
    chosen = {"schoolUnitCodes": typed.get("code", [])} if scope == "some" else {"allUnits": True}
    message = (typed.get("message") or [""])[0].strip() or None
    return chosen | {
        "receiver": receiver, "day": day.isoformat(), "endsOrganizer": scope == "ends", "message": message,
        "versions": {code: int(version) for code, version in SEEN.findall(" ".join(typed.get("seen", [])))},
    }  # fmt: skip


def seen(units: Iterable[Mapping[str, Any]]) -> str:
    """The versions of the units that a check page shows, as it carries them."""
    return " ".join(f"{unit['schoolUnitCode']}:{unit['version']}" for unit in units)


def told(errors: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Errors:
    """Broken rules in words, by input; several at one input in one text. `names`: of units, by code."""
    found: dict[str, list[str]] = {}
    for error in errors:
        params = dict(error.get("params", {}))
        if "unit" in params:
            params["unit"] = names.get(params["unit"], params["unit"])
        pointer = str(error["pointer"]).lstrip("/")
        found.setdefault(INPUTS.get(pointer, ""), []).append(texts.error(error["code"], params))
    return {name: " ".join(dict.fromkeys(said)) for name, said in found.items()}
