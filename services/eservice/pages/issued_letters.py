"""Letters to organizers without a contact person: the request recorded, the letter printed, made anew, withdrawn."""

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import users as forms
from services.eservice.pages.administration import HOME, Administrator
from services.eservice.pages.doors import Visit
from services.eservice.pages.steps import (
    Id,
    Number,
    check,
    done,
    errors_of,
    frame,
    key_of,
    question,
    receipt,
    seen,
    status_of,
)
from services.eservice.rendering import page

router = APIRouter()
LETTERS = HOME + "/brev"
TYPED = ("requestedBy", "requestReference", "requestedOn", "address", "personalIdentityNumber")
Organizer = Annotated[str, Query(pattern=r"^([0-9]{10})?$")]


@router.get(LETTERS, response_class=HTMLResponse)
async def letters(request: Request, visit: Administrator, huvudman: Organizer = "") -> HTMLResponse:
    """All letters, or one organizer's."""
    found = await visit.services.identity.administration.letters(huvudman or None)
    return page(request, "administration/letters", visit.session, letters=found, number=huvudman)


@router.get(LETTERS + "/nytt", response_class=HTMLResponse)
async def find(request: Request, visit: Administrator, q: str | None = None) -> HTMLResponse:
    """Find the organizer that the letter is for, by name or number."""
    text = texts.printable(q or "").strip()
    found = await visit.services.registry.organizers(text) if text else []
    return page(request, "administration/letter_for", visit.session, q=text, organizers=found)


@router.get(LETTERS + "/nytt/{number}", response_class=HTMLResponse)
async def form(request: Request, visit: Administrator, number: Number) -> HTMLResponse:
    """What the organizer has asked for."""
    return await _form(request, visit, number)


@router.post(LETTERS + "/nytt/{number}", response_class=HTMLResponse)
async def check_letter(request: Request, visit: Administrator, number: Number) -> HTMLResponse:
    """The check page of a new letter."""
    key_of(visit)
    if errors := forms.letter({name: visit.one(name) for name in TYPED}, _today(request)):
        return await _form(request, visit, number, errors, 400)
    return await check(
        request, visit, "administration/letter_check", TYPED, cancel=LETTERS, change=request.url.path,
        organizer=await _organizer(visit, number), address=forms.address(visit.one("address")),
    )  # fmt: skip


@router.post(LETTERS + "/nytt/{number}/spara", response_class=HTMLResponse)
async def issue(request: Request, visit: Administrator, number: Number) -> Response:
    """Record the request and make the letter."""
    key = key_of(visit)
    requested_on = forms.day_or_none(visit.one("requestedOn"))
    wanted = {
        "organizationNumber": number, "requestedBy": visit.one("requestedBy").strip(),
        "requestReference": visit.one("requestReference").strip(),
        "requestedOn": requested_on.isoformat() if requested_on else "",
        "address": forms.address(visit.one("address")),
        "personalIdentityNumber": forms.number_or_none(visit.one("personalIdentityNumber")),
    }  # fmt: skip
    try:
        made = await visit.services.identity.administration.issue_letter(wanted, key)
    except RefusedError as refused:
        return await _form(request, visit, number, errors_of(refused), status_of(refused))
    return await done(request, visit, f"{LETTERS}/kvitto", "issued", letter=made["letterId"], expires=made["expiresAt"])


@router.get(LETTERS + "/kvitto", response_class=HTMLResponse)
async def done_with_letter(request: Request, visit: Administrator) -> Response:
    """The receipt of a letter made, made anew or withdrawn."""
    return await receipt(request, visit, "administration/receipt", LETTERS)


@router.get(LETTERS + "/{letter}.pdf")
async def pdf(request: Request, visit: Administrator, letter: Id) -> Response:
    """The letter to be printed, while it may be."""
    try:
        content = await visit.services.identity.administration.letter_pdf(letter)
    except RefusedError as refused:
        return await _letter(request, visit, letter, errors=errors_of(refused), status=status_of(refused))
    named = {"Content-Disposition": f'inline; filename="brev-{letter[:8]}.pdf"'}
    return Response(content, media_type="application/pdf", headers=named)


