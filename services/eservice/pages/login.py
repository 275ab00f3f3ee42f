"""Logging in and out."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice.oidc import LoginRefusedError, Provider
from services.eservice.pages.doors import own_session, sessions, typed_form
from services.eservice.rendering import page
from services.eservice.session import DRAFT, LOGIN, SESSION, clear_cookie, safe_path, set_cookie

router = APIRouter()
SEE_OTHER = 303


@router.get("/logga-in")
async def leave(request: Request, vidare: str = "/") -> Response:
    """Send the browser to the identity provider."""
    provider: Provider = request.app.state.provider
    leaving, address = provider.leave(safe_path(vidare))
    answer = RedirectResponse(address, SEE_OTHER)
    set_cookie(answer, LOGIN, await sessions(request).keep_login(leaving), seconds=900)
    return answer


@router.get("/logga-in/retur")
async def come_back(request: Request, code: str = "", state: str = "", iss: str = "") -> Response:
    """Take the browser back from the identity provider: a new session, and on to the page that was wanted."""
    leaving = await sessions(request).take_login(request)
    issuer = request.app.state.settings.oidc_issuer
    if leaving is None or not code or state != leaving.state or (iss and iss != issuer):
        return page(request, "login_failed", status=400)
    provider: Provider = request.app.state.provider
    try:
        tokens, claims = await provider.come_back(leaving, code)
    except LoginRefusedError:
        return page(request, "login_failed", status=400)
    if "person_id" not in claims:
        return page(request, "login_failed", status=403)
    answer = RedirectResponse(leaving.wanted, SEE_OTHER)
    set_cookie(answer, SESSION, await sessions(request).begin(request, tokens, claims))
    clear_cookie(answer, LOGIN)
    return answer


@router.post("/logga-ut")
async def leave_for_good(request: Request) -> Response:
    """End the session here and at the identity provider, if it has not ended by itself."""
    session = await own_session(request)
    if session is None:
        return RedirectResponse("/utloggad", SEE_OTHER)
    provider: Provider = request.app.state.provider
    await sessions(request).end(session)
    answer = RedirectResponse(provider.leave_for_good(session.tokens.id_token), SEE_OTHER)
    clear_cookie(answer, SESSION)
    clear_cookie(answer, DRAFT)  # what one has typed is not for the next person at this browser
    return answer


@router.get("/utloggad", response_class=HTMLResponse)
async def left(request: Request) -> HTMLResponse:
    """Say that one is logged out."""
    return page(request, "logged_out")


@router.post("/logga-ut/bakkanal")
async def ended_elsewhere(request: Request) -> Response:
    """End the session that the identity provider has ended (OIDC Back-Channel Logout 1.0, section 2.5)."""
    provider: Provider = request.app.state.provider
    token = (await typed_form(request)).get("logout_token", [""])[0]
    try:
        await sessions(request).end_provider_session(await provider.ended_session(token))
    except LoginRefusedError:
        return Response(status_code=400, headers={"Cache-Control": "no-store"})
    return Response(status_code=200, headers={"Cache-Control": "no-store"})
