"""The extract's files (spec/domain.md, section 6). The gateway serves them as they lie; this does too."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from services.publication.api.answers import BOTH, ContractError, has_it, now_serving, validators
from services.publication.build.extract import names

router = APIRouter(prefix="/skolenhetsregistret/extract")
TYPES = {"csv": "text/csv; charset=utf-8", "sha256": "text/plain; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip


@router.api_route("/{name}", methods=BOTH)
async def extract(request: Request, name: str) -> Response:
    """A file of today's extract."""
    if name.removesuffix(".sha256") not in names():
        raise ContractError(404, "There is no such file")
    serving = now_serving(request)
    headers = validators(request, serving, name)
    if has_it(request, headers):
        return Response(status_code=304, headers=headers)
    path = serving.urls / "extract" / name
    return FileResponse(path, headers=headers, media_type=TYPES[name.rpartition(".")[2]], filename=name)
