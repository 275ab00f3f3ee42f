"""Planning an edit for a day to come, altering it, cancelling it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import orjson

from services.contracts.planning import PlannedChangeCancelled, PlannedChangeEdited
from services.contracts.registry import FieldChange
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, expect, once, rules_problem
from services.registry.commands.planned_notes import tell, write
from services.registry.commands.register_day import open_day
from services.registry.commands.saving import surroundings
from services.registry.commands.unit_commands import Decided, Here, UnitCommand, authorised, run
from services.registry.domain import planned_changes as domain
from services.registry.domain.changes import wire
from services.registry.domain.planned_changes import OPEN, PlannedChange, Private, State
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import EditableFields
from services.registry.domain.units import editable
from services.registry.queries import planning
from services.registry.register import Register
from services.registry.store import planned_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEdit(UnitCommand):
    """Edit a unit from a day to come: all its editable fields as they shall be."""

    on: date
    fields: EditableFields


@dataclass(frozen=True, slots=True)
class AlterPlan:
    """Give a planned change, seen at a version, another day, and other values where `fields` are given.

    `unit_version`: the version of the unit that the fields were made from.
    """

    plan: UUID
    on: date
    fields: EditableFields | None
    unit_version: int | None
    version: int
    key: str


@dataclass(frozen=True, slots=True)
class CancelPlan:
    """Cancel a planned change, seen at a version."""

    plan: UUID
    version: int
    key: str


Alter = Callable[[Here, PlannedChange], Awaitable[PlannedChange]]


async def plan_edit(register: Register, who: Subject, command: PlanEdit, *, dry_run: bool = False) -> bytes:
    """Plan an edit; returns the planned change as JSON. Raises as `run`."""

    async def decide(here: Here) -> Decided:
        others = await planned_changes.open_of(here.tx, here.register.vault, [command.code])
        with here.within(("/on", command.on)):
            changed, private = await _edit(here, command.fields, command.on, others)
            plan = new_plan(here, who, command.on, changed, private)
            await _check(here, plan, others, is_decided=True)
        return Decided(here.row.unit, changed, plan)

    return await run(register, who, command, decide, dry_run=dry_run)


async def alter_plan(register: Register, who: Subject, command: AlterPlan, *, dry_run: bool = False) -> bytes:
    """Alter what is planned; returns it as JSON. Raises Problem 404, 412 (it, or the unit), 409, 422."""

    async def alter(here: Here, plan: PlannedChange) -> PlannedChange:
        with here.within(("/on", command.on)):
            return await altered(here, plan)

    async def altered(here: Here, plan: PlannedChange) -> PlannedChange:
        others = await _others(here, plan)
        after = replace(plan, day=command.on, state=State.PLANNED, hindered_by=())
        if plan.status:
            if command.fields:
                raise RulesBrokenError([domain.STATUS_HAS_NO_FIELDS.broken_at("/unit")])
            expected = domain.expected(here.row.unit, others, command.on)
            after = replace(after, changed=domain.status_change(expected, plan.status, command.on))
        elif command.fields:
            expect(here.row.unit.version, command.unit_version or 0)
            changed, private = await _edit(here, domain.kept(command.fields, plan), command.on, others)
            after = replace(after, changed=changed, private=private, base_version=here.row.unit.version, told=())
        await _check(here, after, others)
        return after

    return await _on_plan(register, who, command, alter, dry_run=dry_run)


async def cancel_plan(register: Register, who: Subject, command: CancelPlan) -> bytes:
    """Cancel what is planned; returns it as JSON. Raises as `alter_plan`."""

    async def cancel(_: Here, plan: PlannedChange) -> PlannedChange:
        return replace(plan, state=State.CANCELLED)

    return await _on_plan(register, who, command, cancel)


def new_plan(here: Here, who: Subject, on: date, changed: tuple[FieldChange, ...], private: Private) -> PlannedChange:
    """A planned change that is not written yet."""
    return PlannedChange(
        uuid4(), 1, here.row.unit.code, on, State.PLANNED, changed, private, here.row.unit.version, who.person_id,
        here.by.role, datetime.now(UTC), here.by.reason,
    )  # fmt: skip


async def _on_plan(
    register: Register, who: Subject, command: AlterPlan | CancelPlan, alter: Alter, *, dry_run: bool = False
) -> bytes:
    """The unit is locked first, as in all commands: its lock is what plans and edits of a unit wait for."""
    found = await planned_changes.find(register.pool, register.vault, command.plan)
    if found is None:
        raise authority.not_found()
    async with open_day(register) as (tx, day):
        row, role = await authorised(tx, register, who, found.code)
        here = Here(tx, register, row, doer(who, role), day)
        if dry_run:
            try:
                return orjson.dumps({"changed": wire((await _altered(here, command, alter))[1].changed)})
            except RulesBrokenError as error:
                raise rules_problem(error) from error

        async def work() -> Answer:
            before, after = await _altered(here, command, alter)
            after = await write(tx, register, before, after, here.by, day)
            if after.state is State.CANCELLED:
                await tell(tx, PlannedChangeCancelled, after, row.unit, here.by, unit_closed=False)
            else:
                await tell(tx, PlannedChangeEdited, after, row.unit, here.by)
            return await planning.answer(tx, register, after, row.unit)

        return await once(register, tx, who, command.key, command, work)


async def _altered(here: Here, command: AlterPlan | CancelPlan, alter: Alter) -> tuple[PlannedChange, PlannedChange]:
    plan = await planned_changes.find(here.tx, here.register.vault, command.plan)
    if plan is None:
        raise authority.not_found()
    expect(plan.version, command.version)
    if plan.state not in OPEN:
        raise RulesBrokenError([domain.NOT_OPEN.broken_at("", state=plan.state)])
    return plan, await alter(here, plan)


async def _others(here: Here, plan: PlannedChange) -> list[PlannedChange]:
    found = await planned_changes.open_of(here.tx, here.register.vault, [plan.code])
    return [other for other in found if other.id != plan.id]


async def _edit(
    here: Here, fields: EditableFields, on: date, others: Sequence[PlannedChange]
) -> tuple[tuple[FieldChange, ...], Private]:
    unit = here.row.unit
    around = await surroundings(here.tx, here.row.organizer_type, fields)
    return domain.difference(unit, domain.expected(unit, others, on), fields, around)


async def _check(here: Here, plan: PlannedChange, others: Sequence[PlannedChange], *, is_decided: bool = False) -> None:
    """Raise RulesBrokenError for a wrong day, and for what would be refused on that day as far as is known.

    `is_decided`: the fields were just decided on the unit as it stands. Where it will stand so then, that is enough.
    """
    broken = domain.broken_by_day(plan.day, here.day.date, plan.fields, others)
    if broken:
        raise RulesBrokenError(broken)
    then = domain.expected(here.row.unit, others, plan.day)
    if is_decided and then is here.row.unit:
        return
    after = domain.with_planned(then, plan)
    around = await surroundings(here.tx, here.row.organizer_type, editable(after))
    domain.effect(then, plan, around)
