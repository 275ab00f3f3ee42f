"""Many school units by one file: download, upload, see each row's errors or all changes, apply."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import UploadFile

from services.eservice import bulk_texts, texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms.companies import file_name
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import Id, Number, acting_of, errors_of, frame, key_of, question, seen, status_of
from services.eservice.rendering import page

router = APIRouter()
HOME = "/huvudman/{number}/enheter/fil"
Page = Annotated[int, Query(alias="page", ge=1, le=100_000)]
BUSY = frozenset({"checking", "applying"})
MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@router.get(HOME, response_class=HTMLResponse)
async def start(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What it takes, the files to download, and the form to upload one."""
    return await _start(request, visit, number)


@router.get(HOME + "/skolenheter.xlsx")
async def excel(visit: Accepted, number: Number) -> Response:
    """The organizer's units as Excel."""
    return await _download(visit, number, "xlsx")


@router.get(HOME + "/skolenheter.csv")
async def comma_separated(visit: Accepted, number: Number) -> Response:
    """The same as CSV."""
    return await _download(visit, number, "csv")


async def _download(visit: Visit, number: str, kind: str) -> Response:
    content = await visit.services.bulk.file(number, kind)
    name = f'attachment; filename="skolenheter-{number}.{kind}"'
    return Response(content, 200, {"Content-Disposition": name, "Cache-Control": "no-store"}, MEDIA[kind])


@router.post(HOME, response_class=HTMLResponse)
async def upload(request: Request, visit: Accepted, number: Number) -> Response:
    """Upload a file; a job checks it. Nothing is changed by that."""
    key, file = key_of(visit), (await request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not isinstance(file, UploadFile) or not content:
        return await _start(request, visit, number, {"file": texts.ERRORS["file-needed"]}, 400)
    try:
        made = await visit.services.bulk.upload(number, content, file_name(file.filename), key)
    except RefusedError as refused:
        return await _start(request, visit, number, errors_of(refused), status_of(refused))
    return RedirectResponse(f"{_home(number)}/{made['uploadId']}", SEE_OTHER)


@router.get(HOME + "/{bulk}", response_class=HTMLResponse)
async def one(request: Request, visit: Accepted, number: Number, bulk: Id, page_number: Page = 1) -> HTMLResponse:
    """How far it has come; its errors; or all changes, to be applied. While it is busy the page comes again."""
    return await _one(request, visit, number, bulk, page_number)


@router.post(HOME + "/{bulk}/infor", response_class=HTMLResponse)
async def apply(request: Request, visit: Accepted, number: Number, bulk: Id) -> Response:
    """Apply all of it; the upload's own page shows the progress, and is the receipt."""
    version, key = seen(visit)
    await _found(visit, number, bulk)
    try:
        await visit.services.bulk.apply(bulk, version, key)
    except RefusedError as refused:
        return await _one(request, visit, number, bulk, 1, errors_of(refused), status_of(refused))
    return RedirectResponse(f"{_home(number)}/{bulk}", SEE_OTHER)


def _home(number: str) -> str:
    return HOME.format(number=number)


async def _found(visit: Visit, number: str, upload: str) -> dict[str, Any]:
    found = await visit.services.bulk.one(upload)
    if found["organizationNumber"] != number:
        raise HTTPException(404)
    return found


async def _start(
    request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    return await question(
        request, visit, "bulk/start", status=status, errors=errors or {}, home=_home(number),
        acting=await acting_of(visit, number),
    )  # fmt: skip


async def _one(
    request: Request,
    visit: Visit,
    number: str,
    upload: str,
    page_number: int,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = await _found(visit, number, upload)
    shows_changes = found["state"] == "checked" and found["changed"]
    return page(
        request, "bulk/upload", visit.session, status=status, found=found, home=_home(number), errors=errors or {},
        heading=bulk_texts.heading(found), is_busy=found["state"] in BUSY, hidden=frame(found["version"]),
        listed=await visit.services.bulk.changes(upload, page_number) if shows_changes else None,
        wrong=bulk_texts.told(found["errors"], texts.error), acting=await acting_of(visit, number),
        action=f"{_home(number)}/{upload}/infor", count=bulk_texts.units(found["changed"]),
    )  # fmt: skip
