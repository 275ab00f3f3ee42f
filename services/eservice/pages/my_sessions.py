"""My sessions: how long this one lasts, making it longer, all my sign-ins, and ending all of them."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from services.eservice import account_texts
from services.eservice.cookies import DRAFT, SESSION, clear_cookie
from services.eservice.pages.doors import SEE_OTHER, Known, drafts, new_key, own_session, sessions
from services.eservice.rendering import page

router = APIRouter()
PATH = "/mina-uppgifter/inloggningar"


@router.get("/session/kvar")
async def left(request: Request) -> JSONResponse:
    """How long the session lasts, for the warning on the page; to ask does not make it longer."""
    found = await sessions(request).left(request)
    if found is not None:
        return _told(request, *found)
    ended = await sessions(request).ended(request)
    return JSONResponse({"seconds": 0, "why": account_texts.why_ended(ended.reason if ended else None)})


@router.post("/session/forlang")
async def extend(request: Request) -> JSONResponse:
    """Make the session longer: somebody is there. Raises ForgedFormError."""
    session = await own_session(request)
    if session is None:
        return await left(request)
    return _told(request, session.ends_at, session.can_be_longer)


def _told(request: Request, ends_at: datetime, can_be_longer: bool) -> JSONResponse:
    zone = request.app.state.settings.time_zone
    return JSONResponse({
        "seconds": account_texts.seconds_left(ends_at), "until": account_texts.clock(ends_at, zone),
        "canBeLonger": can_be_longer,
    })  # fmt: skip


@router.get(PATH, response_class=HTMLResponse)
async def sign_ins(request: Request, visit: Known) -> HTMLResponse:
    """The newest sign-ins, failed ones too, and a button that ends all sessions."""
    return page(
        request, "my_sign_ins", visit.session, sign_ins=await visit.services.identity.me.sign_ins(), key=new_key(),
        open_ones=await sessions(request).count(str(visit.session.person_id)),
    )  # fmt: skip


@router.post(PATH, response_class=HTMLResponse)
async def end_everywhere(request: Request, visit: Known) -> Response:
    """End this session and all others: identity tells the provider until it has done it, ours end at once."""
    await visit.services.identity.me.sign_out_everywhere(visit.key)
    await sessions(request).end_everywhere(str(visit.session.person_id))
    await drafts(request).forget(visit.session)
    answer = RedirectResponse("/utloggad?overallt=true", SEE_OTHER)
    clear_cookie(answer, SESSION)
    clear_cookie(answer, DRAFT)
    return answer
