"""The first page."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.pages.doors import LoginNeededError, accepted, known, logged_in, sessions
from services.eservice.rendering import page

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
async def start(request: Request, q: str | None = None) -> Response:
    """What this is; for somebody logged in, the organizers they act for."""
    if await sessions(request).of(request) is None:
        ended = await sessions(request).ended(request)
        if ended and ended.reason:
            raise LoginNeededError
        return page(request, "welcome")
    visit = await accepted(await known(await logged_in(request)))
    is_administration = visit.person["registerAdministration"]
    text = texts.printable(q or "")
    organizers = await visit.services.registry.organizers(text if is_administration else None)
    return page(request, "start", visit.session, organizers=organizers, is_administration=is_administration, q=text)
