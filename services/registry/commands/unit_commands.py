"""One unit's commands beside the edit: decided now, saved at once or planned for a day to come, or only tried."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import orjson

from services.contracts.planning import ChangePlanned
from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Cause
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, expect, once, rules_problem
from services.registry.commands.planned_notes import tell, write_new
from services.registry.commands.register_day import open_day
from services.registry.commands.saving import save
from services.registry.domain.changes import wire
from services.registry.domain.horizon import Typed
from services.registry.domain.planned_changes import PlannedChange
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import SchoolUnit
from services.registry.queries import planning
from services.registry.queries import units as queries
from services.registry.register import Register
from services.registry.store import planned_changes, units
from services.registry.store.audit import Doer
from services.registry.store.units import UnitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCommand:
    """A command on one unit, seen at a version. `key` is the Idempotency-Key; `reason` the doer's own words."""

    code: str
    version: int
    key: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """Where a command is decided: inside its transaction, with the unit locked."""

    tx: Connection
    register: Register
    row: UnitRow
    by: Doer
    day: OpenDay

    def within(self, *typed: Typed) -> AbstractContextManager[None]:
        """Raise RulesBrokenError for days that lie too far from today, with what the block raises."""
        return self.register.horizon.beside(self.day.date, *typed)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a command does: the unit as it shall be, or what is planned for it. `then`: what follows from it."""

    unit: SchoolUnit
    changed: tuple[FieldChange, ...]
    plan: PlannedChange | None = None
    then: Callable[[], Awaitable[None]] | None = None


Decide = Callable[[Here], Awaitable[Decided]]


async def run(  # what a command is made of
    register: Register,
    who: Subject,
    command: UnitCommand,
    decide: Decide,
    *,
    cause: Cause = Cause.EDIT,
    dry_run: bool = False,
) -> bytes:
    """Do a command; returns the answer's JSON: the unit, or what is planned. `dry_run`: only what would change.

    Raises Problem 404 (no authority, or no such unit), 412 (stale), 409 (rules broken), 422 (key used otherwise).
    """
    async with open_day(register) as (tx, day):
        row, role = await authorised(tx, register, who, command.code)
        here = Here(tx, register, row, doer(who, role, cause=cause, reason=command.reason), day)
        if dry_run:
            return orjson.dumps(await _preview(here, command, decide))

        async def work() -> Answer:
            expect(row.unit.version, command.version)
            return await _done(here, await decide(here))

        return await once(register, tx, who, command.key, command, work)


async def authorised(tx: Connection, register: Register, who: Subject, code: str) -> tuple[UnitRow, str]:
    """The unit, locked, and the role in which the caller may act for its organizer. Raises Problem 404, 403."""
    row = await units.find_for_update(tx, register.vault, code)
    if row is None:
        raise authority.not_found()
    return row, await authority.require(tx, register, who, row.organizer)


async def _preview(here: Here, command: UnitCommand, decide: Decide) -> dict[str, Any]:
    expect(here.row.unit.version, command.version)
    try:
        decided = await decide(here)
    except RulesBrokenError as error:
        raise rules_problem(error) from error
    return {"changed": wire(decided.changed), "planned": decided.plan is not None}


async def _done(here: Here, decided: Decided) -> Answer:
    if decided.plan:
        return await _planned(here, decided.plan)
    if decided.changed:
        await save(here.tx, here.register, [(decided.unit, decided.changed)], here.by, here.day)
    if decided.then:
        await decided.then()
    answer = await queries.as_answer(here.tx, here.register, decided.unit.code)
    return answer | {"changed": wire(decided.changed)}


async def _planned(here: Here, plan: PlannedChange) -> Answer:
    await write_new(here.tx, here.register, plan, here.by, here.day)
    await tell(here.tx, ChangePlanned, plan, here.row.unit, here.by)
    written = await planned_changes.find(here.tx, here.register.vault, plan.id)
    return await planning.answer(here.tx, here.register, written or plan, here.row.unit)
