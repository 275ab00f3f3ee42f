"""Handing units over: to whom, which units, when; the check page; the receipt."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.drafts import Draft
from services.eservice.forms import transfers as forms
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import (
    Number,
    acting_of,
    check,
    done,
    frame,
    keep,
    kept_for,
    key_of,
    question,
    status_of,
)
from services.eservice.pages.transfers import errors_at, home
from services.eservice.rendering import page

router = APIRouter()
TYPED = ("scope", "code", "day", "message", "seen")


@router.get("/huvudman/{number}/byte", response_class=HTMLResponse)
async def start(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What it takes."""
    return page(
        request, "transfers/start", visit.session, acting=await acting_of(visit, number), home=home(number),
        first=f"/huvudman/{number}/byte/mottagare",
    )  # fmt: skip


@router.get("/huvudman/{number}/byte/mottagare", response_class=HTMLResponse)
async def receiver(
    request: Request, visit: Accepted, number: Number, q: Annotated[str, Query(max_length=100)] = ""
) -> HTMLResponse:
    """To whom: found by name or number."""
    text = texts.printable(q).strip()
    found = await visit.services.transfers.receivers(number, text)
    return page(
        request, "transfers/receiver", visit.session, acting=await acting_of(visit, number), found=found, q=text,
        at=f"/huvudman/{number}/byte",
    )  # fmt: skip


@router.get("/huvudman/{number}/byte/{receiver}", response_class=HTMLResponse)
async def units(request: Request, visit: Accepted, number: Number, receiver: Number) -> Response:
    """Which units."""
    return await _units(request, visit, number, receiver)


@router.post("/huvudman/{number}/byte/{receiver}", response_class=HTMLResponse)
async def chosen(request: Request, visit: Accepted, number: Number, receiver: Number) -> Response:
    """On to the day, with the units; or what hinders them, before more is asked."""
    key = key_of(visit)
    await acting_of(visit, number)
    scope = forms.scope_of(visit.typed)
    if errors := forms.units(scope, visit.typed.get("code", [])):
        return await _units(request, visit, number, receiver, errors, 400)
    tomorrow = date.fromisoformat((await visit.services.registry.register_day())["publicFrom"])
    try:
        await visit.services.transfers.look_at(number, forms.proposal(receiver, visit.typed, tomorrow), key)
    except RefusedError as refused:
        names = await _names(visit, number)
        return await _units(request, visit, number, receiver, errors_at(refused, names), status_of(refused))
    answer = RedirectResponse(_day_path(number, receiver), SEE_OTHER)
    kept = {"scope": [scope], "code": visit.typed.get("code", [])}
    await keep(request, visit, answer, Draft(_day_path(number, receiver), kept))
    return answer


@router.get("/huvudman/{number}/byte/{receiver}/dag", response_class=HTMLResponse)
async def day(request: Request, visit: Accepted, number: Number, receiver: Number) -> Response:
    """When, and a message. Without units that were chosen before, these are asked for first."""
    await acting_of(visit, number)
    kept = await kept_for(request, visit)
    if kept is None or "scope" not in kept:
        return RedirectResponse(f"/huvudman/{number}/byte/{receiver}", SEE_OTHER)
    answer = await _day(request, visit, number, receiver, kept)
    await keep(request, visit, answer, Draft(request.url.path, kept))
    return answer


@router.post("/huvudman/{number}/byte/{receiver}/dag", response_class=HTMLResponse)
async def check_proposal(request: Request, visit: Accepted, number: Number, receiver: Number) -> Response:
    """The check page: what changes of each unit, and what follows."""
    key = key_of(visit)
    acting, on = await acting_of(visit, number), forms.day_of(visit.one("day"))
    if on is None:
        return await _day(request, visit, number, receiver, visit.typed, {"day": texts.ERRORS["day-form"]}, 400)
    visit.typed.pop("seen", None)  # what the last check page showed, where one comes back from it
    try:
        found = await visit.services.transfers.look_at(number, forms.proposal(receiver, visit.typed, on), key)
    except RefusedError as refused:
        errors = errors_at(refused, await _names(visit, number), here=("day", "message"))
        return await _day(request, visit, number, receiver, visit.typed, errors, status_of(refused))
    visit.typed["seen"] = [forms.seen(found["schoolUnits"])]
    return await check(
        request, visit, "transfers/check", TYPED, acting=acting, found=found, on=on.isoformat(),
        ends_organizer=visit.one("scope") == "ends", cancel=home(number), change=request.url.path,
    )  # fmt: skip


@router.post("/huvudman/{number}/byte/{receiver}/dag/spara", response_class=HTMLResponse)
async def propose(request: Request, visit: Accepted, number: Number, receiver: Number) -> Response:
    """Send the proposal."""
    key, on = key_of(visit), forms.day_of(visit.one("day"))
    await acting_of(visit, number)
    if on is None:
        return await _day(request, visit, number, receiver, visit.typed, {"day": texts.ERRORS["day-form"]}, 400)
    try:
        made = await visit.services.transfers.propose(number, forms.proposal(receiver, visit.typed, on), key)
    except RefusedError as refused:
        errors = errors_at(refused, await _names(visit, number), here=("day", "message"))
        return await _day(request, visit, number, receiver, visit.typed, errors, status_of(refused))
    return await done(
        request, visit, f"/byten/{made['transferId']}/kvitto", "proposed", receiver=made["receiver"]["displayName"],
        day=made["day"],
    )  # fmt: skip


async def _units(
    request: Request, visit: Visit, number: str, receiver: str, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    acting, to = await acting_of(visit, number), await _receiver(visit, number, receiver)
    if to is None:
        return RedirectResponse(f"/huvudman/{number}/byte/mottagare", SEE_OTHER)
    return await question(
        request, visit, "transfers/units", status=status, errors=errors or {}, acting=acting, to=to,
        units=await visit.services.transfers.units(number), action=f"/huvudman/{number}/byte/{receiver}",
        back_to=f"/huvudman/{number}/byte/mottagare", cancel=home(number),
    )  # fmt: skip


async def _day(
    request: Request,
    visit: Visit,
    number: str,
    receiver: str,
    typed: dict[str, list[str]],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    hidden = [(name, text) for name in ("scope", "code") for text in typed.get(name, [])]
    today = (await visit.services.registry.register_day())["day"]
    return page(
        request, "transfers/day", visit.session, status=status, typed=typed, errors=errors or {},
        hidden=[*frame(), *hidden], acting=await acting_of(visit, number), today=today,
        to=await _receiver(visit, number, receiver), action=_day_path(number, receiver),
        back_to=f"/huvudman/{number}/byte/{receiver}", cancel=home(number),
    )  # fmt: skip


async def _receiver(visit: Visit, number: str, receiver: str) -> dict[str, Any] | None:
    return next(iter(await visit.services.transfers.receivers(number, receiver)), None)


async def _names(visit: Visit, number: str) -> dict[str, str]:
    return {one["schoolUnitCode"]: one["displayName"] for one in await visit.services.transfers.units(number)}


def _day_path(number: str, receiver: str) -> str:
    return f"/huvudman/{number}/byte/{receiver}/dag"
