"""What to do when somebody else was faster: both versions where they differ, and a choice for each."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.forms import unit as forms
from services.eservice.forms.unit import Typed
from services.eservice.pages.doors import Visit
from services.eservice.pages.unit_form import base_of, frame, pairs
from services.eservice.pages.units import acting_at
from services.eservice.rendering import page

SINCE = "since"
"""The version that a form was made from before somebody else was faster."""


async def conflict(request: Request, visit: Visit, code: str, problem: dict[str, Any]) -> HTMLResponse:
    """Both versions where they differ; what only one of us changed is taken from the one who did."""
    current, mine, since = problem["current"], forms.only_known(visit.typed), problem["changedSince"]
    theirs = forms.from_unit(current["unit"])
    unseen = {change["field"] for entry in since for change in entry["changed"] if change["protected"]}
    together, conflicts = forms.merged(base_of(visit) or {}, mine, theirs, unseen & {forms.NUMBER})
    hidden = [
        *pairs(together, leaving_out=_inputs(conflicts)), *frame(current, theirs), (SINCE, visit.one("version")),
        *((forms.BOTH, name) for name in conflicts),
        *((forms.MINE + name, text) for name in _inputs(conflicts) for text in mine.get(name, [])),
    ]  # fmt: skip
    both = [_both(name, mine, theirs) for name in conflicts]
    return await _choose(request, visit, code, current, hidden=hidden, both=both, since=since)


async def choose_again(request: Request, visit: Visit, code: str, missing: list[str]) -> HTMLResponse:
    """The same page, where something was not chosen. What was stays chosen."""
    typed, theirs = visit.typed, base_of(visit) or {}
    told = (await visit.services.registry.history(code, 1))["entries"]
    hidden = [
        *pairs(forms.only_known(typed), leaving_out=_inputs(typed[forms.BOTH])),
        *((name, text) for name in typed for text in typed[name] if name.startswith(forms.MINE)),
        *((name, text) for name in ("version", "key", "base", SINCE, forms.BOTH) for text in typed.get(name, ())),
    ]  # fmt: skip
    mine = {name.removeprefix(forms.MINE): values for name, values in typed.items() if name.startswith(forms.MINE)}
    both = [_both(name, mine, theirs, visit.one(forms.CHOICE + name)) for name in typed[forms.BOTH]]
    errors = {forms.CHOICE + name: texts.ERRORS["choice-needed"] for name in missing}
    since = [entry for entry in told if entry["version"] > int(visit.one(SINCE) or 0)]
    found = await visit.services.registry.unit(code)
    return await _choose(request, visit, code, found, hidden=hidden, both=both, since=since, errors=errors)


async def _choose(
    request: Request, visit: Visit, code: str, found: dict[str, Any], *, both: list[dict[str, Any]],
    since: list[dict[str, Any]], **values: Any,
) -> HTMLResponse:  # fmt: skip
    names = await visit.services.identity.names(since)
    for field in both:
        field["whose"] = _whose(field["name"], since, names)
    return page(
        request, "conflict", visit.session, status=409, code=code, found=found, acting=acting_at(visit, found),
        both=both, since=since, names=names, **values,
    )  # fmt: skip


def _inputs(names: list[str]) -> list[str]:
    return [part for name in names for part in forms.parts(name)]


def _both(name: str, mine: Typed, theirs: Typed, chosen: str = "") -> dict[str, Any]:
    """What the two say there: of a place each coordinate with its name, of an identity number never itself."""
    if name == forms.NUMBER:
        said = ["Numret du skrev" if mine.get(name) else "Inget nummer"], ["Det nya, som inte visas här"]
    elif name == forms.PLACE:
        said = _place(mine), _place(theirs)
    else:
        said = mine.get(name, []), theirs.get(name, [])
    return {"name": name, "mine": said[0], "theirs": said[1], "chosen": chosen}


def _place(typed: Typed) -> list[str]:
    found = {part: (typed.get(part) or [""])[0].strip() for part in forms.PLACE_PATHS}
    return [f"{texts.PLACE_PARTS[part.rpartition('/')[2]]} {text}" for part, text in found.items() if text]


def _whose(name: str, since: list[dict[str, Any]], names: dict[str, str]) -> str:
    """Whose change stands against mine: "Karin Kontakts", where the name may be known."""
    changed = [entry for entry in since if any(change["field"] in forms.parts(name) for change in entry["changed"])]
    newest = max(changed, key=lambda entry: int(entry["version"]), default=None)
    known = names.get(newest["actor"]) if newest else None
    return texts.genitive(known) if known else "Den andras"
