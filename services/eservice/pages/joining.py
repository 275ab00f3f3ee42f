"""Joining by a mailed invitation: what it is, who may, the terms, the receipt; and what letters share with it."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import account_texts
from services.eservice.clients.api import AwayError, RefusedError
from services.eservice.cookies import INVITATION, clear_cookie, keep_link, link_token
from services.eservice.pages.doors import (
    SEE_OTHER,
    Accepted,
    ForgedFormError,
    LoggedIn,
    Visit,
    logged_in,
    new_key,
    own_session,
)
from services.eservice.rendering import markdown, page

router = APIRouter()
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.~-]{16,300}$")]
Number = Annotated[str, Path(pattern=r"^[0-9]{10}$")]
VERSION = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
PATH = "/inbjudan"
Hidden = list[tuple[str, str]]


@router.get(PATH + "/{token}")
async def by_link(request: Request, token: Token) -> Response:
    """Take the token out of the address, and go on."""
    answer = RedirectResponse(PATH, SEE_OTHER)
    keep_link(answer, request.app.state.sealed, INVITATION, token)
    return answer


@router.get(PATH, response_class=HTMLResponse)
async def invitation(request: Request) -> Response:
    """The invitation: before login only that it is one; afterwards to what, or why not."""
    token = link_token(request, request.app.state.sealed, INVITATION)
    if token is None:
        return page(request, "invitation_lost", status=404)
    if await own_session(request) is None:
        return page(request, "invited")
    visit = await logged_in(request)
    return await _shown(request, visit, token)


@router.post(PATH, response_class=HTMLResponse)
async def accept(request: Request, visit: LoggedIn) -> Response:
    """Accept the invitation and the terms. A repeat of the same form gets the same answer."""
    token = link_token(request, request.app.state.sealed, INVITATION)
    if token is None:
        return page(request, "invitation_lost", status=404)
    if not agrees(visit):
        return await _shown(request, visit, token, {"accept": account_texts.ERRORS["accept"]})
    try:
        made = await visit.services.identity.joining.accept_invitation(token, terms_version(visit), visit.key)
    except RefusedError as refused:
        if refused.code == "terms-not-current":
            return await _shown(request, visit, token, {"accept": account_texts.ERRORS[refused.code]})
        return cannot_join(request, refused, PATH)
    except AwayError as away:
        return try_again(request, away, PATH, carried(visit, "accept", "termsVersion", "key"))
    return joined(visit, made["organizationNumber"])


async def _shown(request: Request, visit: Visit, token: str, errors: dict[str, str] | None = None) -> Response:
    try:
        found = await visit.services.identity.joining.look_at_invitation(token)
    except RefusedError as refused:
        return cannot_join(request, refused, PATH)
    return offered(request, visit, found, PATH, errors=errors)


def offered(
    request: Request,
    visit: Visit,
    found: dict[str, Any],
    action: str,
    *,
    back: str | None = None,
    hidden: Hidden | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """What one is asked to become, the terms, and the cross to accept them; or why one cannot."""
    if found["refusal"]:
        return cannot_join(request, RefusedError(403, {"code": found["refusal"]}), back or action)
    terms = visit.person["terms"]
    return page(
        request, "join", visit.session, status=400 if errors else 200, found=found, action=action, errors=errors or {},
        terms=terms, html=markdown(terms["current"]["markdown"], below=2),
        accepts=visit.one("accept") == "yes", email=visit.one("email") or visit.person["email"] or "",
        hidden=[*(hidden or ()), ("key", new_key()), ("termsVersion", str(terms["current"]["version"]))],
    )  # fmt: skip


def agrees(visit: Visit) -> bool:
    """Whether the current terms are accepted, now or before."""
    return visit.one("accept") == "yes" or bool(visit.person["terms"]["accepted"])


def terms_version(visit: Visit) -> int:
    """The version that was read. Raises ForgedFormError when the form is none of ours."""
    typed = visit.one("termsVersion")
    if not VERSION.fullmatch(typed):
        raise ForgedFormError
    return int(typed)


def carried(visit: Visit, *names: str) -> Hidden:
    """What was typed, to be sent once more as it is."""
    return [(name, visit.one(name)) for name in names if visit.one(name)]


def cannot_join(request: Request, refused: RefusedError, back: str) -> HTMLResponse:
    """Why one cannot join. Raises the refusal when it is not about that."""
    refusal = account_texts.refusal(refused.code)
    if refusal is None:
        raise refused
    return page(request, "cannot_join", status=refused.status, refusal=refusal, back=back)


def try_again(request: Request, away: AwayError, action: str, hidden: Hidden) -> HTMLResponse:
    """Something that joining needs is away: say what, with a button to try again. Raises what is not about that."""
    refusal = account_texts.refusal(away.code or "")
    if refusal is None:
        raise away
    return page(request, "cannot_join", status=503, refusal=refusal, back=action, hidden=hidden)


def joined(visit: Visit, number: str) -> Response:
    """On to the receipt; by way of waiting, where the account has just been given its person."""
    receipt = f"/valkommen/{number}"
    is_known = visit.session.person_id is not None
    return RedirectResponse(receipt if is_known else f"/kontot-gors-i-ordning?vidare={receipt}", SEE_OTHER)


@router.get("/valkommen/{number}", response_class=HTMLResponse)
async def receipt(request: Request, visit: Accepted, number: Number) -> Response:
    """What one has become, and what one can do now."""
    memberships = visit.person["memberships"]
    membership = next((one for one in memberships if one["organizationNumber"] == number), None)
    if membership is None:
        return page(request, "not_found", status=404)
    answer = page(request, "joined", visit.session, membership=membership)
    clear_cookie(answer, INVITATION)
    return answer
