"""Between an account and its authority: nobody's account, and one whose person the provider has not heard of yet."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice.cookies import safe_path
from services.eservice.oidc import ProviderAwayError
from services.eservice.pages.doors import SEE_OTHER, LoggedIn, sessions
from services.eservice.rendering import page

router = APIRouter()
LOOK_AGAIN_SECONDS = (1, 2, 4, 8, 15)
"""Most often the provider knows within a second; whoever waits longer is not disturbed as often."""


@router.get("/ingen-behorighet", response_class=HTMLResponse)
async def nobody(request: Request, visit: LoggedIn) -> Response:
    """Say what to do to somebody who is logged in and has no authority."""
    if visit.session.person_id:
        return RedirectResponse("/", SEE_OTHER)
    return no_authority(request)


def no_authority(request: Request) -> HTMLResponse:
    """The page for an account that is nobody's here."""
    return page(request, "no_authority", status=403)


@router.get("/kontot-gors-i-ordning", response_class=HTMLResponse)
async def wait(request: Request, vidare: str = "/", forsok: Annotated[int, Query(ge=0, le=9)] = 0) -> Response:
    """Wait until the provider knows the account's person: our records have it, and tell the provider until it does."""
    wanted = safe_path(vidare)
    try:
        session = await sessions(request).renewed(request)
    except ProviderAwayError:
        return _waiting(request, wanted, forsok, is_away=True)
    if session is None or session.person_id:
        return RedirectResponse(wanted, SEE_OTHER)
    request.state.session = session
    return _waiting(request, wanted, forsok, is_away=False)


def _waiting(request: Request, wanted: str, times: int, *, is_away: bool) -> Response:
    """The page, which looks again by itself. `times`: how often it has."""
    answer = page(request, "waiting", wanted=wanted, is_away=is_away)
    last = len(LOOK_AGAIN_SECONDS) - 1
    seconds = LOOK_AGAIN_SECONDS[last if is_away else min(times, last)]
    again = f"/kontot-gors-i-ordning?{urlencode({'vidare': wanted, 'forsok': min(times + 1, last)})}"
    answer.headers["Refresh"] = f"{seconds}; url={again}"
    return answer
