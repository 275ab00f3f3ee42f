"""Logging in and out."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice.clients.api import AwayError, LoggedOutError, RefusedError
from services.eservice.clients.services import services_for
from services.eservice.cookies import DRAFT, LOGIN, SESSION, clear_cookie, safe_path, set_cookie
from services.eservice.oidc import BROKERED, LoginRefusedError, Provider, Tokens
from services.eservice.pages.doors import SEE_OTHER, drafts, own_session, sessions, typed_form
from services.eservice.rendering import page

router = APIRouter()
JOINING = ("/inbjudan", "/aktivera")
"""Where somebody may come whom we do not know yet: they are asked who they are at the login."""


@router.get("/logga-in")
async def leave(request: Request, vidare: str = "/hem", niva: Annotated[int, Query(ge=0, le=4)] = 0) -> Response:
    """Send the browser to the identity provider; with `niva`, for a login of that assurance at least."""
    wanted = safe_path(vidare)
    if niva >= BROKERED and request.headers.get("sec-fetch-site") != "cross-site":
        await _end_weaker(request)
    return await _leaving(request, wanted, level=niva, identifies=wanted.startswith(JOINING))


async def _end_weaker(request: Request) -> None:
    """End the session at the provider: while it lasts, nobody is sent on to an e-legitimation."""
    session = await sessions(request).of(request)
    if session:
        await sessions(request).end(session)
        await _provider(request).end(session.tokens)


async def _leaving(request: Request, wanted: str, *, level: int = 0, identifies: bool) -> Response:
    leaving, address = _provider(request).leave(wanted, level=level, identifies=identifies)
    answer = RedirectResponse(address, SEE_OTHER)
    set_cookie(answer, LOGIN, await sessions(request).keep_login(leaving), seconds=900)
    return answer


@router.get("/logga-in/retur")
async def come_back(request: Request, code: str = "", state: str = "", iss: str = "") -> Response:
    """Take the browser back from the identity provider: a new session, and on to the page that was wanted.

    An account without a person goes round once more with its personal identity number, which the provider does without
    a question; then identity says whether it is somebody whom we know.
    """
    leaving = await sessions(request).take_login(request)
    issuer = request.app.state.settings.oidc_issuer
    if leaving is None or not code or state != leaving.state or (iss and iss != issuer):
        return page(request, "login_failed", status=400)
    try:
        tokens, claims = await _provider(request).come_back(leaving, code)
    except LoginRefusedError:
        return page(request, "login_failed", status=400)
    if tokens.person_id is None and not leaving.identifies:
        return await _leaving(request, leaving.wanted, identifies=True)
    wanted = leaving.wanted
    if tokens.person_id is None and not wanted.startswith(JOINING):
        wanted = await _linked(request, tokens, wanted)
    answer = RedirectResponse(wanted, SEE_OTHER)
    set_cookie(answer, SESSION, await sessions(request).begin(request, tokens, claims.get("sid")))
    clear_cookie(answer, LOGIN)
    return answer


async def _linked(request: Request, tokens: Tokens, wanted: str) -> str:
    """Where to go after asking identity to know this account as one of its persons'."""
    services = services_for(request.app.state.http, request.app.state.settings, tokens.access)
    try:
        await services.identity.me.link()
    except (RefusedError, LoggedOutError):
        return "/ingen-behorighet"
    except AwayError:
        return wanted  # the session stands; the page there says that the service is away
    return f"/kontot-gors-i-ordning?vidare={quote(wanted, safe='/')}"


def _provider(request: Request) -> Provider:
    found: Provider = request.app.state.provider
    return found


@router.post("/logga-ut")
async def leave_for_good(request: Request) -> Response:
    """End the session here and at the identity provider, if it has not ended by itself."""
    session = await own_session(request)
    if session is None:
        return RedirectResponse("/utloggad", SEE_OTHER)
    await sessions(request).end(session)
    await drafts(request).forget(session)  # what one has typed is not for the next person at this browser
    answer = RedirectResponse(_provider(request).leave_for_good(session.tokens.id_token), SEE_OTHER)
    clear_cookie(answer, SESSION)
    clear_cookie(answer, DRAFT)
    return answer


@router.get("/utloggad", response_class=HTMLResponse)
async def left(request: Request, overallt: bool = False) -> HTMLResponse:
    """Say that one is logged out."""
    return page(request, "logged_out", everywhere=overallt)


@router.post("/logga-ut/bakkanal")
async def ended_elsewhere(request: Request) -> Response:
    """End the session that the identity provider has ended (OIDC Back-Channel Logout 1.0, section 2.5)."""
    token = (await typed_form(request)).get("logout_token", [""])[0]
    try:
        await sessions(request).end_at_provider(*await _provider(request).ended_sessions(token))
    except LoginRefusedError:
        return Response(status_code=400, headers={"Cache-Control": "no-store"})
    return Response(status_code=200, headers={"Cache-Control": "no-store"})
