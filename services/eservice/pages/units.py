"""Seeing: one unit, its history."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.steps import acting_of
from services.eservice.rendering import acting_for, page

router = APIRouter()
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$")]


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
        links=await visit.services.reorganisations.links(code),
        public_from=day["publicFrom"],
        acting=acting_at(visit, found),
        plans=await visit.services.planning.of_unit(code),
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
        plans=[] if "formerly" in told else await visit.services.planning.of_unit(code),
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
