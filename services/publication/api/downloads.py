"""The day's files and what catalogues tell of them. The gateway serves them as they lie; this does too."""

import re
from email.utils import formatdate
from pathlib import Path

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from services.publication.api.answers import BOTH, ContractError, answer, has_it, now_serving, validators
from services.publication.build import files
from services.publication.build.serving import Serving
from services.publication.domain.catalogue import BY_NAME, EXTRACT, INDEX, PACKAGE

router = APIRouter(prefix="/skolenhetsregistret")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
TYPES = {"sha256": "text/plain; charset=utf-8", "json": "application/json", "ttl": "text/turtle; charset=utf-8",
         "rdf": "application/rdf+xml", "jsonld": "application/ld+json"}  # fmt: skip
FOR_EVER = "public, max-age=31536000, immutable"


@router.api_route("/extract/", methods=BOTH)
async def days(request: Request) -> Response:
    """The days whose files can be fetched, the newest first."""
    serving = now_serving(request)
    at = f"{request.app.state.base}{EXTRACT}"
    found = [{"day": day, "index": f"{at}/{day}/{INDEX}"} for day in reversed(files.by_day(serving.folder.parent))]
    return answer(request, serving, "extract days", orjson.dumps({"latest": f"{at}/{INDEX}", "days": found}))


@router.api_route("/extract/{name}", methods=BOTH)
async def latest(request: Request, name: str) -> Response:
    """A file of today."""
    serving = now_serving(request)
    return _file(request, serving, serving.urls / "extract" / _known(name))


@router.api_route("/extract/{day}/{name}", methods=BOTH)
async def dated(request: Request, day: str, name: str) -> Response:
    """A file of a day. It never changes."""
    serving = now_serving(request)
    path = serving.folder.parent / files.BY_DAY / (day if DAY.fullmatch(day) else "none") / _known(name)
    response = _file(request, serving, path)
    response.headers["Cache-Control"] = FOR_EVER
    return response


@router.api_route("/dcat.{form}", methods=BOTH)
async def catalogue(request: Request, form: str) -> Response:
    """The register's description for data portals."""
    serving = now_serving(request)
    if form not in {"ttl", "rdf", "jsonld"}:
        raise ContractError(404, "There is no such form")
    return _file(request, serving, serving.urls / f"dcat.{form}")


def _known(name: str) -> str:
    if name.removesuffix(".sha256") not in BY_NAME and name not in {INDEX, PACKAGE}:
        raise ContractError(404, "There is no such file")
    return name


def _file(request: Request, serving: Serving, path: Path) -> Response:
    if not path.is_file():
        raise ContractError(404, "There is no such file")
    headers = validators(request, serving, path.name) | _as_the_gateway(path)
    if has_it(request, headers):
        return Response(status_code=304, headers=headers)
    kind = BY_NAME.get(path.name)
    media_type = kind.served_as if kind else TYPES[path.name.rpartition(".")[2]]
    shown = "attachment" if kind and path.suffix != ".sha256" else "inline"
    return FileResponse(
        path, headers=headers, media_type=media_type, filename=path.name, content_disposition_type=shown
    )


def _as_the_gateway(path: Path) -> dict[str, str]:
    """A file's validators, as nginx makes them of its time and size: whoever answers, a copy is known again."""
    about = path.stat()
    changed = int(about.st_mtime)
    return {"ETag": f'"{changed:x}-{about.st_size:x}"', "Last-Modified": formatdate(changed, usegmt=True)}
