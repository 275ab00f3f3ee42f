"""Planning a new unit: the form with its start, the check page, the receipt with the code."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice.clients.api import RefusedError
from services.eservice.forms import planning, unit
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.planning_steps import RULES, Doing
from services.eservice.pages.steps import Number, acting_of, check, done, errors_of, key_of, question, receipt

router = APIRouter()
START = "startdate"


@router.get("/huvudman/{number}/enheter/ny", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What the unit will be called, where it will lie, what it will do, and from when."""
    return await _form(request, visit, number, await acting_of(visit, number))


@router.post("/huvudman/{number}/enheter/ny", response_class=HTMLResponse)
async def check_new(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """All that the unit will have."""
    key, acting = key_of(visit), await acting_of(visit, number)
    if visit.one("step") == "form":  # back from the map
        return await _form(request, visit, number, acting)
    try:
        tried = await visit.services.planning.plan_unit(_planned(visit, number), key, dry_run=True)
    except RefusedError as refused:
        return await _form(request, visit, number, acting, _errors(visit, refused))
    names = (START, *unit.NAMES)
    places = {
        place["municipalityCode"]: place["displayName"] for place in await visit.services.registry.municipalities()
    }
    return await check(
        request, visit, "planning/new_check", names, tried=tried, acting=acting, cancel=_units(number),
        places=places, change=request.url.path,
    )  # fmt: skip


@router.post("/huvudman/{number}/enheter/ny/spara", response_class=HTMLResponse)
async def save_new(request: Request, visit: Accepted, number: Number) -> Response:
    """Plan it; its code is drawn. A repeat of the same form draws no other."""
    key, acting = key_of(visit), await acting_of(visit, number)
    if visit.one("step") == "form":
        return await _form(request, visit, number, acting)
    try:
        saved = await visit.services.planning.plan_unit(_planned(visit, number), key)
    except RefusedError as refused:
        return await _form(request, visit, number, acting, _errors(visit, refused))
    name = saved["unit"]["displayName"]
    return await done(
        request, visit, f"{request.url.path.removesuffix('/spara')}/kvitto", "new", code=saved["schoolUnitCode"],
        name=name, day=saved["unit"]["startdate"],
    )  # fmt: skip


@router.get("/huvudman/{number}/enheter/ny/kvitto", response_class=HTMLResponse)
async def new_receipt(request: Request, visit: Accepted, number: Number) -> Response:
    """The new unit's code, and when it starts."""
    acting = await acting_of(visit, number)
    return await receipt(request, visit, "planning/new_receipt", _units(number), acting=acting, number=number)


def _planned(visit: Visit, number: str) -> dict[str, Any]:
    start = planning.day_or_none(visit.one(START))
    return {"organizationNumber": number, START: start.isoformat() if start else "0001-01-01",
            "unit": unit.to_fields(visit.typed)}  # fmt: skip


def _errors(visit: Visit, refused: RefusedError) -> Doing:
    """The form's errors with the start's own: no day, or none that could be read, is told as that."""
    if refused.status != RULES or not refused.errors:
        return Doing(errors_of(refused), refused.status)
    start = [error for error in refused.errors if error["pointer"] == f"/{START}"]
    rest = [error for error in refused.errors if error not in start]
    own = planning.day(visit.one(START), name=START) or (
        {START: unit.errors_by_name([{**start[0], "pointer": "/displayName"}])["displayName"]} if start else {}
    )
    return Doing(own | unit.errors_by_name(rest), 400)


async def _form(
    request: Request, visit: Visit, number: str, acting: dict[str, str], doing: Doing | None = None
) -> HTMLResponse:
    doing = doing or Doing()
    municipalities = await visit.services.registry.municipalities()
    return await question(
        request, visit, "planning/new", status=doing.status, errors=doing.errors, acting=acting, number=number,
        places=[(place["municipalityCode"], place["displayName"]) for place in municipalities], form=unit,
        action=f"{_units(number)}/ny", cancel=_units(number), number_given=False,
    )  # fmt: skip


def _units(number: str) -> str:
    return f"/huvudman/{number}/enheter"
