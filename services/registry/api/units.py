"""School units over HTTP."""

from datetime import date
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.kernel.problems import Problem
from services.registry.api.doors import JSON, DryRun, Page, RegisterDep, json_answer, versioned
from services.registry.commands import authority
from services.registry.commands.planned_changes import PlanEdit, plan_edit
from services.registry.commands.units import EditUnit, PlanUnit, edit_unit, plan_unit
from services.registry.domain.state import EditableFields
from services.registry.queries import units as queries
from services.registry.queries.former import own_time
from services.registry.queries.history import timeline
from services.registry.register import Register
from services.registry.store import units as store

router = APIRouter(tags=["School units"])
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$", description="School unit code, eight digits")]
NOT_FOUND = 404


class PlannedUnit(Wire):
    """A unit to start on a day to come."""

    model_config = ConfigDict(extra="forbid")

    organization_number: str = Field(pattern=r"^[0-9]{10}$")
    startdate: date
    unit: EditableFields


@router.get("/school-units/{code}")
async def get(code: Code, who: Who, register: RegisterDep) -> Response:
    """One school unit with all that its organizer may see. The version is in `ETag`."""
    await may_see(register, who, code)
    return versioned(orjson.dumps(await queries.as_answer(register.pool, register, code)))


@router.put("/school-units/{code}")
async def put(
    code: Code,
    fields: EditableFields,
    who: Who,
    register: RegisterDep,
    key: Key,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
    on: Annotated[date | None, Query(description="A day to come: plan the edit for it")] = None,
) -> Response:
    """Edit a school unit: all its editable fields as they shall be. In effect at once, public the next day."""
    if on is not None:
        planned = PlanEdit(code=code, version=version_of(if_match), key=key, on=on, fields=fields)
        return answered(await plan_edit(register, who, planned, dry_run=dry_run))
    command = EditUnit(code, fields, version_of(if_match), key)
    return answered(await edit_unit(register, who, command, dry_run=dry_run))


@router.post("/school-units", status_code=201)
async def post(planned: PlannedUnit, who: Who, register: RegisterDep, key: Key, dry_run: DryRun = False) -> Response:
    """Plan a school unit that starts on a day to come. Its code is drawn here."""
    command = PlanUnit(planned.organization_number, planned.startdate, planned.unit, key)
    return answered(await plan_unit(register, who, command, dry_run=dry_run), 200 if dry_run else 201)


@router.get("/school-units/{code}/history")
async def history(code: Code, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """What happened to a unit, newest first: who (an id), when, and each field before and after.

    Whose it was before sees its own time, with the day that the unit went.
    """
    try:
        await may_see(register, who, code)
    except Problem as problem:
        if problem.status != NOT_FOUND:
            raise
        return json_answer(await own_time(register, who, code, page))
    return json_answer(await timeline(register.pool, code, page))


async def may_see(register: Register, who: Who, code: str) -> None:
    """Raise Problem 404 unless the unit is there and the caller may act for its organizer."""
    row = await store.find(register.pool, register.vault, code)
    if row is None:
        raise authority.not_found()
    await authority.require(register.pool, register, who, row.organizer)


def answered(body: bytes, status: int = 200) -> Response:
    """A command's JSON; its version, where something was done, in `ETag`."""
    version = orjson.loads(body).get("version")
    tag = {} if version is None else {"ETag": f'"{version}"'}
    return Response(body, status, {"Cache-Control": "no-store"} | tag, JSON)
