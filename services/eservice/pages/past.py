"""A unit as it was: on a day, and two days compared."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import overview_texts as words
from services.eservice import texts
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.units import Code, acting_at
from services.eservice.rendering import page

router = APIRouter()
COMPACT = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
SPOKEN = re.compile(r"(\d{1,2})[/.](\d{1,2})[ /.-](\d{4})", re.ASCII)
FORM = "Skriv en dag, till exempel {day}."
MUNICIPALITY = "municipalityCode"
FIRST, LAST, ONE = "fran", "till", "dag"
Typed = Annotated[str, Query(max_length=20)]


@router.get("/enheter/{code}/datum", response_class=HTMLResponse)
async def choose(request: Request, visit: Accepted, code: Code, dag: Typed = "", vy: str = "") -> Response:
    """Choose a day, or two to compare."""
    if not dag:
        return await _choose(request, visit, code, {}, {})
    today = await _today(visit)
    day, wrong = parsed(dag, today)
    if day is None:
        return await _choose(request, visit, code, {ONE: [dag]}, {ONE: wrong})
    return RedirectResponse(f"/enheter/{code}/datum/{day}?vy={_view(vy)}", SEE_OTHER)


@router.get("/enheter/{code}/datum/{day}", response_class=HTMLResponse)
async def as_of(
    request: Request, visit: Accepted, code: Code, day: Annotated[str, Path(max_length=20)], vy: str = ""
) -> HTMLResponse:
    """The unit with the values it had that day."""
    found = await visit.services.registry.unit(code)
    known, wrong = parsed(day, await _today(visit))
    if known is None:
        return await _choose(request, visit, code, {ONE: [day]}, {ONE: wrong})
    past = await visit.services.registry.as_of(code, known.isoformat(), _view(vy))
    return page(
        request, "past/as_of", visit.session, found=found, code=code, past=past, view=_view(vy), views=words.VIEWS,
        fields=_shown(past["unit"] or {}), today=await _today(visit), places=await municipality_names(visit),
        acting=acting_at(visit, found),
    )  # fmt: skip


@router.get("/enheter/{code}/jamfor", response_class=HTMLResponse)
async def compare(
    request: Request, visit: Accepted, code: Code, fran: Typed = "", till: Typed = "", vy: str = ""
) -> HTMLResponse:
    """What differs between two days, field by field."""
    today = await _today(visit)
    days = {name: parsed(text, today) for name, text in ((FIRST, fran), (LAST, till))}
    first, last = days[FIRST][0], days[LAST][0]
    if first is None or last is None:
        errors = {name: wrong for name, (day, wrong) in days.items() if day is None and (fran or till)}
        return await _choose(request, visit, code, {FIRST: [fran], LAST: [till]}, errors)
    found = await visit.services.registry.unit(code)
    told = await visit.services.registry.compare(code, first.isoformat(), last.isoformat(), _view(vy))
    return page(
        request, "past/compare", visit.session, found=found, code=code, view=_view(vy), views=words.VIEWS,
        told=told | {"changed": with_places(told["changed"], await municipality_names(visit))},
        acting=acting_at(visit, found),
    )  # fmt: skip


def parsed(text: str, today: date) -> tuple[date | None, str]:
    """The day that was typed (2026-08-14, 20260814, 14/8 2026), not after today; or None and what is wrong."""
    text = text.strip()
    written = COMPACT.fullmatch(text)
    said = SPOKEN.fullmatch(text)
    parts = written.groups() if written else said.groups()[::-1] if said else ()
    try:
        day = date(*map(int, parts))
    except (TypeError, ValueError):
        return None, FORM.format(day=today)
    return (day, "") if day <= today else (None, texts.ERRORS["day-to-come"])


def with_places(changed: Sequence[Mapping[str, Any]], places: Mapping[str, str]) -> list[dict[str, Any]]:
    """Changes with a municipality's name before its code."""
    return [dict(one) if one["field"] != MUNICIPALITY else {**one} | {
        side: f"{places[one[side]]} ({one[side]})" if one[side] in places else one[side] for side in ("before", "after")
    } for one in changed]  # fmt: skip


def _shown(unit: dict[str, Any]) -> dict[str, Any]:
    """What the page's head does not tell already."""
    return {name: value for name, value in flat(unit).items() if name not in {"schoolUnitCode", "status"}}


def flat(unit: dict[str, Any], path: str = "") -> dict[str, Any]:
    """A unit's fields by their paths, as the history names them: `addresses/BESOKSADRESS/streetAddress`."""
    found: dict[str, Any] = {}
    for name, value in unit.items():
        if name == "addresses":
            found |= flat({address["type"]: {**address, "type": None} for address in value}, "addresses/")
        elif isinstance(value, dict):
            found |= flat(value, f"{path}{name}/")
        elif value not in (None, "", []):
            found[f"{path}{name}"] = value
    return found


async def _choose(
    request: Request, visit: Visit, code: str, typed: dict[str, list[str]], errors: dict[str, str]
) -> HTMLResponse:
    found = await visit.services.registry.unit(code)
    return page(
        request, "past/choose", visit.session, status=400 if errors else 200, found=found, code=code, typed=typed,
        errors=errors, example=await _today(visit), views=words.VIEWS, acting=acting_at(visit, found),
    )  # fmt: skip


async def municipality_names(visit: Visit) -> dict[str, str]:
    """Municipalities' names by their codes."""
    found = await visit.services.registry.municipalities()
    return {place["municipalityCode"]: place["displayName"] for place in found}


async def _today(visit: Visit) -> date:
    return date.fromisoformat((await visit.services.registry.register_day())["day"])


def _view(text: str) -> str:
    return text if text in words.VIEWS else "register"
