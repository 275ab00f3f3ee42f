"""Municipalities and counties: their school units, counted by school type and over time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from services.publication.api.answers import answer
from services.publication.api.v3_answers import serving_now, telling_today
from services.publication.build.serving import Serving
from services.publication.domain import drawings, words
from services.publication.domain.extract import COUNTIES, SHEETS
from services.publication.domain.folding import by_name
from services.publication.domain.listing import facet
from services.publication.pages.nowhere import nowhere
from services.publication.pages.search import LIVING, following, last_of, page_after, told
from services.publication.queries import lists
from services.publication.rendering import page
from services.publication.store import statistics

router = APIRouter(prefix="/register")
ACTIVE = facet("status", "AKTIV")
PAGE, MONTHS = 100, 13
SVG = "image/svg+xml"


@router.get("/kommuner")
async def places(request: Request) -> Response:
    """Every county with its municipalities."""
    serving = serving_now(request)
    counties = [
        (code, name, [place for place in by_name(serving.places) if place[0][:2] == code])
        for code, name in COUNTIES.items()
    ]
    return page(request, serving, "places.html", counties=[county for county in counties if county[2]])


@router.get("/kommuner/{code}")
async def municipality(request: Request, code: str) -> Response:
    """A municipality."""
    serving = serving_now(request)
    if code not in serving.places:
        return nowhere(request, serving)
    county = (code[:2], COUNTIES.get(code[:2], ""))
    return await _place(request, serving, "municipalityCode", code, f"{serving.places[code]}", county)


@router.get("/lan/{code}")
async def county(request: Request, code: str) -> Response:
    """A county."""
    serving = serving_now(request)
    if code not in COUNTIES:
        return nowhere(request, serving)
    return await _place(request, serving, "countyCode", code, COUNTIES[code], None)


@router.get("/diagram/{code}.svg")
async def chart(request: Request, code: str) -> Response:
    """Counts over time, drawn. Two digits: a county; four: a municipality."""
    serving = serving_now(request)
    if code not in serving.places and code not in COUNTIES:
        return nowhere(request, serving)
    counts = await _over_time(
        request, serving, facet("municipalityCode" if code in serving.places else "countyCode", code)
    )
    return answer(request, serving, request.url.path, drawings.chart(counts).encode(), SVG)


async def _place(
    request: Request, serving: Serving, name: str, code: str, title: str, county: tuple[str, str] | None
) -> Response:
    state = request.app.state
    by = telling_today(request, serving)
    filters, last = {name: [code], "status": list(LIVING)}, last_of(request)
    asked = lists.Asked("unit", by.view, by.day, filters, limit=PAGE, last=last, with_total=True)
    found, units = await told(request, by, asked)
    return page(
        request, serving, "place.html", name=title, county=county, total=found.total,
        counts=shares(await statistics.by_type(state.pool, by.view, [ACTIVE, facet(name, code)])),
        chart=f"/register/diagram/{code}.svg", over_time=await _over_time(request, serving, facet(name, code)),
        units=units, following=following(request, found.last), first=page_after(request, None) if last else None,
    )  # fmt: skip


async def _over_time(request: Request, serving: Serving, where: str) -> list[tuple[date, int]]:
    pool: Any = request.app.state.pool
    first = await statistics.first_view(pool) or serving.day
    days = [day for day in months_back(serving.day) if day >= first]
    return await statistics.over_time(pool, serving.day, [*days, serving.day], [ACTIVE, where])


def months_back(day: date) -> list[date]:
    """The first of each of the last months, the oldest first, without the day itself."""
    counted = [day.year * 12 + day.month - 1 - back for back in range(MONTHS)]
    return [first for number in reversed(counted) if (first := date(number // 12, number % 12 + 1, 1)) < day]


def shares(counts: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Counts by school type, in the register's order: name, count, and hundredths of the largest."""
    most = max(counts.values(), default=1)
    return [
        (words.school_type(code), counts[code], round(100 * counts[code] / most)) for code in SHEETS if code in counts
    ]
