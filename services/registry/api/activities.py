"""Other activities over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import DryRun, Number, Page, RegisterDep, json_answer, versioned
from services.registry.commands.activities import (
    EditActivity,
    EndActivity,
    RegisterActivity,
    edit_activity,
    end_activity,
    register_activity,
)
from services.registry.domain.activities import ActivityFields
from services.registry.queries import activities as queries
from services.registry.queries.history import timeline

router = APIRouter(tags=["Other activities"])
Id = Annotated[UUID, Path(description="The activity's id")]


class NewActivity(Wire):
    """An activity to register. Without a start date it starts today."""

    model_config = ConfigDict(extra="forbid")

    startdate: date | None = None
    activity: ActivityFields


class Ending(Wire):
    """From which day it has ended."""

    model_config = ConfigDict(extra="forbid")

    on: date = Field(description="Today or a day to come")


@router.get("/organizers/{number}/activities")
async def of_organizer(number: Number, who: Who, register: RegisterDep) -> Response:
    """The organizer's other activities, those that have ended last."""
    return json_answer({"activities": await queries.of_organizer(register, who, number)})


@router.post("/organizers/{number}/activities", status_code=201)
async def post(
    number: Number, new: NewActivity, who: Who, register: RegisterDep, key: Key, dry_run: DryRun = False
) -> Response:
    """Register an other activity."""
    command = RegisterActivity(number, new.startdate, new.activity)
    body = await register_activity(register, who, command, key, dry_run=dry_run)
    return versioned(body, 200 if dry_run else 201)


@router.get("/activities/{activity_id}")
async def get(activity_id: Id, who: Who, register: RegisterDep) -> Response:
    """One other activity. The version is in `ETag`."""
    return versioned(orjson.dumps(queries.answer(await queries.one(register, who, str(activity_id)))))


@router.put("/activities/{activity_id}")
async def put(
    activity_id: Id,
    fields: ActivityFields,
    who: Who,
    register: RegisterDep,
    key: Key,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:
    """Edit an other activity: all its fields as they shall be."""
    command = EditActivity(str(activity_id), fields, version_of(if_match))
    return versioned(await edit_activity(register, who, command, key, dry_run=dry_run))


@router.post("/activities/{activity_id}/end")
async def end(
    activity_id: Id,
    ending: Ending,
    who: Who,
    register: RegisterDep,
    key: Key,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:
    """End an other activity, today or on a day to come."""
    command = EndActivity(str(activity_id), ending.on, version_of(if_match))
    return versioned(await end_activity(register, who, command, key, dry_run=dry_run))


@router.get("/activities/{activity_id}/history")
async def history(activity_id: Id, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """What happened to it, newest first."""
    activity = await queries.one(register, who, str(activity_id))
    return json_answer(await timeline(register.pool, activity.aggregate, page))
