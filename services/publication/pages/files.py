"""Downloads."""

from datetime import date
from pathlib import Path

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from services.publication.api.v3_answers import serving_now
from services.publication.build import files
from services.publication.build.serving import Serving
from services.publication.domain.catalogue import INDEX
from services.publication.pages.nowhere import nowhere
from services.publication.rendering import HERE, page

router = APIRouter(prefix="/register")
KEPT = "public, max-age=3600"
STATIC = ("site.css", "search.js", "copy.js", "icon.svg")
DAYS = 31
KILO = 1000


@router.get("/filer")
async def downloads(request: Request) -> Response:
    """The day's files."""
    serving = serving_now(request)
    return _files(request, serving, serving.urls / "extract", serving.day, "")


@router.get("/filer/{day}")
async def of_a_day(request: Request, day: str) -> Response:
    """An earlier day's files."""
    serving = serving_now(request)
    root = serving.folder.parent
    if day not in files.by_day(root):
        return nowhere(request, serving)
    return _files(request, serving, root / files.BY_DAY / day, date.fromisoformat(day), f"{day}/")


def _files(request: Request, serving: Serving, folder: Path, day: date, under: str) -> Response:
    index = orjson.loads((folder / INDEX).read_bytes())
    found = [one | {"size": size(one["bytes"])} for one in index["files"]]
    days = [date.fromisoformat(one) for one in reversed(files.by_day(serving.folder.parent))][:DAYS]
    return page(request, serving, "files.html", files=found, days=days, day=day, under=under)


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """A file of the site's pages."""
    if name not in STATIC:
        return nowhere(request, serving_now(request))
    return FileResponse(HERE / "static" / name, headers={"Cache-Control": KEPT})


def size(count: int) -> str:
    """1,2 MB, as people read it."""
    for unit, one in (("MB", KILO * KILO), ("kB", KILO)):
        if count >= one:
            return f"{count / one:.1f}".replace(".", ",") + f"\u00a0{unit}"
    return f"{count}\u00a0byte"
