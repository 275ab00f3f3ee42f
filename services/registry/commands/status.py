"""A unit's life: another status, a start that is moved or never comes, and taking back what was done today."""

from dataclasses import dataclass
from datetime import date

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Cause, Status
from services.kernel.identity import Subject
from services.registry.commands.planned_changes import new_plan
from services.registry.commands.planned_follow import bring_back
from services.registry.commands.unit_commands import Decided, Here, UnitCommand, run
from services.registry.domain import planned_changes as domain
from services.registry.domain import transitions
from services.registry.domain.corrections import Done, corrected
from services.registry.domain.rules import RulesBrokenError
from services.registry.register import Register
from services.registry.store import planned_changes, processes


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStatus(UnitCommand):
    """Dormant, active again, or closed: at once, or from a day to come."""

    to: Status
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(UnitCommand):
    """A planned unit never starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStart(UnitCommand):
    """A planned unit starts on another day to come."""

    start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(UnitCommand):
    """Take back what was done today."""


async def change_status(register: Register, who: Subject, command: ChangeStatus, *, dry_run: bool = False) -> bytes:
    """Change the status, or plan it. Raises as `run`."""

    async def decide(here: Here) -> Decided:
        on = command.on or here.day.date
        if on < here.day.date:
            raise RulesBrokenError([transitions.DAY_PAST.broken_at("/on", day=here.day.date.isoformat())])
        if command.to is Status.UPPHORT:
            await processes.refuse_busy(here.tx, command.code)
        if on > here.day.date:
            with here.within(("/on", on)):
                return await _plan(here, command.to, on, who)
        return Decided(*transitions.moved(here.row.unit, command.to, on))

    return await run(register, who, command, decide, dry_run=dry_run)


async def withdraw(register: Register, who: Subject, command: Withdraw, *, dry_run: bool = False) -> bytes:
    """Withdraw a planned unit. Raises as `run`."""

    async def decide(here: Here) -> Decided:
        await processes.refuse_busy(here.tx, command.code)
        return Decided(*transitions.withdrawn(here.row.unit, here.day.date))

    return await run(register, who, command, decide, dry_run=dry_run)


async def move_start(register: Register, who: Subject, command: MoveStart, *, dry_run: bool = False) -> bytes:
    """Give a planned unit another start date. Raises as `run`."""

    async def decide(here: Here) -> Decided:
        await processes.refuse_busy(here.tx, command.code)
        with here.within(("/startdate", command.start)):
            return Decided(*transitions.rescheduled(here.row.unit, command.start, here.day.date))

    return await run(register, who, command, decide, dry_run=dry_run)


async def correct(register: Register, who: Subject, command: Correct, *, dry_run: bool = False) -> bytes:
    """Take back what was done today; what a closing had cancelled is planned again. Raises as `run`."""

    async def decide(here: Here) -> Decided:
        rows = await planned_changes.not_public(here.tx, command.code)
        done = [Done(row["version"], row["changed"], row["context"].get("process")) for row in rows]
        unit, changed = corrected(here.row.unit, done)
        versions = [each.version for each in done]

        async def then() -> None:
            if unit.public.status is not Status.UPPHORT:
                await bring_back(here.tx, here.register, unit, versions, here.by, here.day)

        return Decided(unit, changed, then=then)

    return await run(register, who, command, decide, cause=Cause.CORRECTION, dry_run=dry_run)


async def _plan(here: Here, to: Status, on: date, who: Subject) -> Decided:
    others = await planned_changes.open_of(here.tx, here.register.vault, [here.row.unit.code])
    changed: tuple[FieldChange, ...] = domain.status_change(domain.expected(here.row.unit, others, on), to, on)
    if broken := domain.broken_by_day(on, here.day.date, [change.field for change in changed], others):
        raise RulesBrokenError(broken)
    return Decided(here.row.unit, changed, new_plan(here, who, on, changed, {}))
