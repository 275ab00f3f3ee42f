"""Search: the site's first page."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.publication.api.v3_answers import serving_now, telling_today
from services.publication.build.serving import Serving
from services.publication.domain.asked import Corrections, CursorError, Last, asked_words, read_cursor
from services.publication.domain.extract import SHEETS
from services.publication.domain.folding import by_name, words, written
from services.publication.domain.v3 import Said
from services.publication.queries import entities, lists
from services.publication.queries.entities import Telling
from services.publication.rendering import ENVIRONMENT, page

router = APIRouter(prefix="/register")
PAGE, ORGANIZERS = 30, 3
LIVING = ("AKTIV", "VILANDE", "PLANERAD")
LONGEST = 200


@router.get("")
@router.get("/")
async def search(request: Request) -> Response:
    """A form and what it finds; with nothing asked, what the register is today."""
    serving = serving_now(request)
    form: dict[str, Any] = {
        "q": _words(request),
        "chosen": _chosen(request),
        "municipality": _municipality(request, serving),
        "with_ended": "upphorda" in request.query_params,
    }
    return page(
        request, serving, "search.html", school_types=list(SHEETS.items()), places=by_name(serving.places), **form,
        **await _found(request, serving),
    )  # fmt: skip


@router.get("/forslag")
async def while_written(request: Request) -> Response:
    """What the form finds while it is being filled in: the part of the page below it."""
    found = await _found(request, serving_now(request))
    return HTMLResponse(ENVIRONMENT.get_template("found.html").render(**found), headers={"Cache-Control": "no-store"})


def _words(request: Request) -> str:
    return request.query_params.get("q", "").replace("\0", "")[:LONGEST].strip()


def _chosen(request: Request) -> list[str]:
    return [code for code in request.query_params.getlist("skolform") if code in SHEETS]


def _municipality(request: Request, serving: Serving) -> str | None:
    """The code of the one that was chosen."""
    given = request.query_params.get("kommun")
    return given if given in serving.places else None


async def _found(request: Request, serving: Serving) -> dict[str, Any]:
    """What is shown below the form."""
    q, chosen, municipality = _words(request), _chosen(request), _municipality(request, serving)
    if q and not asked_words(q):
        return {"only_signs": True}
    if not (q or chosen or municipality):
        return {"totals": {"units": len(serving.lists["v1"].rows), "organizers": len(serving.lists["organizer"].rows),
                           "places": len(serving.places)}}  # fmt: skip
    by = telling_today(request, serving)
    filters = {
        "schoolType": chosen,
        "municipalityCode": [municipality] if municipality else [],
        "status": [] if "upphorda" in request.query_params else list(LIVING),
    }
    last = last_of(request)
    asked = lists.Asked("unit", by.view, by.day, filters, q or None, limit=PAGE, last=last, with_total=True)
    found, units = await told(request, by, asked)
    organizers = await _organizers(request, by, q) if q and not last else []
    names = list(_names([*units, *organizers]))
    return {
        "found": {"units": units, "total": found.total},
        "corrections": list(_corrected(found.corrections, names)),
        "organizers": organizers,
        "following": following(request, found.last, router.prefix),
        "first": page_after(request, None, router.prefix) if last else None,
        "unfiltered": f"{router.prefix}?{urlencode({'q': q})}" if q and (chosen or municipality) else None,
    }


def _corrected(corrections: Corrections, names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """What was typed and what it was taken for; words that are taken for the same, as one."""
    for meant, typed in groupby(corrections.items(), lambda one: one[1]):
        yield " ".join(word for word, _ in typed), written(meant, names)


def _names(shown: Sequence[Said]) -> Iterator[str]:
    """Where words stand as people write them."""
    for one in shown:
        towns = [address["locality"] for address in one.get("addresses", ())]
        others = [(one.get(name) or {}).get("displayName") for name in ("municipality", "organizer")]
        yield from filter(None, [one["displayName"], one.get("schoolName"), *towns, *others])


async def _organizers(request: Request, by: Telling, q: str) -> list[Said]:
    """The first few whose names have one of the words, or whose number is one: of a county all would be found."""
    _, found = await told(request, by, lists.Asked("organizer", by.view, by.day, {}, q, limit=ORGANIZERS))
    begins = tuple(asked_words(q))
    named = ([*words(one["displayName"]), one["organizationNumber"]] for one in found)
    return [one for one, names in zip(found, named, strict=True) if any(word.startswith(begins) for word in names)]


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


def following(request: Request, last: Last | None, path: str | None = None) -> str | None:
    """The address of the next page, of this one or of another."""
    return page_after(request, last.cursor(), path) if last else None


def page_after(request: Request, cursor: str | None, path: str | None = None) -> str:
    """The address of the page after a cursor; of the first one without."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "sida"]
    return f"{path or request.url.path}?{urlencode([*given, *([('sida', cursor)] if cursor else [])])}"
