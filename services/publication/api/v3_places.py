"""Lists of the municipalities and the counties that school units lie in."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.publication.api import v3_pages as pages
from services.publication.api.v3_answers import last_of, links, meta, page_answer, serving_now, telling
from services.publication.api.v3_parameters import CountyQuery, Days, MunicipalityQuery
from services.publication.domain.asked import Last
from services.publication.domain.v3 import Said
from services.publication.queries import places
from services.publication.queries.entities import Telling

router = APIRouter(tags=["places"])


@router.get(
    "/municipalities", response_model=pages.Municipalities, summary="List municipalities",
)  # fmt: skip
async def municipalities(request: Request, asked: Annotated[MunicipalityQuery, Query()]) -> Response:
    """Municipalities by code, each with its county and how many school units in operation it has."""
    find = partial(places.municipalities, request.app.state.pool, in_counties=asked.county_code)
    return await _page(request, asked, "municipalityCode", find)


@router.get("/counties", response_model=pages.Counties, summary="List counties")
async def counties(request: Request, asked: Annotated[CountyQuery, Query()]) -> Response:
    """Counties by code, each with how many municipalities and school units in operation it has."""
    return await _page(request, asked, "countyCode", partial(places.counties, request.app.state.pool))


async def _page(
    request: Request, asked: CountyQuery, key: str, find: Callable[[Telling], Awaitable[list[Said]]]
) -> Response:
    """They are few: all are found, and a page is cut out."""
    serving, last = serving_now(request), last_of(asked.cursor, "id")
    by, made_at = await telling(request, serving, Days(snapshot=asked.snapshot), view=last.view if last else None)
    found = await find(by)
    rest = [one for one in found if last is None or one[key] > last.id]
    shown = rest[: asked.limit]
    further = {"cursor": Last(by.view, 0, shown[-1][key], shown[-1][key]).cursor()} if shown != rest else None
    about = meta(by, made_at, Days(), total=len(found) if asked.total else None)
    return page_answer(request, serving, {"meta": about, "links": links(request, further), "data": shown})
