"""A thing as it was, whatever it is: on a day, and two days compared."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import overview_texts as words
from services.eservice.forms.days import parsed
from services.eservice.pages import past_of
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.past_of import Thing
from services.eservice.rendering import page

router = APIRouter()
FIRST, LAST, ONE = "fran", "till", "dag"
Typed = Annotated[str, Query(max_length=20)]
Values = dict[str, Any]


ThingOf = Callable[..., Awaitable[Thing]]


def serve_choice(prefix: str, thing_of: ThingOf) -> None:
    """Let a day be chosen for the things at a prefix."""

    @router.get(f"{prefix}/datum", response_class=HTMLResponse)
    async def choose(
        request: Request, visit: Accepted, thing: Annotated[Thing, Depends(thing_of)], dag: Typed = "", vy: str = ""
    ) -> Response:
        """Choose a day, or two to compare."""
        if not dag:
            return await _choose(request, visit, thing, {}, {})
        day, wrong = parsed(dag, await _today(visit))
        if day is None:
            return await _choose(request, visit, thing, {ONE: [dag]}, {ONE: wrong})
        return RedirectResponse(f"{thing.at}/datum/{day}?vy={_view(vy, thing)}", SEE_OTHER)


def serve_day(prefix: str, thing_of: ThingOf) -> None:
    """Let the things at a prefix be seen as they were on a day."""

    @router.get(f"{prefix}/datum/{{day}}", response_class=HTMLResponse)
    async def as_of(
        request: Request, visit: Accepted, thing: Annotated[Thing, Depends(thing_of)],
        day: Annotated[str, Path(max_length=20)], vy: str = "",
    ) -> HTMLResponse:  # fmt: skip
        """The thing with the values it had that day."""
        today = await _today(visit)
        known, wrong = parsed(day, today)
        if known is None:
            return await _choose(request, visit, thing, {ONE: [day]}, {ONE: wrong})
        told = await visit.services.registry.as_of(thing.api, known.isoformat(), _view(vy, thing))
        return page(request, "past/as_of", visit.session, past=told, rows=thing.rows(told), today=today,
                    **_shown(thing, vy))  # fmt: skip


def serve_comparison(prefix: str, thing_of: ThingOf) -> None:
    """Let two days of the things at a prefix be compared."""

    @router.get(f"{prefix}/jamfor", response_class=HTMLResponse)
    async def compare(
        request: Request, visit: Accepted, thing: Annotated[Thing, Depends(thing_of)], fran: Typed = "",
        till: Typed = "", vy: str = "",
    ) -> HTMLResponse:  # fmt: skip
        """What differs between two days, field by field."""
        today = await _today(visit)
        days = {name: parsed(text, today) for name, text in ((FIRST, fran), (LAST, till))}
        first, last = days[FIRST][0], days[LAST][0]
        if first is None or last is None:
            errors = {name: wrong for name, (day, wrong) in days.items() if day is None and (fran or till)}
            return await _choose(request, visit, thing, {FIRST: [fran], LAST: [till]}, errors)
        told = await visit.services.registry.compare(thing.api, str(first), str(last), _view(vy, thing))
        return page(
            request, "past/compare", visit.session, told=told | {"changed": thing.told(told["changed"])},
            **_shown(thing, vy),
        )  # fmt: skip


for at, found in past_of.THINGS.items():
    serve_choice(at, found)
    serve_day(at, found)
    serve_comparison(at, found)


async def _choose(
    request: Request, visit: Visit, thing: Thing, typed: dict[str, list[str]], errors: dict[str, str]
) -> HTMLResponse:
    return page(
        request, "past/choose", visit.session, status=400 if errors else 200, typed=typed, errors=errors,
        example=await _today(visit), **_shown(thing, ""),
    )  # fmt: skip


def _shown(thing: Thing, view: str) -> Values:
    return {"thing": thing, "view": _view(view, thing), "views": words.VIEWS, "acting": thing.acting}


async def _today(visit: Visit) -> date:
    return date.fromisoformat((await visit.services.registry.register_day())["day"])


def _view(text: str, thing: Thing) -> str:
    return text if text in words.VIEWS and thing.is_public else "register"
