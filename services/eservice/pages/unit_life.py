"""A unit's life: another status, another start date, taking back what was done today."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import planning_texts as words
from services.eservice.clients.api import RefusedError
from services.eservice.forms import planning as forms
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.planning_steps import Doing, broken
from services.eservice.pages.steps import check, done, question, receipt, seen
from services.eservice.pages.units import Code, acting_at

router = APIRouter()
Unit = dict[str, Any]


@router.get("/enheter/{code}/status", response_class=HTMLResponse)
async def status_form(request: Request, visit: Accepted, code: Code) -> Response:
    """What can happen to the unit next, from when and why."""
    return await _status(request, visit, await visit.services.registry.unit(code))


@router.post("/enheter/{code}/status", response_class=HTMLResponse)
async def status_check(request: Request, visit: Accepted, code: Code) -> Response:
    """What will change, and which planned changes are cancelled by it."""
    version, key = seen(visit)
    found = await visit.services.registry.unit(code)
    if errors := forms.status({name: visit.one(name) for name in ("to", "on", "reason")}, found["status"]):
        return await _status(request, visit, found, errors)
    what, body = _command(visit)
    try:
        tried = await visit.services.planning.on_unit(code, what, body, version, key, dry_run=True)
    except RefusedError as refused:
        return await _status(request, visit, found, broken(refused, "to", "on", "reason"))
    ends = visit.one("to") in {"UPPHORT", words.WITHDRAW} and not tried["planned"]
    plans = await visit.services.planning.of_unit(code) if ends else []
    return await check(
        request, visit, "planning/status_check", ("to", "on", "reason"), tried=tried, plans=plans, on=body.get("on"),
        ends=visit.one("to") in {"UPPHORT", words.WITHDRAW}, **_shown(visit, found, "status"),
    )  # fmt: skip


@router.post("/enheter/{code}/status/spara", response_class=HTMLResponse)
async def status_save(request: Request, visit: Accepted, code: Code) -> Response:
    """Do it, or plan it."""
    version, key = seen(visit)
    found = await visit.services.registry.unit(code)
    what, body = _command(visit)
    try:
        saved = await visit.services.planning.on_unit(code, what, body, version, key)
    except RefusedError as refused:
        return await _status(request, visit, found, broken(refused, "to", "on", "reason"))
    kind = "planned" if "plannedAt" in saved else "withdrawn" if what == "withdrawal" else "status"
    return await done(request, visit, _at(code, "livskvitto"), kind, day=str(saved.get("day", "")))


@router.get("/enheter/{code}/startdatum", response_class=HTMLResponse)
async def start_form(request: Request, visit: Accepted, code: Code) -> Response:
    """Another start for a unit that has not started."""
    return await _start(request, visit, await visit.services.registry.unit(code))


@router.post("/enheter/{code}/startdatum", response_class=HTMLResponse)
async def start_check(request: Request, visit: Accepted, code: Code) -> Response:
    """The start before and after."""
    version, key = seen(visit)
    found = await visit.services.registry.unit(code)
    if errors := forms.day(visit.one("startdate"), name="startdate"):
        return await _start(request, visit, found, errors)
    try:
        tried = await visit.services.planning.on_unit(code, "start-date", _start_of(visit), version, key, dry_run=True)
    except RefusedError as refused:
        return await _start(request, visit, found, broken(refused, "startdate"))
    return await check(
        request, visit, "planning/start_check", ("startdate",), tried=tried, **_shown(visit, found, "startdatum")
    )


@router.post("/enheter/{code}/startdatum/spara", response_class=HTMLResponse)
async def start_save(request: Request, visit: Accepted, code: Code) -> Response:
    """Move the start."""
    version, key = seen(visit)
    found = await visit.services.registry.unit(code)
    if errors := forms.day(visit.one("startdate"), name="startdate"):
        return await _start(request, visit, found, errors)
    try:
        saved = await visit.services.planning.on_unit(code, "start-date", _start_of(visit), version, key)
    except RefusedError as refused:
        return await _start(request, visit, found, broken(refused, "startdate"))
    return await done(request, visit, _at(code, "livskvitto"), "start", day=saved["unit"]["startdate"])


@router.get("/enheter/{code}/rattelse", response_class=HTMLResponse)
async def correction_check(request: Request, visit: Accepted, code: Code) -> Response:
    """What was done today and can be taken back. Its check page asks why."""
    return await _correction(request, visit, await visit.services.registry.unit(code))


@router.post("/enheter/{code}/rattelse/spara", response_class=HTMLResponse)
async def correct(request: Request, visit: Accepted, code: Code) -> Response:
    """Take it back."""
    version, key = seen(visit)
    found = await visit.services.registry.unit(code)
    if errors := forms.reason(visit.one("reason")):
        return await _correction(request, visit, found, Doing(errors, 400))
    body = {"reason": visit.one("reason").strip()}
    try:
        await visit.services.planning.on_unit(code, "correction", body, version, key)
    except RefusedError as refused:
        return await _correction(request, visit, found, broken(refused, "reason"))
    return await done(request, visit, _at(code, "livskvitto"), "corrected")


@router.get("/enheter/{code}/livskvitto", response_class=HTMLResponse)
async def life_receipt(request: Request, visit: Accepted, code: Code) -> Response:
    """The receipt of what was done to the unit, or planned for it."""
    found = await visit.services.registry.unit(code)
    day = await visit.services.registry.register_day()
    return await receipt(
        request, visit, "planning/receipt", _at(code), found=found, code=code, acting=acting_at(visit, found),
        words=words, public_from=day["publicFrom"],
    )  # fmt: skip


def _command(visit: Visit) -> tuple[str, dict[str, Any]]:
    reason = {"reason": visit.one("reason").strip()} if visit.one("reason").strip() else {}
    if visit.one("to") == words.WITHDRAW:
        return "withdrawal", reason
    on = forms.day_or_none(visit.one("on"))
    return "status", {"to": visit.one("to"), **({"on": on.isoformat()} if on else {}), **reason}


def _start_of(visit: Visit) -> dict[str, str]:
    start = forms.day_or_none(visit.one("startdate"))
    return {"startdate": start.isoformat() if start else ""}


async def _status(
    request: Request, visit: Visit, found: Unit, errors: dict[str, str] | Doing | None = None
) -> HTMLResponse:
    doing = Doing.of(errors)
    steps = words.NEXT[found["status"]]
    return await question(
        request, visit, "planning/status", version=found["version"], status=doing.status, errors=doing.errors,
        options=[(step, *words.STEPS[step]) for step in steps], **_shown(visit, found, "status"),
    )  # fmt: skip


async def _start(
    request: Request, visit: Visit, found: Unit, errors: dict[str, str] | Doing | None = None
) -> HTMLResponse:
    if found["status"] != "PLANERAD":
        raise HTTPException(404)
    doing = Doing.of(errors)
    return await question(
        request, visit, "planning/start", version=found["version"], status=doing.status, errors=doing.errors,
        **_shown(visit, found, "startdatum"),
    )  # fmt: skip


async def _correction(request: Request, visit: Visit, found: Unit, doing: Doing | None = None) -> HTMLResponse:
    doing = doing or Doing.of(None)
    code, version = found["schoolUnitCode"], str(found["version"])
    tried: dict[str, Any] = {"changed": []}
    try:
        tried = await visit.services.planning.on_unit(
            code, "correction", {"reason": "?"}, version, "only a try", dry_run=True
        )
    except RefusedError as refused:
        doing = doing if doing.errors else broken(refused)
    return await question(
        request, visit, "planning/correction", version=found["version"], status=doing.status, errors=doing.errors,
        tried=tried, **_shown(visit, found, "rattelse"),
    )  # fmt: skip


def _shown(visit: Visit, found: Unit, step: str) -> dict[str, Any]:
    code = found["schoolUnitCode"]
    action = _at(code, step)
    return {"found": found, "code": code, "acting": acting_at(visit, found), "cancel": _at(code), "words": words,
            "change": action, "form": action}  # fmt: skip


def _at(code: str, step: str = "") -> str:
    return f"/enheter/{code}/{step}".rstrip("/")
