"""An organizer's users, for its contact persons: who they are, changing a role, ending an authority."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import (
    GONE,
    Id,
    Number,
    acting_of,
    done,
    errors_of,
    frame,
    names_of,
    of_person,
    receipt,
    seen,
    status_of,
)
from services.eservice.rendering import acting_for, page

router = APIRouter()
OTHER_ROLE = {"contact-person": "data-reporter", "data-reporter": "contact-person"}


@router.get("/huvudman/{number}/anvandare", response_class=HTMLResponse)
async def users(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """Who may act for the organizer, who is invited, whose authority has ended, and when they were looked over."""
    found = await visit.services.identity.users.of(number)
    return await user_list(request, visit, found)


@router.get("/huvudman/{number}/anvandare/kvitto", response_class=HTMLResponse)
async def done_with_user(request: Request, visit: Accepted, number: Number) -> Response:
    """The receipt of a changed role, an ended authority, a withdrawn invitation or a review."""
    may_still = visit.person["registerAdministration"] or number in of_person(visit)
    acting = await acting_of(visit, number) if may_still else None
    return await receipt(request, visit, "users/receipt", home(number), number=number, acting=acting)


@router.get("/huvudman/{number}/anvandare/{membership}", response_class=HTMLResponse)
async def user(request: Request, visit: Accepted, number: Number, membership: Id) -> HTMLResponse:
    """One user, and what can be done."""
    return await _user(request, visit, number, membership)


@router.get("/huvudman/{number}/anvandare/{membership}/roll", response_class=HTMLResponse)
async def check_role(request: Request, visit: Accepted, number: Number, membership: Id) -> Response:
    """The check page of another role: there are two, so it is the other one."""
    return await _check(request, visit, number, membership, "roll")


@router.post("/huvudman/{number}/anvandare/{membership}/roll/spara", response_class=HTMLResponse)
async def change_role(request: Request, visit: Accepted, number: Number, membership: Id) -> Response:
    """Change the role. Whoever was slower sees the user as it is now."""
    version, key = seen(visit)
    role, user_name = visit.one("role"), visit.one("user")
    try:
        await visit.services.identity.users.change_role(membership, role, version, key)
    except RefusedError as refused:
        return await _refused(request, visit, number, membership, refused)
    return await done(request, visit, f"{home(number)}/kvitto", "role", user=user_name, role=role, own=visit.one("own"))


@router.get("/huvudman/{number}/anvandare/{membership}/avsluta", response_class=HTMLResponse)
async def check_end(request: Request, visit: Accepted, number: Number, membership: Id) -> Response:
    """The check page of an authority's end."""
    return await _check(request, visit, number, membership, "avsluta")


@router.post("/huvudman/{number}/anvandare/{membership}/avsluta/spara", response_class=HTMLResponse)
async def end(request: Request, visit: Accepted, number: Number, membership: Id) -> Response:
    """End the authority."""
    version, key = seen(visit)
    try:
        await visit.services.identity.users.end(membership, version, key)
    except RefusedError as refused:
        return await _refused(request, visit, number, membership, refused)
    return await done(request, visit, f"{home(number)}/kvitto", "ended", user=visit.one("user"), own=visit.one("own"))


def home(number: str) -> str:
    """Where the organizer's users stand."""
    return f"/huvudman/{number}/anvandare"


async def user_list(request: Request, visit: Visit, found: dict[str, Any], **values: Any) -> HTMLResponse:
    """The organizer's users, with what has just happened to them."""
    names = await names_of(visit, found["review"]["confirmedBy"])
    return page(request, "users/list", visit.session, names=names, **shown(visit, found), **values)


def shown(visit: Visit, found: dict[str, Any]) -> dict[str, Any]:
    """What every page about users shows."""
    organizer = found["organizer"]
    number = organizer["organizationNumber"]
    return {"found": found, "number": number, "acting": acting_for(visit.person, number, organizer["displayName"])}


async def _user(
    request: Request,
    visit: Visit,
    number: str,
    membership: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = await visit.services.identity.users.of(number)
    one = _one(found, membership)
    return page(
        request, "users/user", visit.session, status=status, user=one, errors=errors or {},
        other_role=OTHER_ROLE[one["role"]], **shown(visit, found),
    )  # fmt: skip


async def _check(request: Request, visit: Visit, number: str, membership: str, step: str) -> Response:
    found = await visit.services.identity.users.of(number)
    one = _one(found, membership)
    at = f"{home(number)}/{membership}"
    if one["isLastContactPerson"]:
        return RedirectResponse(at, SEE_OTHER)
    role = OTHER_ROLE[one["role"]]
    carried = [("role", role), ("user", texts.person(one)), ("own", "yes" if one["isMe"] else "")]
    return page(
        request, {"roll": "users/role", "avsluta": "users/end"}[step], visit.session, user=one, role=role,
        hidden=[*frame(one["version"]), *carried], action=f"{at}/{step}/spara", cancel=at, **shown(visit, found),
    )  # fmt: skip


async def _refused(request: Request, visit: Visit, number: str, membership: str, refused: RefusedError) -> HTMLResponse:
    """The user as it is now, with a sentence; the list, when somebody else has ended the authority already."""
    if refused.status == GONE:
        found = await visit.services.identity.users.of(number)
        errors = {"": texts.ERRORS["authority-ended"]}
        return await user_list(request, visit, found, status=409, errors=errors)
    return await _user(request, visit, number, membership, errors_of(refused), status_of(refused))


def _one(found: dict[str, Any], membership: str) -> dict[str, Any]:
    for one in found["users"]:
        if one["membershipId"] == membership:
            return dict(one)
    raise HTTPException(404)
