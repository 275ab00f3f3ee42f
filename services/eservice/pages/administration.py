"""The register administration: finding a person, locking and unlocking."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.drafts import Draft
from services.eservice.forms import users as forms
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import (
    Id,
    check,
    done,
    errors_of,
    frame,
    keep,
    kept_for,
    question,
    receipt,
    seen,
    status_of,
)
from services.eservice.rendering import page

router = APIRouter()
HOME, PEOPLE = "/forvaltning", "/forvaltning/personer"
LIKE_A_NUMBER = re.compile(r"(?:[0-9][\s+-]?){10,12}", re.ASCII)


async def administrator(visit: Accepted) -> Visit:
    """The visit of the register administration. To others there is no such page."""
    if not visit.person["registerAdministration"]:
        raise HTTPException(404)
    return visit


Administrator = Annotated[Visit, Depends(administrator)]


@router.get(HOME, response_class=HTMLResponse)
async def overview(request: Request, visit: Administrator) -> HTMLResponse:
    """What the administration does here, and the letters that wait for an answer."""
    letters = await visit.services.identity.administration.letters()
    waiting = [letter for letter in letters if letter["state"] == "open"]
    return page(request, "administration/overview", visit.session, letters=waiting)


@router.get(PEOPLE, response_class=HTMLResponse)
async def people(request: Request, visit: Administrator) -> HTMLResponse:
    """Search persons. What is searched for is kept sealed, for a name or an address has no place in an address line."""
    kept = await kept_for(request, visit)
    if kept is None:
        return page(request, "administration/people", visit.session, q="", found=None)
    found = await visit.services.identity.administration.people(kept["q"][0])
    answer = page(request, "administration/people", visit.session, q=kept["q"][0], found=found)
    await keep(request, visit, answer, Draft(PEOPLE, kept))
    return answer


@router.post(PEOPLE, response_class=HTMLResponse)
async def search(request: Request, visit: Administrator) -> Response:
    """Search, by name, e-mail address or reference."""
    text = texts.printable(visit.one("q")).strip()
    if LIKE_A_NUMBER.fullmatch(text):
        errors = {"q": texts.ERRORS["no-number-search"]}
        return page(request, "administration/people", visit.session, status=400, q="", found=None, errors=errors)
    answer = RedirectResponse(PEOPLE, SEE_OTHER)
    await keep(request, visit, answer, Draft(PEOPLE, {"q": [text]}))
    return answer


@router.get(PEOPLE + "/kvitto", response_class=HTMLResponse)
async def done_with_person(request: Request, visit: Administrator) -> Response:
    """The receipt of a lock or its end."""
    return await receipt(request, visit, "administration/receipt", PEOPLE)


@router.get(PEOPLE + "/{person}", response_class=HTMLResponse)
async def person(request: Request, visit: Administrator, person: Id) -> HTMLResponse:
    """One person: authority, sign-ins, and whether they are locked."""
    return await _person(request, visit, person)


@router.get(PEOPLE + "/{person}/sparra", response_class=HTMLResponse)
async def form(request: Request, visit: Administrator, person: Id) -> HTMLResponse:
    """Why the person is locked."""
    return await _form(request, visit, person)


@router.post(PEOPLE + "/{person}/sparra", response_class=HTMLResponse)
async def check_lock(request: Request, visit: Administrator, person: Id) -> HTMLResponse:
    """The check page of a lock."""
    seen(visit)
    if errors := forms.lock({"reason": visit.one("reason")}):
        return await _form(request, visit, person, errors, 400)
    found = await visit.services.identity.administration.person(person)
    at = f"{PEOPLE}/{person}"
    return await check(
        request, visit, "administration/lock_check", ["reason"], one=found, cancel=at, change=request.url.path
    )


@router.post(PEOPLE + "/{person}/sparra/spara", response_class=HTMLResponse)
async def lock(request: Request, visit: Administrator, person: Id) -> Response:
    """Lock the person at once."""
    version, key = seen(visit)
    try:
        await visit.services.identity.administration.lock(person, visit.one("reason").strip(), version, key)
    except RefusedError as refused:
        return await _form(request, visit, person, errors_of(refused), status_of(refused))
    return await _done(request, visit, person, "locked")


@router.get(PEOPLE + "/{person}/hav-sparren", response_class=HTMLResponse)
async def check_unlock(request: Request, visit: Administrator, person: Id) -> HTMLResponse:
    """The check page of a lock's end."""
    return await _person(request, visit, person, template="administration/unlock")


@router.post(PEOPLE + "/{person}/hav-sparren/spara", response_class=HTMLResponse)
async def unlock(request: Request, visit: Administrator, person: Id) -> Response:
    """Let the person act again."""
    version, key = seen(visit)
    try:
        await visit.services.identity.administration.unlock(person, version, key)
    except RefusedError as refused:
        return await _person(request, visit, person, errors=errors_of(refused), status=status_of(refused))
    return await _done(request, visit, person, "unlocked")


async def _done(request: Request, visit: Visit, person: str, kind: str) -> Response:
    found = await visit.services.identity.administration.person(person)
    return await done(request, visit, f"{PEOPLE}/kvitto", kind, user=texts.person(found), at=f"{PEOPLE}/{person}")


async def _form(
    request: Request, visit: Visit, person: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    found = await visit.services.identity.administration.person(person)
    at = f"{PEOPLE}/{person}"
    return await question(
        request, visit, "administration/lock", version=found["version"], status=status, errors=errors or {},
        one=found, action=f"{at}/sparra", cancel=at,
    )  # fmt: skip


async def _person(
    request: Request, visit: Visit, person: str, *, template: str = "administration/person", **values: Any
) -> HTMLResponse:
    found = await visit.services.identity.administration.person(person)
    at = f"{PEOPLE}/{person}"
    return page(
        request, template, visit.session, one=found, hidden=frame(found["version"]), action=f"{at}/hav-sparren/spara",
        cancel=at, **values,
    )  # fmt: skip
