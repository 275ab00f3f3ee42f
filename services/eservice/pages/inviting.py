"""Inviting somebody by e-mail, sending an invitation again, withdrawing it; and the yearly review of users."""

import re
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import users as forms
from services.eservice.pages.doors import Accepted, ForgedFormError, Visit
from services.eservice.pages.steps import (
    GONE,
    Id,
    Number,
    check,
    done,
    errors_of,
    frame,
    key_of,
    names_of,
    question,
    seen,
    status_of,
)
from services.eservice.pages.users import home, shown, user_list
from services.eservice.rendering import page

router = APIRouter()
TYPED = ("email", "role", "personalIdentityNumber")
SHOWN_USER = re.compile(r"([0-9a-f-]{36}):([0-9]{1,9})", re.ASCII)


@router.get("/huvudman/{number}/anvandare/bjud-in", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """Whom to invite, and to what role."""
    return await _form(request, visit, number)


@router.post("/huvudman/{number}/anvandare/bjud-in", response_class=HTMLResponse)
async def check_invitation(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The check page: who gets a mail, and what they may do when they have accepted."""
    key_of(visit)
    if errors := forms.invitation({name: visit.one(name) for name in TYPED}):
        return await _form(request, visit, number, errors, 400)
    found = await visit.services.identity.users.of(number)
    return await check(
        request, visit, "users/invite_check", TYPED, cancel=home(number), change=request.url.path,
        **shown(visit, found),
    )  # fmt: skip


@router.post("/huvudman/{number}/anvandare/bjud-in/spara", response_class=HTMLResponse)
async def invite(request: Request, visit: Accepted, number: Number) -> Response:
    """Send the invitation."""
    key, email = key_of(visit), visit.one("email").strip()
    wanted = {
        "email": email, "role": visit.one("role"),
        "personalIdentityNumber": forms.number_or_none(visit.one("personalIdentityNumber")),
    }  # fmt: skip
    try:
        made = await visit.services.identity.users.invite(number, wanted, key)
    except RefusedError as refused:
        there = email if refused.code == "invitation-exists" else ""
        return await _form(request, visit, number, errors_of(refused), status_of(refused), there=there)
    return await done(
        request, visit, f"{home(number)}/kvitto", "invited", email=email, role=wanted["role"] or "",
        expires=made["expiresAt"],
    )  # fmt: skip


@router.get("/huvudman/{number}/inbjudningar/{invitation}", response_class=HTMLResponse)
async def invitation(request: Request, visit: Accepted, number: Number, invitation: Id) -> HTMLResponse:
    """One invitation, and what can be done."""
    return await _invitation(request, visit, number, invitation)


@router.post("/huvudman/{number}/inbjudningar/{invitation}/skicka-igen/spara", response_class=HTMLResponse)
async def resend(request: Request, visit: Accepted, number: Number, invitation: Id) -> Response:
    """Send it again, with a new link."""
    version, key = seen(visit)
    try:
        sent = await visit.services.identity.users.resend(invitation, version, key)
    except RefusedError as refused:
        return await _refused(request, visit, number, invitation, refused)
    return await done(
        request, visit, f"{home(number)}/kvitto", "resent", email=visit.one("email"), expires=sent["expiresAt"]
    )


@router.get("/huvudman/{number}/inbjudningar/{invitation}/skicka-igen", response_class=HTMLResponse)
async def check_resend(request: Request, visit: Accepted, number: Number, invitation: Id) -> HTMLResponse:
    """The check page of sending again: the earlier link is dead then."""
    return await _invitation(request, visit, number, invitation, template="users/resend", step="skicka-igen")


@router.get("/huvudman/{number}/inbjudningar/{invitation}/aterkalla", response_class=HTMLResponse)
async def check_withdraw(request: Request, visit: Accepted, number: Number, invitation: Id) -> HTMLResponse:
    """The check page of withdrawing."""
    return await _invitation(request, visit, number, invitation, template="users/withdraw", step="aterkalla")


@router.post("/huvudman/{number}/inbjudningar/{invitation}/aterkalla/spara", response_class=HTMLResponse)
async def withdraw(request: Request, visit: Accepted, number: Number, invitation: Id) -> Response:
    """Withdraw it: its link is dead."""
    version, key = seen(visit)
    try:
        await visit.services.identity.users.withdraw(invitation, version, key)
    except RefusedError as refused:
        return await _refused(request, visit, number, invitation, refused)
    return await done(request, visit, f"{home(number)}/kvitto", "withdrawn", email=visit.one("email"))


@router.get("/huvudman/{number}/anvandare/granska", response_class=HTMLResponse)
async def review(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """All users, to be confirmed; and what was confirmed before."""
    return await _review(request, visit, number)


@router.post("/huvudman/{number}/anvandare/granska", response_class=HTMLResponse)
async def confirm(request: Request, visit: Accepted, number: Number) -> Response:
    """Confirm that those who were shown are the right ones."""
    key = key_of(visit)
    found = [SHOWN_USER.fullmatch(one) for one in visit.typed.get("user", ())]
    users = [{"membershipId": one[1], "version": int(one[2])} for one in found if one]
    if len(users) != len(found):
        raise ForgedFormError
    try:
        await visit.services.identity.users.review(number, users, key)
    except RefusedError as refused:
        return await _review(request, visit, number, errors_of(refused), status_of(refused))
    return await done(request, visit, f"{home(number)}/kvitto", "reviewed", count=str(len(users)))


async def _form(
    request: Request,
    visit: Visit,
    number: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
    *,
    there: str = "",
) -> HTMLResponse:
    """The form. `there`: an address that is invited already, for a way to its invitation."""
    found = await visit.services.identity.users.of(number)
    return await question(
        request, visit, "users/invite", status=status, errors=errors or {}, action=f"{home(number)}/bjud-in",
        cancel=home(number), there=_place(found, number, there), **shown(visit, found),
    )  # fmt: skip


def _place(found: dict[str, Any], number: str, email: str) -> str:
    """Where the invitation to an address stands; the list, where it cannot be told. Empty without an address."""
    one = next((one for one in found["invitations"] if one["email"].casefold() == email.casefold()), None)
    if one:
        return f"/huvudman/{number}/inbjudningar/{one['invitationId']}"
    return home(number) if email else ""


async def _invitation(
    request: Request,
    visit: Visit,
    number: str,
    invitation: str,
    *,
    template: str = "users/invitation",
    step: str = "",
    **values: Any,
) -> HTMLResponse:
    found = await visit.services.identity.users.of(number)
    one = next((one for one in found["invitations"] if one["invitationId"] == invitation), None)
    if one is None:
        raise HTTPException(404)
    at = f"/huvudman/{number}/inbjudningar/{invitation}"
    return page(
        request, template, visit.session, invitation=one, hidden=[*frame(one["version"]), ("email", one["email"])],
        action=f"{at}/{step}/spara", cancel=at, names=await names_of(visit, one["invitedBy"]),
        **shown(visit, found), **values,
    )  # fmt: skip


async def _refused(request: Request, visit: Visit, number: str, invitation: str, refused: RefusedError) -> HTMLResponse:
    """The invitation as it is now, with a sentence; the list, when it is not open any more."""
    errors = {} if refused.status == GONE else errors_of(refused)
    found = await visit.services.identity.users.of(number)
    if any(one["invitationId"] == invitation for one in found["invitations"]):
        return await _invitation(request, visit, number, invitation, errors=errors, status=status_of(refused))
    errors = {"": texts.ERRORS["invitation-over"]}
    return await user_list(request, visit, found, status=409, errors=errors)


async def _review(
    request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    found = await visit.services.identity.users.of(number)
    reviews = await visit.services.identity.users.reviews(number)
    users = [("user", f"{one['membershipId']}:{one['version']}") for one in found["users"]]
    names = await names_of(visit, *(review["confirmedBy"] for review in reviews))
    return page(
        request, "users/review", visit.session, status=status, errors=errors or {}, reviews=reviews, names=names,
        hidden=[*frame(), *users], **shown(visit, found),
    )  # fmt: skip
