"""What a change of a unit means for what is planned for it: conflicts are told, and a closed unit has no plans."""

from collections.abc import Sequence
from dataclasses import replace

from services.contracts.planning import PlannedChangeCancelled, PlannedChangeConflicted, PlannedChangeEdited
from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Status
from services.kernel.database import Connection
from services.registry.commands.planned_notes import tell, write
from services.registry.domain.planned_changes import PlannedChange, State, conflicts, together
from services.registry.domain.register_day import OpenDay
from services.registry.domain.state import SchoolUnit
from services.registry.register import Register
from services.registry.store import planned_changes
from services.registry.store.audit import Doer


async def follow(
    tx: Connection,
    register: Register,
    edits: Sequence[tuple[SchoolUnit, tuple[FieldChange, ...]]],
    by: Doer,
    day: OpenDay,
) -> None:
    """See to the open planned changes of units that have just been changed (and are locked)."""
    plans = together(await planned_changes.open_of(tx, register.vault, [unit.code for unit, _ in edits]))
    for unit, changed in edits:
        for plan in plans.get(unit.code, ()):
            if unit.public.status is Status.UPPHORT:
                await _cancel(tx, register, plan, unit, by, day)
            else:
                await _tell_conflicts(tx, plan, unit, changed, plans[unit.code], by)


async def bring_back(
    tx: Connection, register: Register, unit: SchoolUnit, versions: Sequence[int], by: Doer, day: OpenDay
) -> None:
    """Plan anew what these versions of the unit, which are undone, had cancelled."""
    for plan in await planned_changes.ended_with(tx, register.vault, unit.code, versions, day.date):
        again = replace(plan, state=State.PLANNED, ended_with=None)
        again = await write(tx, register, plan, again, by, day)
        await tell(tx, PlannedChangeEdited, again, unit, by)


async def _cancel(
    tx: Connection, register: Register, plan: PlannedChange, unit: SchoolUnit, by: Doer, day: OpenDay
) -> None:
    ended = replace(plan, state=State.CANCELLED, ended_with=unit.version)
    ended = await write(tx, register, plan, ended, by, day)
    await tell(tx, PlannedChangeCancelled, ended, unit, by, unit_closed=True)


async def _tell_conflicts(
    tx: Connection,
    plan: PlannedChange,
    unit: SchoolUnit,
    changed: Sequence[FieldChange],
    plans: Sequence[PlannedChange],
    by: Doer,
) -> None:
    protected = {change.field for change in changed if change.protected}
    found = {*conflicts(plan, unit, plans), *(protected & plan.fields)}
    if new := sorted(found - set(plan.told)):
        await planned_changes.tell(tx, plan.id, [*plan.told, *new])
        await tell(tx, PlannedChangeConflicted, plan, unit, by, fields=new, planned_by=plan.planned_by)
