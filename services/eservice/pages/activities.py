"""Other activities: what an organizer runs beside its school units. See, register, edit."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice.clients.api import RefusedError
from services.eservice.forms import activities as forms
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.steps import (
    STALE,
    Id,
    Number,
    acting_of,
    check,
    done,
    errors_of,
    key_of,
    question,
    receipt,
    seen,
)
from services.eservice.rendering import page

router = APIRouter()
BROKEN = frozenset({409, 422})
START = "/huvudman/{number}/verksamheter"
ONE = "/huvudman/{number}/verksamheter/{activity}"


@router.get(START, response_class=HTMLResponse)
async def activities(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The organizer's activities, and what they are."""
    found = await visit.services.activities.of(number)
    acting = await acting_of(visit, number)
    return page(request, "activities/list", visit.session, found=found, acting=acting, home=home(number))


@router.get(f"{START}/ny", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What the new activity is."""
    return await _form(request, visit, number)


@router.post(f"{START}/ny", response_class=HTMLResponse)
async def check_new(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The check page of a new activity; with errors, the form again."""
    if visit.one("step") == "form":
        return await _form(request, visit, number)
    errors = forms.missing(visit.typed)
    if errors:
        return await _form(request, visit, number, errors=errors)
    try:
        made = await visit.services.activities.register(number, _new(visit), visit.key, dry_run=True)
    except RefusedError as refused:
        return await _form(request, visit, number, errors=_errors(refused))
    return await _check(request, visit, number, made, forms.NAMES, f"{home(number)}/ny", home(number))


@router.post(f"{START}/ny/spara", response_class=HTMLResponse)
async def save_new(request: Request, visit: Accepted, number: Number) -> Response:
    """Register it."""
    try:
        made = await visit.services.activities.register(number, _new(visit), key_of(visit))
    except RefusedError as refused:
        return await _form(request, visit, number, errors=_errors(refused))
    return await _done(request, visit, number, "registered", made)


@router.get(f"{START}/kvitto", response_class=HTMLResponse)
async def done_with_activity(request: Request, visit: Accepted, number: Number) -> Response:
    """The receipt of what was registered, changed or ended."""
    acting = await acting_of(visit, number)
    return await receipt(request, visit, "activities/receipt", home(number), acting=acting, home=home(number))


@router.get(ONE, response_class=HTMLResponse)
async def activity(request: Request, visit: Accepted, number: Number, activity: Id) -> HTMLResponse:
    """One activity with all that is said of it."""
    return await show(request, visit, number, activity)


@router.get(f"{ONE}/historik", response_class=HTMLResponse)
async def history(
    request: Request,
    visit: Accepted,
    number: Number,
    activity: Id,
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """What happened to it."""
    found, acting = await one_of(visit, number, activity)
    told = await visit.services.activities.history(activity, page_number)
    names, places = await visit.services.identity.names(told["entries"]), dict(await _places(visit))
    entries = [entry | {"changed": forms.told(entry["changed"], places)} for entry in told["entries"]]
    return page(
        request, "activities/history", visit.session, found=found, told=told | {"entries": entries}, names=names,
        acting=acting, at=f"{home(number)}/{activity}",
    )  # fmt: skip


@router.get(f"{ONE}/andra", response_class=HTMLResponse)
async def edit_form(request: Request, visit: Accepted, number: Number, activity: Id) -> HTMLResponse:
    """The form with the activity as it stands."""
    return await _edit_form(request, visit, number, activity)


@router.post(f"{ONE}/andra", response_class=HTMLResponse)
async def check_edit(request: Request, visit: Accepted, number: Number, activity: Id) -> HTMLResponse:
    """The check page of an edit; with errors, the form again."""
    version, key = seen(visit)
    if visit.one("step") == "form":
        return await _edit_form(request, visit, number, activity)
    errors = forms.missing(visit.typed)
    if errors:
        return await _edit_form(request, visit, number, activity, errors=errors)
    try:
        made = await visit.services.activities.edit(activity, forms.to_fields(visit.typed), version, key, dry_run=True)
    except RefusedError as refused:
        return await _refused_edit(request, visit, number, activity, refused)
    at = f"{home(number)}/{activity}"
    return await _check(request, visit, number, made, forms.NAMES, f"{at}/andra", at)


@router.post(f"{ONE}/andra/spara", response_class=HTMLResponse)
async def save_edit(request: Request, visit: Accepted, number: Number, activity: Id) -> Response:
    """Save the edit."""
    version, key = seen(visit)
    try:
        made = await visit.services.activities.edit(activity, forms.to_fields(visit.typed), version, key)
    except RefusedError as refused:
        return await _refused_edit(request, visit, number, activity, refused)
    return await _done(request, visit, number, "edited", made)


@router.get(f"{ONE}/avsluta", response_class=HTMLResponse)
async def end_form(request: Request, visit: Accepted, number: Number, activity: Id) -> HTMLResponse:
    """From which day it has ended."""
    return await _end_form(request, visit, number, activity)


@router.post(f"{ONE}/avsluta", response_class=HTMLResponse)
async def check_end(request: Request, visit: Accepted, number: Number, activity: Id) -> HTMLResponse:
    """The check page of an end."""
    version, key = seen(visit)
    if visit.one("step") == "form":
        return await _end_form(request, visit, number, activity)
    on = forms.day(visit.typed, "on")
    if on is None:
        errors = {"on": "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-12-31."}
        return await _end_form(request, visit, number, activity, errors)
    try:
        made = await visit.services.activities.end(activity, on, version, key, dry_run=True)
    except RefusedError as refused:
        return await _end_form(request, visit, number, activity, _errors(refused))
    at = f"{home(number)}/{activity}"
    return await _check(request, visit, number, made, ("on",), f"{at}/avsluta", at)


@router.post(f"{ONE}/avsluta/spara", response_class=HTMLResponse)
async def save_end(request: Request, visit: Accepted, number: Number, activity: Id) -> Response:
    """End it."""
    version, key = seen(visit)
    try:
        made = await visit.services.activities.end(activity, forms.day(visit.typed, "on") or "", version, key)
    except RefusedError as refused:
        return await _end_form(request, visit, number, activity, _errors(refused))
    return await _done(request, visit, number, "ended", made)


def home(number: str) -> str:
    """Where the organizer's activities stand."""
    return f"/huvudman/{number}/verksamheter"


async def one_of(visit: Visit, number: str, activity: str) -> tuple[dict[str, Any], dict[str, str]]:
    """An activity and the organizer it belongs to. Raises RefusedError 404 for another's."""
    found = await visit.services.activities.one(activity)
    if found["organizationNumber"] != number:
        raise RefusedError(404, {"code": "not-found"})
    return found, await acting_of(visit, number)


async def show(request: Request, visit: Visit, number: str, activity: str, **values: Any) -> HTMLResponse:
    """One activity, with what has just been refused."""
    found, acting = await one_of(visit, number, activity)
    return page(
        request, "activities/activity", visit.session, found=found, acting=acting, home=home(number),
        at=f"{home(number)}/{activity}", places=dict(await _places(visit)), **values,
    )  # fmt: skip


def _new(visit: Visit) -> dict[str, Any]:
    return {"startdate": forms.day(visit.typed, "startdate"), "activity": forms.to_fields(visit.typed)}


def _errors(refused: RefusedError) -> dict[str, str]:
    if refused.status in BROKEN and refused.errors:
        return forms.errors_by_name(refused.errors)
    return errors_of(refused)


async def _done(request: Request, visit: Visit, number: str, kind: str, made: dict[str, Any]) -> Response:
    return await done(
        request, visit, f"{home(number)}/kvitto", kind, name=made["activity"]["displayName"],
        activity=made["activityId"], end=made["endDate"] or "", start=made["startdate"], status=made["status"],
    )  # fmt: skip


async def _check(
    request: Request, visit: Visit, number: str, made: dict[str, Any], names: Iterable[str], form: str, cancel: str
) -> HTMLResponse:
    changed = forms.told(made["changed"], dict(await _places(visit)))
    return await check(
        request, visit, "activities/check", names, made=made, changed=changed, acting=await acting_of(visit, number),
        form_action=form, cancel=cancel,
    )  # fmt: skip


async def _form(request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None) -> HTMLResponse:
    return await question(
        request, visit, "activities/form", status=400 if errors else 200, errors=errors or {},
        places=await _places(visit), is_new=True, acting=await acting_of(visit, number), action=f"{home(number)}/ny",
        cancel=home(number),
    )  # fmt: skip


async def _edit_form(
    request: Request, visit: Visit, number: str, activity: str, errors: dict[str, str] | None = None
) -> HTMLResponse:
    found, acting = await one_of(visit, number, activity)
    at = f"{home(number)}/{activity}"
    return await question(
        request, visit, "activities/form", version=found["version"], status=400 if errors else 200, errors=errors or {},
        typed=forms.from_activity(found["activity"]) if request.method == "GET" else {}, places=await _places(visit),
        is_new=False, found=found, acting=acting, action=f"{at}/andra", cancel=at,
    )  # fmt: skip


async def _refused_edit(
    request: Request, visit: Visit, number: str, activity: str, refused: RefusedError
) -> HTMLResponse:
    """What was typed stands in the form again, over what stands now when somebody else was faster."""
    if refused.status == STALE:
        return await _edit_form(request, visit, number, activity, errors_of(refused))
    return await _edit_form(request, visit, number, activity, _errors(refused))


async def _end_form(
    request: Request, visit: Visit, number: str, activity: str, errors: dict[str, str] | None = None
) -> HTMLResponse:
    found, acting = await one_of(visit, number, activity)
    at = f"{home(number)}/{activity}"
    return await question(
        request, visit, "activities/end", version=found["version"], status=400 if errors else 200, errors=errors or {},
        found=found, acting=acting, action=f"{at}/avsluta", cancel=at,
    )  # fmt: skip


async def _places(visit: Visit) -> list[tuple[str, str]]:
    municipalities = await visit.services.registry.municipalities()
    return [(place["municipalityCode"], place["displayName"]) for place in municipalities]
