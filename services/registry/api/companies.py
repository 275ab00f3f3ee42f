"""Imports of the companies register over HTTP, for the register administration."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import FileName, Page, RegisterDep, file_of, json_answer, versioned
from services.registry.commands import authority
from services.registry.commands.companies import Choice, Upload, apply, upload
from services.registry.queries import companies as queries

router = APIRouter(tags=["Companies register"])
Kind = Literal["new", "changed", "gone"]
AsOf = Annotated[date, Query(alias="asOf", description="The day that the extract was made")]
Complete = Annotated[bool, Query(description="Whether the file has every organizer: what it lacks is gone")]


class Application(Wire):
    """The differences to apply: all of some kinds, and single organizers."""

    model_config = ConfigDict(extra="forbid")

    kinds: tuple[Kind, ...] = ()
    organization_numbers: tuple[str, ...] = Field(default=(), max_length=1000)


@router.get("/companies-imports")
async def latest(who: Who, register: RegisterDep) -> Response:
    """The newest imports."""
    await authority.require_administration(register.pool, register, who)
    return json_answer({"imports": await queries.latest(register.pool)})


@router.post("/companies-imports", status_code=202)
async def post(
    request: Request,
    who: Who,
    register: RegisterDep,
    key: Key,
    file_name: FileName,
    as_of: AsOf,
    complete: Complete = False,
) -> Response:
    """Upload an extract: the file itself is the body (docs/api/companies-register.md). A job compares it."""
    await authority.require_administration(register.pool, register, who)
    content = await file_of(request, register.companies_most_bytes)
    return versioned(await upload(register, who, Upload(content, file_name, as_of, complete), key), 202)


@router.get("/companies-imports/{import_id}")
async def one(import_id: UUID, who: Who, register: RegisterDep) -> Response:
    """One import: how far it has come, and how many differences of each kind it found. The version is in `ETag`."""
    await authority.require_administration(register.pool, register, who)
    return versioned(orjson.dumps(await queries.one(register.pool, import_id)))


@router.get("/companies-imports/{import_id}/differences")
async def differences(
    import_id: UUID,
    who: Who,
    register: RegisterDep,
    kind: Kind | None = None,
    page: Page = 1,
) -> Response:
    """A page of what differs, organizer by organizer and field by field."""
    await authority.require_administration(register.pool, register, who)
    return json_answer(await queries.differences(register.pool, import_id, kind or "", page))


@router.post("/companies-imports/{import_id}/application", status_code=202)
async def application(
    import_id: UUID, chosen: Application, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None
) -> Response:
    """Apply differences: all of some kinds, and single organizers. A job does it."""
    choice = Choice(chosen.kinds, chosen.organization_numbers)
    return versioned(await apply(register, who, import_id, choice, version_of(if_match), key), 202)
