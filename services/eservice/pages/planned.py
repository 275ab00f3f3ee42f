"""What is planned: an organizer's list, one planned change, altering and cancelling it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import planning_texts as words
from services.eservice.clients.api import RefusedError
from services.eservice.forms import planning, unit
from services.eservice.pages.doors import Accepted, ForgedFormError, Visit
from services.eservice.pages.places import municipality_names, with_places
from services.eservice.pages.planning_steps import RULES, Doing, broken
from services.eservice.pages.steps import (
    VERSION,
    Id,
    Number,
    acting_of,
    check,
    done,
    frame,
    kept_for,
    names_of,
    receipt,
    seen,
)
from services.eservice.pages.unit_form import SHOWN, TO, carried, shown
from services.eservice.rendering import page

router = APIRouter()
Plan = dict[str, Any]
UNIT_VERSION = "unitVersion"
OPEN = ("planned", "hindered")


@router.get("/huvudman/{number}/planerat", response_class=HTMLResponse)
async def planned(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What is planned for the organizer's units, by day."""
    found = await visit.services.planning.of_organizer(number)
    return page(
        request, "planning/list", visit.session, plans=found, acting=await acting_of(visit, number), words=words,
        number=number, names=await names_of(visit, *(plan["plannedBy"] for plan in found)),
    )  # fmt: skip


@router.get("/planerat/{plan}", response_class=HTMLResponse)
async def one(request: Request, visit: Accepted, plan: Id) -> HTMLResponse:
    """One planned change: what, when, who, and what is in its way."""
    return await _view(request, visit, await visit.services.planning.one(plan))


@router.get("/planerat/{plan}/andra", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, plan: Id) -> HTMLResponse:
    """Its day; and, where it is an edit, the unit's form as it will be."""
    return await _form(request, visit, await visit.services.planning.one(plan))


@router.post("/planerat/{plan}/andra", response_class=HTMLResponse)
async def check_alter(request: Request, visit: Accepted, plan: Id) -> HTMLResponse:
    """What it will change now."""
    version, key = seen(visit)
    found = await visit.services.planning.one(plan)
    if visit.one("step") == "form" or visit.one(TO):  # back from the map, or one group more
        return await _form(request, visit, found)
    if errors := planning.day(visit.one("on")):
        return await _form(request, visit, found, Doing(errors, 400))
    try:
        tried = await visit.services.planning.alter(plan, _altered(visit, found), version, key, dry_run=True)
    except RefusedError as refused:
        return await _form(request, visit, found, _errors(refused))
    return await check(
        request, visit, "planning/altered_check", ("on", UNIT_VERSION, SHOWN, *unit.NAMES),
        tried=tried | {"changed": with_places(tried["changed"], await municipality_names(visit))},
        on=str(planning.day_or_none(visit.one("on"))), change=request.url.path, **await _shown(visit, found),
    )  # fmt: skip


@router.post("/planerat/{plan}/andra/spara", response_class=HTMLResponse)
async def alter(request: Request, visit: Accepted, plan: Id) -> Response:
    """Save it."""
    version, key = seen(visit)
    found = await visit.services.planning.one(plan)
    if errors := planning.day(visit.one("on")):
        return await _form(request, visit, found, Doing(errors, 400))
    try:
        saved = await visit.services.planning.alter(plan, _altered(visit, found), version, key)
    except RefusedError as refused:
        return await _form(request, visit, found, _errors(refused))
    return await done(request, visit, f"/planerat/{plan}/kvitto", "altered", day=saved["day"])


@router.get("/planerat/{plan}/avbryt", response_class=HTMLResponse)
async def check_cancel(request: Request, visit: Accepted, plan: Id) -> HTMLResponse:
    """What will not happen."""
    found = await visit.services.planning.one(plan)
    if found["state"] not in OPEN:
        return await _view(request, visit, found)
    return page(
        request, "planning/cancel", visit.session, hidden=frame(found["version"]),
        action=f"{request.url.path}/spara", **await _shown(visit, found),
    )  # fmt: skip


