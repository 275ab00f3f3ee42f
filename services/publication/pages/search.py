"""Search: the site's first page."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.publication.api.v3_answers import serving_now, telling_today
from services.publication.build.serving import Serving
from services.publication.domain.asked import CursorError, Last, read_cursor
from services.publication.domain.extract import SHEETS
from services.publication.domain.v3 import Said
from services.publication.queries import entities, lists
from services.publication.queries.entities import Telling
from services.publication.rendering import ENVIRONMENT, page

router = APIRouter(prefix="/register")
PAGE, SUGGESTED, ORGANIZERS = 30, 8, 3
LIVING = ("AKTIV", "VILANDE", "PLANERAD")
LONGEST = 200


@router.get("")
@router.get("/")
async def search(request: Request) -> Response:
    """A form and what it finds; with nothing asked, what the register is today."""
    serving = serving_now(request)
    q, chosen = _words(request), _chosen(request)
    values: dict[str, Any] = {"q": q, "chosen": chosen, "school_types": list(SHEETS.items()),
                              "with_ended": "upphorda" in request.query_params}  # fmt: skip
    found = await _found(request, serving, q, chosen, PAGE) if q or chosen else None
    totals = {"units": len(serving.lists["v1"].rows), "organizers": len(serving.lists["organizer"].rows),
              "places": len(serving.places)}  # fmt: skip
    return page(request, serving, "search.html", totals=totals, **values, **(found or {"found": None}))


@router.get("/forslag")
async def suggestions(request: Request) -> Response:
    """What the form would find, while it is being written."""
    serving, q = serving_now(request), _words(request)
    found = await _found(request, serving, q, _chosen(request), SUGGESTED) if q else {"found": None}
    text = ENVIRONMENT.get_template("found.html").render(**found)
    return HTMLResponse(text, headers={"Cache-Control": "no-store"})


def _words(request: Request) -> str:
    return request.query_params.get("q", "").replace("\0", "")[:LONGEST].strip()


def _chosen(request: Request) -> list[str]:
    return [code for code in request.query_params.getlist("skolform") if code in SHEETS]


async def _found(request: Request, serving: Serving, q: str, chosen: list[str], limit: int) -> dict[str, Any]:
    by = telling_today(request, serving)
    filters = {"schoolType": chosen} | ({} if "upphorda" in request.query_params else {"status": list(LIVING)})
    last = last_of(request)
    asked = lists.Asked("unit", by.view, by.day, filters, q or None, limit=limit, last=last, with_total=True)
    found, units = await told(request, by, asked)
    return {
        "found": {"units": units, "total": found.total, "corrections": found.corrections},
        "organizers": await _organizers(request, by, q) if q and not last else [],
        "following": following(request, found.last),
    }


async def _organizers(request: Request, by: Telling, q: str) -> list[Said]:
    _, organizers = await told(request, by, lists.Asked("organizer", by.view, by.day, {}, q, limit=ORGANIZERS))
    return organizers


async def told(request: Request, by: Telling, asked: lists.Asked) -> tuple[lists.Found, list[Said]]:
    """What is found, and how it is told."""
    state = request.app.state
    found = await lists.page(state.pool, state.spelling, by.places, asked)
    return found, await entities.tell(state.pool, asked.kind, [seen for seen, _ in found.entities], by)


def last_of(request: Request) -> Last | None:
    """Where the page before ended; from the beginning, for what nobody of ours wrote."""
    try:
        return read_cursor(request.query_params["sida"], "displayName") if "sida" in request.query_params else None
    except CursorError:
        return None


def following(request: Request, last: Last | None) -> str | None:
    """The address of the next page."""
    if last is None:
        return None
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "sida"]
    return f"{request.url.path}?{urlencode([*given, ('sida', last.cursor())])}"
