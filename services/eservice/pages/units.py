"""Seeing: an organizer's units, one unit, its history."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import acting_of
from services.eservice.rendering import acting_for, page

router = APIRouter()
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$")]
Number = Annotated[str, Path(pattern=r"^[0-9]{10}$")]
SORTS = {"name": "Namn", "code": "Skolenhetskod", "municipality": "Kommun", "modified": "Senast ändrad"}
COLUMNS = (("name", "Namn"), ("code", "Kod"), ("status", "Status"), ("municipality", "Kommun"),
           ("school_types", "Skolformer"), ("modified", "Ändrad"))  # fmt: skip


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
) -> Response:
    """An organizer's units: search, filter, sort, page. All of it stands in the address, so it can be kept and sent."""
    statuses = [one for one in status if one in texts.STATUSES]
    school_types = [one for one in school_type if one in texts.SCHOOL_TYPES]
    q = texts.printable(q)
    sort, order = sort if sort in SORTS else "name", "desc" if order == "desc" else "asc"
    chosen = [
        ("q", q), *(("status", one) for one in statuses), *(("school_type", one) for one in school_types),
        ("sort", sort), ("order", order),
    ]  # fmt: skip
    found = await visit.services.registry.units(number, [*chosen, ("page", str(page_number))])
    if page_number > 1 and not found["schoolUnits"]:
        return RedirectResponse(f"?{urlencode(chosen)}", SEE_OTHER)
    organizer = await visit.services.registry.organizer(number)
    return page(
        request, "units", visit.session, found=found, organizer=organizer["organizer"],
        q=q, statuses=statuses, school_types=school_types, sort=sort, order=order, sorts=SORTS,
        columns=[(text, _direction(order) if name == sort else "") for name, text in COLUMNS],
        query=urlencode(chosen), is_narrowed=bool(q or statuses or school_types),
        acting=acting_for(visit.person, number, organizer["organizer"]["displayName"]),
    )  # fmt: skip


def _direction(order: str) -> str:
    return "descending" if order == "desc" else "ascending"


@router.get("/enheter/{code}", response_class=HTMLResponse)
async def unit(request: Request, visit: Accepted, code: Code) -> HTMLResponse:
    """One unit with all its fields, and what of it is not public yet."""
    found = await visit.services.registry.unit(code)
    day = await visit.services.registry.register_day()
    return page(
        request,
        "unit",
        visit.session,
        found=found,
        unit=found["unit"],
        public_from=day["publicFrom"],
        acting=acting_at(visit, found),
    )


@router.get("/enheter/{code}/historik", response_class=HTMLResponse)
async def history(
    request: Request, visit: Accepted, code: Code, page_number: Annotated[int, Query(alias="page", ge=1)] = 1
) -> HTMLResponse:
    """What happened to a unit: who, when, each field from what to what."""
    told = await visit.services.registry.history(code, page_number)
    found, acting = await _unit_of_history(visit, code, told)
    day = await visit.services.registry.register_day()
    names = await visit.services.identity.names(told["entries"])
    return page(
        request,
        "history",
        visit.session,
        found=found,
        told=told,
        names=names,
        view=day["day"],
        code=code,
        acting=acting,
    )


async def _unit_of_history(
    visit: Visit, code: str, told: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str] | None]:
    """The unit that a history is of, and whom one acts for. Of a unit that is another's now: its name, and whose."""
    if "formerly" not in told:
        found = await visit.services.registry.unit(code)
        return found, acting_at(visit, found)
    acting = await acting_of(visit, told["formerly"][-1]["organizationNumber"])
    return {"unit": {"displayName": told["displayName"]}}, acting


def acting_at(visit: Visit, found: Mapping[str, Any]) -> dict[str, str]:
    """The organizer of a unit as the registry answers it, for the page's head."""
    organizer = found["organizer"]
    return acting_for(visit.person, organizer["organizationNumber"], organizer["displayName"])