@router.post("/planerat/{plan}/avbryt/spara", response_class=HTMLResponse)
async def cancel(request: Request, visit: Accepted, plan: Id) -> Response:
    """Cancel it."""
    version, key = seen(visit)
    try:
        await visit.services.planning.cancel(plan, version, key)
    except RefusedError as refused:
        return await _view(request, visit, await visit.services.planning.one(plan), broken(refused))
    return await done(request, visit, f"/planerat/{plan}/kvitto", "cancelled")


@router.get("/planerat/{plan}/kvitto", response_class=HTMLResponse)
async def plan_receipt(request: Request, visit: Accepted, plan: Id) -> Response:
    """The receipt of what was altered or cancelled."""
    shown = await _shown(visit, await visit.services.planning.one(plan))
    return await receipt(request, visit, "planning/plan_receipt", f"/planerat/{plan}", **shown)


def _altered(visit: Visit, found: Plan) -> dict[str, Any]:
    body: dict[str, Any] = {"on": str(planning.day_or_none(visit.one("on")))}
    if found["status"] is None:
        if not VERSION.fullmatch(visit.one(UNIT_VERSION)):
            raise ForgedFormError
        typed = unit.placed(visit.typed, unit.from_unit(found["form"]))
        body |= {"unit": unit.to_fields(typed), UNIT_VERSION: int(visit.one(UNIT_VERSION))}
    return body


def _errors(refused: RefusedError) -> Doing:
    """What is wrong with the day or the whole stands there; the rest by the form's inputs."""
    if refused.status != RULES or not refused.errors:
        return broken(refused)
    whole = [error for error in refused.errors if error["pointer"] in ("", "/on", "/to", "/status")]
    rest = unit.errors_by_name([error for error in refused.errors if error not in whole])
    refused.problem["errors"] = whole
    return Doing((broken(refused, "on").errors if whole else {}) | rest, 400)


async def _view(request: Request, visit: Visit, found: Plan, doing: Doing | None = None) -> HTMLResponse:
    doing = doing or Doing()
    names = await names_of(visit, found["plannedBy"])
    return page(
        request, "planning/view", visit.session, status=doing.status, errors=doing.errors, names=names,
        is_open=found["state"] in OPEN, now=await _now(visit, found), **await _shown(visit, found),
    )  # fmt: skip


async def _now(visit: Visit, found: Plan) -> dict[str, list[str]]:
    """What stands now, by field, where something is in conflict."""
    if not found["conflicts"]:
        return {}
    stands = await visit.services.registry.unit(found["schoolUnitCode"])
    return unit.from_unit(stands["unit"]) | {"status": [stands["status"]]}


async def _form(request: Request, visit: Visit, found: Plan, doing: Doing | None = None) -> HTMLResponse:
    """Its day and, of an edit, the groups of questions that it changes; others are asked for one by one."""
    if found["state"] not in OPEN:
        return await _view(request, visit, found)
    doing = doing or Doing()
    before = await kept_for(request, visit) if request.method == "GET" else None
    typed = before or visit.typed or _planned(found)
    groups = shown({SHOWN: [*typed.get(SHOWN, ()), visit.one(TO)]}, doing.errors)
    stands = await visit.services.registry.unit(found["schoolUnitCode"])
    return page(
        request, "planning/alter", visit.session, status=doing.status, errors=doing.errors, typed=typed,
        restored=before is not None, shown=groups, action=f"/planerat/{found['id']}/andra",
        hidden=[*frame(found["version"]), *carried(typed, groups, (UNIT_VERSION,))],
        places=list((await municipality_names(visit)).items()),
        number_given=stands["unit"]["headMasterPersonalIdentityNumberGiven"], **await _shown(visit, found),
    )  # fmt: skip


def _planned(found: Plan) -> dict[str, list[str]]:
    """The form of a planned change as it is."""
    changes = unit.in_groups(change["field"] for change in found["changed"])
    own = {"on": [found["day"]], UNIT_VERSION: [str(found[UNIT_VERSION])], SHOWN: changes}
    return unit.from_unit(found["form"]) | own


async def _shown(visit: Visit, found: Plan) -> dict[str, Any]:
    number = found["organizationNumber"]
    return {"plan": found, "number": number, "acting": await acting_of(visit, number), "words": words,
            "cancel": f"/planerat/{found['id']}"}  # fmt: skip
