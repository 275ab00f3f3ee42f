"""The terms for users: the current ones to be accepted, every version to be read again."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice.cookies import safe_path
from services.eservice.pages.doors import SEE_OTHER, Known, LoggedIn
from services.eservice.rendering import markdown, page

router = APIRouter()
Version = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/villkor", response_class=HTMLResponse)
async def terms(request: Request, visit: Known, vidare: str = "/") -> Response:
    """The terms, to be accepted, or read again."""
    current = visit.person["terms"]["current"]
    return page(
        request, "terms", visit.session, html=markdown(current["markdown"]), terms=visit.person["terms"],
        wanted=safe_path(vidare), missing=False,
    )  # fmt: skip


@router.post("/villkor", response_class=HTMLResponse)
async def accept_terms(request: Request, visit: Known) -> Response:
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


@router.get("/villkor/{version}", response_class=HTMLResponse)
async def one_version(request: Request, visit: LoggedIn, version: Version) -> HTMLResponse:
    """One version of the terms, to be read."""
    found = await visit.services.identity.me.terms(version)
    return page(request, "terms_version", visit.session, found=found, html=markdown(found["markdown"]))
