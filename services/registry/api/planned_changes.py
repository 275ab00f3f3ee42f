"""Planned changes over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import DryRun, Number, RegisterDep, json_answer
from services.registry.api.units import Code, answered, may_see
from services.registry.commands.planned_changes import AlterPlan, CancelPlan, alter_plan, cancel_plan
from services.registry.domain.state import EditableFields
from services.registry.queries import planning

router = APIRouter(tags=["Planned changes"])
Plan = Annotated[UUID, Path(description="A planned change's id")]


class Altered(Wire):
    """Another day; and other values, where `unit` is given: the whole form, made from `unitVersion` of the unit."""

    model_config = ConfigDict(extra="forbid")

    on: date
    unit: EditableFields | None = None
    unit_version: int | None = Field(default=None, ge=1, le=999_999_999)


@router.get("/organizers/{number}/planned-changes")
async def of_organizer(number: Number, who: Who, register: RegisterDep) -> Response:
    """What is planned for the organizer's units, by day; what could not be applied too."""
    return json_answer({"plannedChanges": await planning.of_organizer(register, who, number)})


@router.get("/school-units/{code}/planned-changes")
async def of_unit(code: Code, who: Who, register: RegisterDep) -> Response:
    """What is planned for the unit, by day; what could not be applied too."""
    await may_see(register, who, code)
    return json_answer({"plannedChanges": await planning.of_unit(register, code)})


@router.get("/planned-changes/{plan_id}")
async def one(plan_id: Plan, who: Who, register: RegisterDep) -> Response:
    """One planned change, with the unit's form as it will be (`form`, to send back as `unit`)."""
    return answered(orjson.dumps(await planning.one(register, who, plan_id)))


@router.put("/planned-changes/{plan_id}")
async def put(
    plan_id: Plan, altered: Altered, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """Give a planned change another day, or other values. One that could not be applied is planned again."""
    command = AlterPlan(plan_id, altered.on, altered.unit, altered.unit_version, version_of(if_match), key)
    return answered(await alter_plan(register, who, command, dry_run=dry_run))


@router.delete("/planned-changes/{plan_id}")
async def delete(plan_id: Plan, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None) -> Response:
    """Cancel a planned change; what it was stays in the history."""
    return answered(await cancel_plan(register, who, CancelPlan(plan_id, version_of(if_match), key)))