@router.get(LETTERS + "/{letter}", response_class=HTMLResponse)
async def letter(request: Request, visit: Administrator, letter: Id) -> HTMLResponse:
    """One letter, and what can be done."""
    return await _letter(request, visit, letter)


@router.get(LETTERS + "/{letter}/nytt", response_class=HTMLResponse)
async def check_reissue(request: Request, visit: Administrator, letter: Id) -> HTMLResponse:
    """The check page of a letter made anew: the earlier code is dead then."""
    return await _letter(request, visit, letter, template="administration/reissue", step="nytt")


@router.post(LETTERS + "/{letter}/nytt/spara", response_class=HTMLResponse)
async def reissue(request: Request, visit: Administrator, letter: Id) -> Response:
    """Make the letter anew, with a new code."""
    version, key = seen(visit)
    try:
        made = await visit.services.identity.administration.reissue_letter(letter, version, key)
    except RefusedError as refused:
        return await _letter(request, visit, letter, errors=errors_of(refused), status=status_of(refused))
    return await done(
        request, visit, f"{LETTERS}/kvitto", "reissued", letter=made["letterId"], expires=made["expiresAt"]
    )


@router.get(LETTERS + "/{letter}/dra-in", response_class=HTMLResponse)
async def check_withdraw(request: Request, visit: Administrator, letter: Id) -> HTMLResponse:
    """The check page of withdrawing a letter."""
    return await _letter(request, visit, letter, template="administration/withdraw", step="dra-in")


@router.post(LETTERS + "/{letter}/dra-in/spara", response_class=HTMLResponse)
async def withdraw(request: Request, visit: Administrator, letter: Id) -> Response:
    """Withdraw the letter: its code is dead."""
    version, key = seen(visit)
    try:
        await visit.services.identity.administration.withdraw_letter(letter, version, key)
    except RefusedError as refused:
        return await _letter(request, visit, letter, errors=errors_of(refused), status=status_of(refused))
    return await done(request, visit, f"{LETTERS}/kvitto", "withdrawn", letter=letter)


def _today(request: Request) -> date:
    return datetime.now(ZoneInfo(request.app.state.settings.time_zone)).date()


async def _organizer(visit: Visit, number: str) -> dict[str, Any]:
    found: dict[str, Any] = (await visit.services.registry.organizer(number))["organizer"]
    return found


def _postal(organizer: dict[str, Any]) -> str:
    """The organizer's address as the register has it, by line; empty where it has none."""
    known = organizer.get("address") or {}
    town = " ".join(known[part] for part in ("postalCode", "locality") if known.get(part))
    care_of = f"c/o {known['careOfAddress']}" if known.get("careOfAddress") else ""
    lines = [care_of, known.get("streetAddress"), town, known.get("country")]
    return "\n".join(line for line in lines if line)


async def _form(
    request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    earlier = await visit.services.identity.administration.letters(number)
    organizer = await _organizer(visit, number)
    return await question(
        request, visit, "administration/letter_new", status=status, errors=errors or {},
        organizer=organizer, typed={"address": [_postal(organizer)]}, action=f"{LETTERS}/nytt/{number}", cancel=LETTERS,
        earlier=[one for one in earlier if one["state"] == "open"],
    )  # fmt: skip


async def _letter(
    request: Request,
    visit: Visit,
    letter: str,
    *,
    template: str = "administration/letter",
    step: str = "",
    **values: Any,
) -> HTMLResponse:
    found = await visit.services.identity.administration.letter(letter)
    at = f"{LETTERS}/{letter}"
    return page(
        request, template, visit.session, letter=found, hidden=frame(found["version"]), action=f"{at}/{step}/spara",
        cancel=at, **values,
    )  # fmt: skip
