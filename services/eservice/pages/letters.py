"""Joining by a letter: the organizer's number and the letter's code make its first contact person."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import account_texts
from services.eservice.clients.api import AwayError, RefusedError
from services.eservice.forms.users import EMAIL
from services.eservice.pages.doors import LoggedIn, Visit, drafts, logged_in, own_session
from services.eservice.pages.joining import (
    agrees,
    cannot_join,
    carried,
    joined,
    offered,
    terms_version,
    try_again,
)
from services.eservice.rendering import page

router = APIRouter()
PATH, SAVE = "/aktivera", "/aktivera/spara"
TOO_MANY = 429
OF_LETTERS = {"invitation-expired": "letter-expired", "invitation-closed": "letter-closed"}
"""What identity says of both in one word, and people ask of somebody else."""


@router.get(PATH, response_class=HTMLResponse)
async def begin(request: Request) -> Response:
    """What a letter is for; for somebody logged in, where to type what stands in it."""
    if await own_session(request) is None:
        return page(request, "letter_begin")
    visit = await logged_in(request)
    draft = await drafts(request).take(request, visit.session, PATH)
    return _form(request, draft.fields if draft else {})


@router.post(PATH, response_class=HTMLResponse)
async def look(request: Request, visit: LoggedIn) -> Response:
    """What the code lets one become, and the terms."""
    number, code = _typed(visit)
    errors = _missing(number, code)
    if errors:
        return _form(request, visit.typed, errors)
    return await _shown(request, visit, str(number), code)


@router.post(SAVE, response_class=HTMLResponse)
async def use(request: Request, visit: LoggedIn) -> Response:
    """Use the code and accept the terms. A repeat of the same form gets the same answer."""
    number, code = _typed(visit)
    if errors := _missing(number, code):
        return _form(request, visit.typed, errors)
    if not agrees(visit):
        return await _shown(request, visit, str(number), code, {"accept": account_texts.ERRORS["accept"]})
    try:
        made = await visit.services.identity.joining.activate(
            str(number), code, terms_version(visit), visit.key, visit.one("email").strip() or None
        )
    except RefusedError as refused:
        return await _refused(request, visit, refused)
    except AwayError as away:
        hidden = carried(visit, "number", "code", "accept", "termsVersion", "key", "email")
        return try_again(request, away, SAVE, hidden)
    return joined(visit, made["organizationNumber"])


async def _shown(
    request: Request, visit: Visit, number: str, code: str, errors: dict[str, str] | None = None
) -> Response:
    try:
        found: dict[str, Any] = await visit.services.identity.joining.look_at_letter(number, code)
    except RefusedError as refused:
        return await _refused(request, visit, refused)
    hidden = [("number", number), ("code", code)]
    if errors and found["emailNeeded"] and not EMAIL.fullmatch(visit.one("email").strip()):
        errors = {"email": account_texts.ERRORS["email"]} | errors  # all that is wrong at once, in the page's order
    return offered(request, visit, found, SAVE, back=PATH, hidden=hidden, errors=errors)


async def _refused(request: Request, visit: Visit, refused: RefusedError) -> Response:
    """With the form again where typing anew helps."""
    if refused.code == "terms-not-current":
        number, code = _typed(visit)
        return await _shown(request, visit, str(number), code, {"accept": account_texts.ERRORS[refused.code]})
    if refused.status == TOO_MANY:
        return _form(request, visit.typed, {"code": account_texts.wait(refused.retry_after)}, TOO_MANY)
    if refused.code == "code-unknown":
        return _form(request, visit.typed, {"code": account_texts.ERRORS[refused.code]})
    errors = account_texts.pointed(refused.errors)
    if "email" in errors:
        number, code = _typed(visit)
        return await _shown(request, visit, str(number), code, errors)
    if errors:
        return _form(request, visit.typed, errors)
    problem = {"code": OF_LETTERS.get(refused.code, refused.code)}
    return cannot_join(request, RefusedError(refused.status, problem), PATH)


def _typed(visit: Visit) -> tuple[str | None, str]:
    return account_texts.number_of(visit.one("number")), visit.one("code").strip()


def _missing(number: str | None, code: str) -> dict[str, str]:
    found = {"number": number is None, "code": not 1 <= len(code) <= 100}  # noqa: PLR2004 - far more than a code has
    return {name: account_texts.ERRORS[name] for name, is_wrong in found.items() if is_wrong}


def _form(
    request: Request, typed: dict[str, list[str]], errors: dict[str, str] | None = None, status: int = 400
) -> HTMLResponse:
    return page(
        request, "letter_form", status=status if errors else 200, errors=errors or {},
        typed={name: (typed.get(name) or [""])[0] for name in ("number", "code")},
    )  # fmt: skip
