"""The steps of a reorganisation carry all that was typed: which units, how many new, each new one's form, the day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.eservice import texts
from services.eservice.forms import unit as forms
from services.eservice.forms.unit import Typed
from services.eservice.forms.users import day_or_none

MOST = 50
CODE, COUNT = re.compile(r"[0-9]{8}", re.ASCII), re.compile(r"[0-9]{1,2}", re.ASCII)
CARRIED = "carriedFrom"
LONGEST_REASON = 500
STATE = ("source", "results", "made", "effectiveDate", "reason", "versions", "place")
"""The inputs that carry what was typed in earlier steps."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What has been typed so far. `made`: the forms of the new units, in order."""

    sources: tuple[str, ...]
    results: int
    made: tuple[Typed, ...] = ()
    effective_date: str = ""
    reason: str = ""
    versions: str = "{}"
    place: int = 0

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """It all, as inputs of the next step's form."""
        pairs = [
            *(("source", code) for code in self.sources), ("results", str(self.results)),
            *(("made", orjson.dumps(one).decode()) for one in self.made), ("effectiveDate", self.effective_date),
            ("reason", self.reason), ("versions", self.versions), ("place", str(self.place)),
        ]  # fmt: skip
        return [(name, text) for name, text in pairs if name not in without]

    def body(self) -> dict[str, Any]:
        """The registry's command."""
        day = day_or_none(self.effective_date)
        return {
            "effectiveDate": day.isoformat() if day else "", "sources": self.sources, "reason": self.reason,
            "results": [result(one) for one in self.made], "versions": orjson.loads(self.versions),
        }  # fmt: skip


def read(typed: Mapping[str, Sequence[str]]) -> Plan | None:
    """What has been typed so far; None when the inputs that carry it are not as we made them."""
    sources = tuple(dict.fromkeys(typed.get("source", ())))
    count = _one(typed, "results")
    place = _one(typed, "place") or "0"
    if not sources or not all(CODE.fullmatch(code) for code in sources) or not COUNT.fullmatch(count):
        return None
    try:
        made = tuple(_form(text) for text in typed.get("made", ()))
        versions = {code: int(seen) for code, seen in dict(orjson.loads(_one(typed, "versions") or "{}")).items()}
    except (ValueError, TypeError):
        return None
    if not 1 <= int(count) <= MOST or not COUNT.fullmatch(place) or len(made) > int(count):
        return None
    return Plan(
        sources, int(count), made, _one(typed, "effectiveDate"), _one(typed, "reason"), written(versions),
        int(place),
    )  # fmt: skip


def written(versions: Mapping[str, int]) -> str:
    """The versions of the old units, as an input carries them."""
    return orjson.dumps(versions).decode()


def result(typed: Typed) -> dict[str, Any]:
    """A new unit as the registry takes it."""
    return {"unit": forms.to_fields(typed), CARRIED: _one(typed, CARRIED) or None}


def of_result(typed: Mapping[str, Sequence[str]]) -> Typed:
    """A new unit's own inputs, with whose head teacher it takes over."""
    carried = {CARRIED: [_one(typed, CARRIED)]} if CODE.fullmatch(_one(typed, CARRIED)) else {}
    return forms.only_known(typed) | carried


def tried(plan: Plan, typed: Typed, day: str) -> dict[str, Any]:
    """A command that asks whether one new unit is right, before the others are typed: copies stand in for them."""
    place = min(plan.place, len(plan.made))
    results = [result(one) for one in plan.made]
    results[place : place + 1] = [result(typed)]
    copy = result(typed)
    results += [copy | {"unit": copy["unit"] | {"displayName": f"~{n}"}} for n in range(plan.results - len(results))]
    return {"effectiveDate": day, "sources": plan.sources, "results": results}


def count_error(typed: str, sources: int) -> str | None:
    """What is wrong with the number of new units."""
    if not COUNT.fullmatch(typed.strip()) or not 1 <= int(typed) <= MOST:
        return texts.ERRORS["count-form"]
    return texts.ERRORS["reorganisation-one-to-one"] if sources == int(typed) == 1 else None


def day_errors(plan: Plan) -> dict[str, str]:
    """What is wrong with the day and the reason before the registry is asked."""
    errors = {} if day_or_none(plan.effective_date) else {"effectiveDate": texts.ERRORS["effective-date-form"]}
    return errors | ({"reason": texts.ERRORS["reason-too-long"]} if len(plan.reason) > LONGEST_REASON else {})


def errors_of_result(errors: Sequence[Mapping[str, Any]], place: int) -> dict[str, str]:
    """The registry's errors about one new unit, by its inputs."""
    prefix = f"/results/{place}/unit"
    own = [error | {"pointer": error["pointer"].removeprefix(prefix)} for error in map(dict, errors)
           if str(error["pointer"]).startswith(f"{prefix}/")]  # fmt: skip
    return forms.errors_by_name(own)


def place_of(errors: Sequence[Mapping[str, Any]]) -> int | None:
    """The first new unit that something is wrong with."""
    found = [re.match(r"/results/([0-9]+)/unit/", str(error["pointer"])) for error in errors]
    return next((int(match[1]) for match in found if match), None)


def other_errors(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The registry's errors about the day, and about the units as such ("": the whole page)."""
    found: dict[str, str] = {}
    for error in errors:
        name = "effectiveDate" if error["pointer"] == "/effectiveDate" else ""
        said = texts.error(error["code"], error.get("params", {}))
        found[name] = f"{found[name]} {said}" if name in found and said not in found[name] else said
    return found


def _form(text: str) -> Typed:
    typed = dict(orjson.loads(text))
    if not all(isinstance(values, list) and all(isinstance(v, str) for v in values) for values in typed.values()):
        raise TypeError
    return of_result(typed)


def _one(typed: Mapping[str, Sequence[str]], name: str) -> str:
    return (typed.get(name) or [""])[0].strip()
