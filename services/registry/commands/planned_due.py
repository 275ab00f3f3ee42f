"""Planned changes take effect when their day begins: each once, or not at all and told so."""

from dataclasses import replace

from services.contracts.planning import PlannedChangeHindered
from services.contracts.registry import ProcessRef
from services.contracts.vocabulary import Cause, ProcessType, Status
from services.kernel.database import Connection
from services.registry.commands.planned_notes import tell, write
from services.registry.commands.saving import save, surroundings
from services.registry.domain.planned_changes import PlannedChange, State, effect, with_planned
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import SchoolUnit
from services.registry.domain.units import editable
from services.registry.register import Register
from services.registry.store import planned_changes, units
from services.registry.store.audit import Doer
from services.registry.store.units import UnitRow

THE_REGISTER = "register"


async def take_effect(tx: Connection, register: Register, day: OpenDay) -> None:
    """Apply what is planned until the day, in order. Of a unit that one of them closes, the rest is cancelled."""
    due = await planned_changes.due(tx, register.vault, day.date)
    rows = await units.many_for_update(tx, register.vault, sorted({change.code for change in due}))
    for change in due:
        row = rows[change.code]
        if row.unit.public.status is not Status.UPPHORT:
            rows[change.code] = replace(row, unit=await _apply(tx, register, change, row, day))


async def _apply(tx: Connection, register: Register, change: PlannedChange, row: UnitRow, day: OpenDay) -> SchoolUnit:
    process = ProcessRef(type=ProcessType.PLANNED_CHANGE, id=str(change.id))
    by = Doer(THE_REGISTER, THE_REGISTER, Cause.PLANNED, reason=change.reason, process=process)
    around = await surroundings(tx, row.organizer_type, editable(with_planned(row.unit, change)))
    try:
        after, changed = effect(row.unit, change, around)
    except RulesBrokenError as error:
        codes = tuple(dict.fromkeys(broken.rule.code for broken in error.broken))
        hindered = replace(change, state=State.HINDERED, hindered_by=codes)
        hindered = await write(tx, register, change, hindered, by, day)
        await tell(tx, PlannedChangeHindered, hindered, row.unit, by, rules=codes)
        return row.unit
    await write(tx, register, change, replace(change, state=State.DONE), by, day)
    if changed:
        await save(tx, register, [(after, changed)], by, day)
    return after
