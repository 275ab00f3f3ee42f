"""A unit's life over HTTP."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field, StringConstraints

from services.contracts.event import Wire
from services.contracts.vocabulary import Status
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import VISIBLE, DryRun, RegisterDep
from services.registry.api.units import Code, answered
from services.registry.commands.status import (
    ChangeStatus,
    Correct,
    MoveStart,
    Withdraw,
    change_status,
    correct,
    move_start,
    withdraw,
)

router = APIRouter(tags=["A unit's life"])
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=VISIBLE)]


class NewStatus(Wire):
    """Another status. `on` absent or today: at once; later: planned."""

    model_config = ConfigDict(extra="forbid")

    to: Literal[Status.AKTIV, Status.VILANDE, Status.UPPHORT]
    on: date | None = None
    reason: Reason | None = None


class WithReason(Wire):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class NewStart(Wire):
    """Another start date."""

    model_config = ConfigDict(extra="forbid")

    startdate: date = Field(description="A day to come")


@router.post("/school-units/{code}/status")
async def status(
    code: Code, new: NewStatus, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """Dormant, active again, or closed: at once (the unit is answered), or on a day to come (what is planned is)."""
    command = ChangeStatus(code=code, version=version_of(if_match), key=key, reason=new.reason, to=new.to, on=new.on)
    return answered(await change_status(register, who, command, dry_run=dry_run))


@router.post("/school-units/{code}/withdrawal")
async def withdrawal(
    code: Code, why: WithReason, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """A planned unit never starts: it is closed today, and its code is not used again."""
    command = Withdraw(code=code, version=version_of(if_match), key=key, reason=why.reason)
    return answered(await withdraw(register, who, command, dry_run=dry_run))


@router.put("/school-units/{code}/start-date")
async def start_date(
    code: Code, new: NewStart, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """Give a planned unit another start date, on a day to come."""
    command = MoveStart(code=code, version=version_of(if_match), key=key, start=new.startdate)
    return answered(await move_start(register, who, command, dry_run=dry_run))


@router.post("/school-units/{code}/correction")
async def correction(
    code: Code, why: WithReason, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """Take back what was done to the unit today, a closing too. Protected fields stay: their old values are nowhere."""
    command = Correct(code=code, version=version_of(if_match), key=key, reason=why.reason)
    return answered(await correct(register, who, command, dry_run=dry_run))
