"""How a planned change is written: its row, its audit row and its event together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.contracts.registry import FieldChange
from services.kernel.database import Connection
from services.kernel.envelope import Sendable
from services.registry.commands.command import note, say
from services.registry.domain.planned_changes import PlannedChange, State
from services.registry.domain.register_day import OpenDay
from services.registry.domain.state import SchoolUnit
from services.registry.register import Register
from services.registry.store import planned_changes
from services.registry.store.audit import Doer


def aggregate(change: PlannedChange) -> str:
    """How the audit log calls it."""
    return f"planned-change/{change.id}"


async def write_new(tx: Connection, register: Register, change: PlannedChange, by: Doer, day: OpenDay) -> None:
    """Write a new planned change and its audit row."""
    await planned_changes.insert(tx, register.vault, change)
    await note(tx, [(aggregate(change), change.version, (_day(None, change), *change.changed))], by, day)


async def write(
    tx: Connection, register: Register, before: PlannedChange, after: PlannedChange, by: Doer, day: OpenDay
) -> PlannedChange:
    """Write a changed one, a version on, and its audit row: its day, its state, and its fields where they differ."""
    after = replace(after, version=before.version + 1)
    await planned_changes.update(tx, register.vault, after)
    await note(tx, [(aggregate(after), after.version, _between(before, after))], by, day)
    return after


def event(kind: type[Sendable], change: PlannedChange, unit: SchoolUnit, **more: Any) -> Sendable:
    """An event of planning, with what all of them say."""
    said: dict[str, Any] = {
        "planned_change_id": str(change.id), "school_unit_code": change.code, "version": change.version,
        "organization_number": unit.public.organization_number, "display_name": unit.public.display_name,
        "day": change.day, "changed": change.changed,
    }  # fmt: skip
    return kind(**said, **more)


async def tell(
    tx: Connection, kind: type[Sendable], change: PlannedChange, unit: SchoolUnit, by: Doer, **more: Any
) -> None:
    """Tell the other services."""
    await say(tx, by, event(kind, change, unit, **more))


def _day(before: PlannedChange | None, after: PlannedChange) -> FieldChange:
    return FieldChange(field="day", before=before and before.day.isoformat(), after=after.day.isoformat())


def _between(before: PlannedChange, after: PlannedChange) -> Sequence[FieldChange]:
    changed = [_day(before, after)] if before.day != after.day else []
    if before.state != after.state:
        changed.append(FieldChange(field="state", before=before.state, after=after.state))
    if after.state is State.PLANNED and before.changed != after.changed:
        changed += after.changed
    return changed
