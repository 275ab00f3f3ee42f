"""Between an account and its authority: nobody's account, and one whose person the provider has not heard of yet."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice.cookies import safe_path
from services.eservice.oidc import ProviderAwayError
from services.eservice.pages.doors import SEE_OTHER, LoggedIn, sessions
from services.eservice.rendering import page

router = APIRouter()
LOOK_AGAIN_SECONDS, LOOK_AGAIN_LATER_SECONDS = 3, 15


@router.get("/ingen-behorighet", response_class=HTMLResponse)
async def nobody(request: Request, visit: LoggedIn) -> Response:
    """Say what to do to somebody who is logged in and has no authority."""
    if visit.session.person_id:
        return RedirectResponse("/", SEE_OTHER)
    return no_authority(request)


def no_authority(request: Request) -> HTMLResponse:
    """The page for an account that is nobody's here."""
    return page(request, "no_authority", status=403, contact=request.app.state.settings.contact_email)


@router.get("/kontot-gors-i-ordning", response_class=HTMLResponse)
async def wait(request: Request, vidare: str = "/") -> Response:
    """Wait until the provider knows the account's person: our records have it, and tell the provider until it does."""
    wanted = safe_path(vidare)
    try:
        session = await sessions(request).renewed(request)
    except ProviderAwayError:
        return _waiting(request, wanted, is_away=True)
    if session is None or session.person_id:
        return RedirectResponse(wanted, SEE_OTHER)
    request.state.session = session
    return _waiting(request, wanted, is_away=False)


def _waiting(request: Request, wanted: str, *, is_away: bool) -> Response:
    answer = page(
        request, "waiting", wanted=wanted, is_away=is_away, contact=request.app.state.settings.contact_email,
    )  # fmt: skip
    seconds = LOOK_AGAIN_LATER_SECONDS if is_away else LOOK_AGAIN_SECONDS
    answer.headers["Refresh"] = str(seconds)
    return answer
