"""Transfers of units, for both organizers and the administration: the list, one, accepting, declining, withdrawing."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts, transfer_texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import transfers as forms
from services.eservice.pages.administration import Administrator
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import (
    Id,
    Number,
    acting_of,
    check,
    done,
    errors_of,
    frame,
    names_of,
    of_person,
    question,
    receipt,
    seen,
    status_of,
)
from services.eservice.rendering import page

router = APIRouter()
RULES_BROKEN = "rules-broken"
STEPS = {"godkann": ("acceptance", "transfers/accept"), "dra-tillbaka": ("withdrawal", "transfers/withdraw")}
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get("/huvudman/{number}/byten", response_class=HTMLResponse)
async def transfers(request: Request, visit: Accepted, number: Number, page_number: PageNumber = 1) -> Response:
    """The organizer's transfers, given and received."""
    found = await visit.services.transfers.of(number, page_number)
    if page_number > 1 and not found["transfers"]:
        return RedirectResponse("?", SEE_OTHER)
    return page(
        request, "transfers/list", visit.session, found=found, acting=await acting_of(visit, number), number=number,
        start=f"/huvudman/{number}/byte",
    )  # fmt: skip


@router.get("/forvaltning/byten", response_class=HTMLResponse)
async def every(
    request: Request,
    visit: Administrator,
    lage: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    page_number: PageNumber = 1,
) -> Response:
    """All transfers, for the register administration."""
    states = [one for one in lage if one in transfer_texts.STATES]
    found = await visit.services.transfers.every(states, page_number)
    if page_number > 1 and not found["transfers"]:
        return RedirectResponse("?", SEE_OTHER)
    return page(request, "transfers/all", visit.session, found=found, states=states)


@router.get("/byten/{transfer}", response_class=HTMLResponse)
async def transfer(request: Request, visit: Accepted, transfer: Id) -> HTMLResponse:
    """One transfer: its units, what happened to it, and what one may do."""
    return await _one(request, visit, transfer)


@router.get("/byten/{transfer}/kvitto", response_class=HTMLResponse)
async def done_with_transfer(request: Request, visit: Accepted, transfer: Id) -> Response:
    """The receipt of a proposal, an answer or a withdrawal."""
    found = await visit.services.transfers.one(transfer)
    return await receipt(
        request, visit, "transfers/receipt", _at(transfer), found=found, acting=await _acting(visit, found),
        at=_at(transfer),
    )  # fmt: skip


@router.get("/byten/{transfer}/avsla", response_class=HTMLResponse)
async def refusal(request: Request, visit: Accepted, transfer: Id) -> HTMLResponse:
    """Why it is declined."""
    return await _refusal(request, visit, await _may(visit, transfer, "refusal"))


@router.post("/byten/{transfer}/avsla", response_class=HTMLResponse)
async def check_refusal(request: Request, visit: Accepted, transfer: Id) -> HTMLResponse:
    """The check page of declining."""
    seen(visit)
    found = await _may(visit, transfer, "refusal")
    if not visit.one("reason").strip():
        errors = {"reason": texts.ERRORS["reason-needed"]}
        return await _refusal(request, visit, found, errors, 400)
    return await check(
        request, visit, "transfers/decline_check", ["reason"], found=found, acting=await _acting(visit, found),
        cancel=_at(transfer), change=request.url.path,
    )  # fmt: skip


@router.post("/byten/{transfer}/avsla/spara", response_class=HTMLResponse)
async def decline(request: Request, visit: Accepted, transfer: Id) -> Response:
    """Decline."""
    version, key = seen(visit)
    found = await visit.services.transfers.one(transfer)
    try:
        await visit.services.transfers.turn(transfer, "refusal", version, key, {"reason": visit.one("reason")})
    except RefusedError as refused:
        errors = errors_at(refused, {})
        if "reason" in errors:
            return await _refusal(request, visit, found, errors, status_of(refused))
        return await _one(request, visit, transfer, errors, status_of(refused))
    return await done(request, visit, f"{_at(transfer)}/kvitto", "refusal")


@router.get("/byten/{transfer}/{step}", response_class=HTMLResponse)
async def check_turn(request: Request, visit: Accepted, transfer: Id, step: str) -> HTMLResponse:
    """The check page of accepting, or of withdrawing."""
    if step not in STEPS:
        raise HTTPException(404)
    how, template = STEPS[step]
    found = await _may(visit, transfer, how)
    return page(
        request, template, visit.session, found=found, acting=await _acting(visit, found), cancel=_at(transfer),
        hidden=frame(found["version"]), action=f"{_at(transfer)}/{step}/spara",
    )  # fmt: skip


@router.post("/byten/{transfer}/{step}/spara", response_class=HTMLResponse)
async def turn(request: Request, visit: Accepted, transfer: Id, step: str) -> Response:
    """Accept, or withdraw. Whoever was slower sees the transfer as it is now."""
    if step not in STEPS:
        raise HTTPException(404)
    version, key = seen(visit)
    how, _ = STEPS[step]
    try:
        await visit.services.transfers.turn(transfer, how, version, key)
    except RefusedError as refused:
        return await _one(request, visit, transfer, errors_at(refused, {}), status_of(refused))
    return await done(request, visit, f"{_at(transfer)}/kvitto", how)


def home(number: str) -> str:
    """Where the organizer's transfers stand."""
    return f"/huvudman/{number}/byten"


def errors_at(refused: RefusedError, names: Mapping[str, str], here: Collection[str] | None = None) -> dict[str, str]:
    """A refusal in words, by input; what is about another page's input (not of `here`) is about the whole page."""
    if refused.code != RULES_BROKEN:
        return errors_of(refused)
    found = forms.told(refused.errors, names)
    if here is None:
        return found
    elsewhere = [text for name, text in found.items() if name not in here]
    return {name: text for name, text in found.items() if name in here} | (
        {"": " ".join(elsewhere)} if elsewhere else {}
    )


async def _one(
    request: Request, visit: Visit, transfer: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    found = await visit.services.transfers.one(transfer)
    return page(
        request, "transfers/transfer", visit.session, status=status, errors=errors or {}, found=found,
        acting=await _acting(visit, found), at=_at(transfer), told=transfer_texts.happened(found["entries"]),
        names=await names_of(visit, *[e["actor"] for e in found["entries"] if e["actor"] != e["actorRole"]]),
    )  # fmt: skip


async def _refusal(
    request: Request, visit: Visit, found: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    at = _at(found["transferId"])
    return await question(
        request, visit, "transfers/decline", version=found["version"], status=status, errors=errors or {},
        found=found, acting=await _acting(visit, found), action=f"{at}/avsla", cancel=at,
    )  # fmt: skip


async def _may(visit: Visit, transfer: str, how: str) -> dict[str, Any]:
    """The transfer, for somebody who may do this with it now. Others have no such page."""
    found = await visit.services.transfers.one(transfer)
    if how not in found["mayDo"]:
        raise HTTPException(404)
    return found


async def _acting(visit: Visit, found: Mapping[str, Any]) -> dict[str, str] | None:
    """The side that the person acts for, the receiver first; of the administration, none."""
    for side in ("receiver", "giver"):
        number = found[side]["organizationNumber"]
        if number in of_person(visit):
            return await acting_of(visit, number)
    return None


def _at(transfer: str) -> str:
    return f"/byten/{transfer}"
