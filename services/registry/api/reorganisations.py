"""Reorganisations over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import JSON, VISIBLE, DryRun, Number, Page, RegisterDep, json_answer, versioned
from services.registry.commands.reorganisations import (
    ChangeReorganisation,
    PlanReorganisation,
    UndoReorganisation,
    change_reorganisation,
    plan_reorganisation,
    undo_reorganisation,
)
from services.registry.domain.reorganisations import MOST, NewUnit
from services.registry.domain.state import EditableFields
from services.registry.queries import reorganisations as queries
from services.registry.queries.history import timeline

router = APIRouter(tags=["Reorganisations"])
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$", description="School unit code, eight digits")]
Id = Annotated[UUID, Path(description="The reorganisation's id")]
UnitCode = Annotated[str, Field(pattern=r"^[0-9]{8}$")]
Reason = Annotated[str, Field(max_length=500, pattern=VISIBLE, description="Why; kept in the history")]


class ResultIn(Wire):
    """A unit that comes of it: a new code, all its fields as they shall be."""

    model_config = ConfigDict(extra="forbid")

    unit: EditableFields
    carried_from: UnitCode | None = Field(
        default=None,
        description="The source whose head teacher's identity number goes along, where the head teacher is the same",
    )


class ReorganisationIn(Wire):
    """Units that close on a day, and those that come of them."""

    model_config = ConfigDict(extra="forbid")

    effective_date: date
    sources: tuple[UnitCode, ...] = Field(max_length=10 * MOST)
    results: tuple[ResultIn, ...] = Field(max_length=10 * MOST)
    reason: Reason = ""
    versions: dict[UnitCode, int] = Field(
        default_factory=dict,
        max_length=10 * MOST,
        description="The sources' versions as you saw them; needed but in a dry run",
    )


class ChangeIn(Wire):
    """Another day, another reason."""

    model_config = ConfigDict(extra="forbid")

    effective_date: date
    reason: Reason = ""


@router.get("/organizers/{number}/reorganisations")
async def of_organizer(number: Number, who: Who, register: RegisterDep) -> Response:
    """The organizer's reorganisations: those to come first, then the newest."""
    return json_answer({"reorganisations": await queries.of_organizer(register, who, number)})


@router.get("/organizers/{number}/reorganisations/proposal")
async def proposal(
    number: Number,
    who: Who,
    register: RegisterDep,
    source: Annotated[list[UnitCode], Query(max_length=MOST)] = [],  # noqa: B006 - FastAPI copies it
    results: Annotated[int, Query(ge=1, le=MOST)] = 1,
) -> Response:
    """What is proposed for each unit that would come of these, field by field, with where each value comes from."""
    return json_answer(await queries.proposal(register, who, number, source, results))


@router.post("/organizers/{number}/reorganisations", status_code=201)
async def post(
    number: Number, new: ReorganisationIn, who: Who, register: RegisterDep, key: Key, dry_run: DryRun = False
) -> Response:
    """Plan a reorganisation: each result gets a new code at once, the sources close on the day."""
    command = PlanReorganisation(
        number, new.effective_date, new.sources,
        tuple(NewUnit(result.unit, result.carried_from) for result in new.results), new.reason, new.versions,
    )  # fmt: skip
    body = await plan_reorganisation(register, who, command, key, dry_run=dry_run)
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"}) if dry_run else versioned(body, 201)


@router.get("/reorganisations/{reorganisation_id}")
async def get(reorganisation_id: Id, who: Who, register: RegisterDep) -> Response:
    """One reorganisation. The version is in `ETag`."""
    found = await queries.one(register, who, str(reorganisation_id))
    return versioned(orjson.dumps(await queries.answer(register.pool, found)))


@router.put("/reorganisations/{reorganisation_id}")
async def put(
    reorganisation_id: Id,
    change: ChangeIn,
    who: Who,
    register: RegisterDep,
    key: Key,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:
    """Another day or reason, until it takes effect. The new units themselves are edited as all planned ones."""
    command = ChangeReorganisation(str(reorganisation_id), change.effective_date, change.reason, version_of(if_match))
    return versioned(await change_reorganisation(register, who, command, key, dry_run=dry_run))


@router.delete("/reorganisations/{reorganisation_id}")
async def delete(
    reorganisation_id: Id,
    who: Who,
    register: RegisterDep,
    key: Key,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
    reason: Annotated[str, Query(max_length=500, pattern=VISIBLE, description="Why; kept in the history")] = "",
) -> Response:
    """Undo it until it takes effect: the new units are withdrawn, the old ones stay as they are."""
    command = UndoReorganisation(str(reorganisation_id), version_of(if_match), reason)
    return versioned(await undo_reorganisation(register, who, command, key, dry_run=dry_run))


@router.get("/reorganisations/{reorganisation_id}/history")
async def history(reorganisation_id: Id, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """What happened to it, newest first."""
    found = await queries.one(register, who, str(reorganisation_id))
    return json_answer(await timeline(register.pool, found.aggregate, page))


@router.get("/school-units/{code}/links")
async def links(code: Code, who: Who, register: RegisterDep) -> Response:
    """What a unit came of (`predecessors`) and what came of it (`successors`), planned reorganisations too."""
    return json_answer(await queries.links(register, who, code))
