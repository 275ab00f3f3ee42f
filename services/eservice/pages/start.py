"""The first page, and the terms."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.pages.doors import LoggedIn, accepted, logged_in, sessions
from services.eservice.pages.login import SEE_OTHER
from services.eservice.rendering import markdown, page
from services.eservice.session import SESSION, safe_path

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
async def start(request: Request, q: str | None = None) -> Response:
    """What this is; for somebody logged in, the organizers they act for."""
    if not request.cookies.get(SESSION) or await sessions(request).of(request) is None:
        return page(request, "welcome")
    visit = await accepted(await logged_in(request))
    is_administration = visit.person["registerAdministration"]
    text = texts.printable(q or "")
    organizers = await visit.services.registry.organizers(text if is_administration else None)
    return page(request, "start", visit.session, organizers=organizers, is_administration=is_administration, q=text)


@router.get("/villkor", response_class=HTMLResponse)
async def terms(request: Request, visit: LoggedIn, vidare: str = "/") -> Response:
    """The terms, to be accepted, or read again."""
    current = visit.person["terms"]["current"]
    return page(
        request, "terms", visit.session, html=markdown(current["markdown"]), terms=visit.person["terms"],
        wanted=safe_path(vidare), missing=False,
    )  # fmt: skip


@router.post("/villkor", response_class=HTMLResponse)
async def accept_terms(request: Request, visit: LoggedIn) -> Response:
    """Accept the terms; without the cross, say that it is needed."""
    current = visit.person["terms"]["current"]
    wanted = safe_path(visit.one("wanted"))
    if visit.one("accept") != "yes":
        return page(
            request, "terms", visit.session, status=400, html=markdown(current["markdown"]),
            terms=visit.person["terms"], wanted=wanted, missing=True,
        )  # fmt: skip
    await visit.services.identity.me.accept_terms(current["version"])
    return RedirectResponse(wanted, SEE_OTHER)
