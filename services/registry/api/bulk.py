"""Many school units at once over HTTP: as files down, and as a file up."""

import asyncio
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response

from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry import sheets
from services.registry.api.doors import FileName, Number, Page, RegisterDep, file_of, json_answer, versioned
from services.registry.commands import authority
from services.registry.commands.bulk import Upload, apply, upload
from services.registry.queries import bulk as queries

router = APIRouter(tags=["Many school units"])
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/organizers/{number}/school-units.xlsx")
async def excel(number: Number, who: Who, register: RegisterDep) -> Response:
    """The organizer's units that can be edited, as Excel with lists of what each column takes."""
    await authority.require(register.pool, register, who, number)
    units = await queries.own_units(register.pool, register, number)
    return _file(await asyncio.to_thread(sheets.as_excel, units), EXCEL, f"skolenheter-{number}.xlsx")


@router.get("/organizers/{number}/school-units.csv")
async def comma_separated(number: Number, who: Who, register: RegisterDep) -> Response:
    """The same as CSV: UTF-8, semicolons, the fields' names above."""
    await authority.require(register.pool, register, who, number)
    units = await queries.own_units(register.pool, register, number)
    return _file(await asyncio.to_thread(sheets.as_csv, units), "text/csv", f"skolenheter-{number}.csv")


@router.post("/organizers/{number}/bulk-uploads", status_code=202)
async def post(
    number: Number, request: Request, who: Who, register: RegisterDep, key: Key, file_name: FileName
) -> Response:
    """Upload a file (xlsx, CSV or JSON): it is the body itself. A job checks each row; nothing is changed by that."""
    await authority.require(register.pool, register, who, number)
    content = await file_of(request, register.bulk.most_bytes)
    return versioned(await upload(register, who, Upload(number, content, file_name), key), 202)


@router.get("/bulk-uploads/{upload_id}")
async def one(upload_id: UUID, who: Who, register: RegisterDep) -> Response:
    """One upload: how far it has come, and its errors by row and column. The version is in `ETag`."""
    await _may_see(register, who, upload_id)
    return versioned(orjson.dumps(await queries.one(register.pool, register, upload_id)))


@router.get("/bulk-uploads/{upload_id}/changes")
async def changes(upload_id: UUID, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """A page of what the file would change, unit by unit and field by field."""
    await _may_see(register, who, upload_id)
    return json_answer(await queries.changes(register.pool, register, upload_id, page))


@router.post("/bulk-uploads/{upload_id}/application", status_code=202)
async def application(upload_id: UUID, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None) -> Response:
    """Apply a file without errors: all its changes in one transaction, or none. A job does it."""
    return versioned(await apply(register, who, upload_id, version_of(if_match), key), 202)


async def _may_see(register: RegisterDep, who: Who, upload_id: UUID) -> None:
    await authority.require(register.pool, register, who, await queries.organizer_of(register.pool, upload_id))


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, 200, headers, media_type)
