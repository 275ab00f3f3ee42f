"""The users' manual: the pages and pictures of docs/manual, for everybody."""

import re
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from services.eservice.clients.api import AwayError, LoggedOutError, RefusedError
from services.eservice.oidc import ProviderAwayError
from services.eservice.pages.doors import logged_in, own_session
from services.eservice.rendering import markdown, page

router = APIRouter()
FOLDER = Path(__file__).parents[3] / "docs" / "manual"
LINK = re.compile(r"\]\(([a-z-]+)\.(md|png)(#[^)]*)?\)")


@router.get("/handbok", response_class=HTMLResponse)
async def front(request: Request) -> HTMLResponse:
    """The manual's first page."""
    await _recognize(request)
    return _chapter(request, "README")


@router.get("/handbok/{name}", response_class=HTMLResponse)
async def chapter(request: Request, name: str) -> Response:
    """A chapter, or a picture (`enhet.png`)."""
    if name not in {path.name.removesuffix(".md") for path in FOLDER.iterdir()}:
        raise HTTPException(404)
    if name.endswith(".png"):
        return FileResponse(FOLDER / name)
    await _recognize(request)
    return _chapter(request, name)


async def _recognize(request: Request) -> None:
    """Keep the header and the menu of who is logged in. The manual is there for everybody, whatever else is away."""
    try:
        if await own_session(request):
            await logged_in(request)
    except (AwayError, LoggedOutError, ProviderAwayError, RefusedError):
        return


def _chapter(request: Request, name: str) -> HTMLResponse:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    title, _, _ = text.removeprefix("# ").partition("\n")
    html = markdown(LINK.sub(_address, text))
    return page(request, "manual", title=title, html=html, is_front=name == "README")


def _address(link: re.Match[str]) -> str:
    name, kind, anchor = link.groups()
    return f"](/handbok/{name}{'.png' if kind == 'png' else ''}{anchor or ''})"
