"""The extract's files (spec/domain.md, section 6). The gateway serves them as they lie; this does too."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from services.publication.api.v2 import BOTH, ContractError, now_serving
from services.publication.build.extract import names

router = APIRouter(prefix="/skolenhetsregistret/extract")
TYPES = {"csv": "text/csv; charset=utf-8", "sha256": "text/plain; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip


@router.api_route("/{name}", methods=BOTH)
async def extract(request: Request, name: str) -> FileResponse:
    """A file of today's extract."""
    if name.removesuffix(".sha256") not in names():
        raise ContractError(404, "Not Found", "There is no such file")
    path = now_serving(request).urls / "extract" / name
    return FileResponse(path, media_type=TYPES[name.rpartition(".")[2]], filename=name)
