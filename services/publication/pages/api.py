"""How to use the open data: examples that can be copied, guides, and a client that can be installed from here."""

import io
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fastapi import APIRouter, Request, Response

from services.publication.api.answers import answer
from services.publication.api.v3_answers import serving_now
from services.publication.pages.guides import GUIDES
from services.publication.rendering import page

router = APIRouter(prefix="/register/api")
CLIENT = Path(__file__).parents[3] / "client"
IN_CLIENT = ("pyproject.toml", "README.md", "skolregister/*.py")


@router.get("")
async def api(request: Request) -> Response:
    """Examples in curl, Python, R and JavaScript."""
    return page(request, serving_now(request), "api.html", guides=GUIDES)


@router.get("/skolregister.zip")
async def client(request: Request) -> Response:
    """The client's source, as pip installs it from an address."""
    return answer(request, serving_now(request), request.url.path, packed_client(), "application/zip")


@cache
def packed_client() -> bytes:
    """The client's files as a zip archive: the same bytes in every replica."""
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for path in sorted(path for form in IN_CLIENT for path in CLIENT.glob(form)):
            archive.writestr(ZipInfo(f"skolregister/{path.relative_to(CLIENT)}"), path.read_bytes(), ZIP_DEFLATED)
    return made.getvalue()
