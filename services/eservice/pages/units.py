"""Seeing: an organizer's units, one unit, its history."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.pages.doors import Accepted
from services.eservice.rendering import page

router = APIRouter()
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$")]
Number = Annotated[str, Path(pattern=r"^[0-9]{10}$")]
SORTS = {"name": "Namn", "code": "Skolenhetskod", "municipality": "Kommun", "modified": "Senast ändrad"}


@router.get("/huvudman/{number}/enheter", response_class=HTMLResponse)
async def units(
    request: Request,
    visit: Accepted,
    number: Number,
    q: Annotated[str, Query(max_length=100)] = "",
    status: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    school_type: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    sort: str = "name",
    order: str = "asc",
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """An organizer's units: search, filter, sort, page."""
    chosen = [
        ("q", q),
        *(("status", one) for one in status if one in texts.STATUSES),
        *(("school_type", one) for one in school_type if one in texts.SCHOOL_TYPES),
        ("sort", sort if sort in SORTS else "name"),
        ("order", "desc" if order == "desc" else "asc"),
    ]
    found = await visit.services.registry.units(number, [*chosen, ("page", str(page_number))])
    organizer = await visit.services.registry.organizer(number)
    return page(
        request, "units", visit.session, found=found, organizer=organizer["organizer"], role=organizer["role"],
        number=number, q=q, statuses=status, school_types=school_type, sort=sort, order=order, sorts=SORTS,
        query=urlencode(chosen), is_narrowed=bool(q or status or school_type),
    )  # fmt: skip


@router.get("/enheter/{code}", response_class=HTMLResponse)
async def unit(request: Request, visit: Accepted, code: Code) -> HTMLResponse:
    """One unit with all its fields, and what of it is not public yet."""
    found = await visit.services.registry.unit(code)
    day = await visit.services.registry.register_day()
    return page(request, "unit", visit.session, found=found, unit=found["unit"], public_from=day["publicFrom"])


@router.get("/enheter/{code}/historik", response_class=HTMLResponse)
async def history(
    request: Request, visit: Accepted, code: Code, page_number: Annotated[int, Query(alias="page", ge=1)] = 1
) -> HTMLResponse:
    """What happened to a unit: who, when, each field from what to what."""
    found = await visit.services.registry.unit(code)
    told = await visit.services.registry.history(code, page_number)
    day = await visit.services.registry.register_day()
    names = await visit.services.identity.names(told["entries"])
    return page(request, "history", visit.session, found=found, told=told, names=names, view=day["day"], code=code)
