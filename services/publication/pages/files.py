"""Downloads."""

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from services.publication.api.v3_answers import serving_now
from services.publication.build import files
from services.publication.domain.catalogue import INDEX
from services.publication.pages.nowhere import nowhere
from services.publication.rendering import HERE, page

router = APIRouter(prefix="/register")
KEPT = "public, max-age=3600"
STATIC = ("site.css", "search.js", "icon.svg")
DAYS = 31
KILO = 1000


@router.get("/filer")
async def downloads(request: Request) -> Response:
    """The day's files."""
    serving = serving_now(request)
    index = orjson.loads((serving.urls / "extract" / INDEX).read_bytes())
    found = [one | {"size": size(one["bytes"])} for one in index["files"]]
    days = list(reversed(files.by_day(serving.folder.parent)))[:DAYS]
    return page(request, serving, "files.html", files=found, days=days)


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
