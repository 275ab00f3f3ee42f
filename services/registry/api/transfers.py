"""Units that go from one organizer to another, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import DryRun, Number, Page, RegisterDep, Text, json_answer, versioned
from services.registry.commands.transfers import Propose, Turn, propose, try_proposal, turn
from services.registry.domain.transfers import State
from services.registry.queries import transfers as queries

router = APIRouter(tags=["Transfers"])
TransferId = Annotated[UUID, Path(description="The transfer")]
Code = Annotated[str, Field(pattern=r"^[0-9]{8}$")]
MOST_UNITS = 5000


class Proposal(Wire):
    """Units that shall become another organizer's on a day to come."""

    model_config = ConfigDict(extra="forbid")

    receiver: str = Field(pattern=r"^[0-9]{10}$")
    school_unit_codes: tuple[Code, ...] = Field(default=(), max_length=MOST_UNITS)
    all_units: bool = Field(default=False, description="All the giver's units; then no codes are named")
    ends_organizer: bool = Field(default=False, description="The giver ends on the day; only with allUnits")
    day: date
    message: str | None = None
    versions: dict[Code, Annotated[int, Field(ge=1, le=999_999_999)]] = Field(
        default_factory=dict,
        max_length=MOST_UNITS,
        description="The units' versions as you saw them, which a dry run tells; one that was changed since is refused",
    )


class Refusal(Wire):
    """Why the receiver declines."""

    model_config = ConfigDict(extra="forbid")

    reason: str


@router.get("/organizers/{number}/transfers")
async def of_organizer(number: Number, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """The organizer's transfers, given and received, open ones first."""
    return json_answer(await queries.of_organizer(register, who, number, page))


@router.get("/organizers/{number}/receivers")
async def receivers(number: Number, who: Who, register: RegisterDep, q: Text = "") -> Response:
    """The organizers that the organizer's units can go to, by name or number; twenty at most."""
    return json_answer({"organizers": await queries.receivers(register, who, number, q)})


@router.post("/organizers/{number}/transfers", status_code=201)
async def post(
    number: Number,
    proposal: Proposal,
    who: Who,
    register: RegisterDep,
    key: Key,
    dry_run: DryRun = False,
) -> Response:
    """Propose that units become another organizer's on a day to come. Nothing happens unless it accepts."""
    command = Propose(
        number, proposal.receiver, None if proposal.all_units else proposal.school_unit_codes,
        proposal.ends_organizer, proposal.day, proposal.message, key, proposal.versions,
    )  # fmt: skip
    if dry_run:
        return json_answer(await try_proposal(register, who, command))
    return versioned(await propose(register, who, command), 201)


@router.get("/transfers")
async def every(
    who: Who,
    register: RegisterDep,
    state: Annotated[list[State], Query()] = [],  # noqa: B006 - FastAPI copies it
    page: Page = 1,
) -> Response:
    """All transfers, open ones first. For the register administration."""
    return json_answer(await queries.every(register, who, state, page))


@router.get("/transfers/{transfer_id}")
async def one(transfer_id: TransferId, who: Who, register: RegisterDep) -> Response:
    """One transfer, for both its organizers: its units, what happened to it, and what you may do. `ETag`: version."""
    return versioned(orjson.dumps(await queries.one(register, who, transfer_id)))


@router.post("/transfers/{transfer_id}/acceptance")
async def accept(
    transfer_id: TransferId, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None
) -> Response:
    """Accept, for the receiver: the units move when the day begins."""
    return versioned(await turn(register, who, Turn(transfer_id, State.ACCEPTED, version_of(if_match), key)))


@router.post("/transfers/{transfer_id}/refusal")
async def decline(
    transfer_id: TransferId, refusal: Refusal, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None
) -> Response:
    """Decline, for the receiver: the units stay."""
    command = Turn(transfer_id, State.DECLINED, version_of(if_match), key, refusal.reason)
    return versioned(await turn(register, who, command))


@router.post("/transfers/{transfer_id}/withdrawal")
async def withdraw(
    transfer_id: TransferId, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None
) -> Response:
    """Withdraw, for the giver, answered or not, until the day: the units stay."""
    return versioned(await turn(register, who, Turn(transfer_id, State.WITHDRAWN, version_of(if_match), key)))
