"""What is asked about planned changes."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.contracts.vocabulary import Status
from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.domain.planned_changes import OPEN, PlannedChange, State, conflicts, together, with_planned
from services.registry.domain.state import SchoolUnit
from services.registry.domain.tasks import Task
from services.registry.domain.units import editable
from services.registry.register import Register
from services.registry.store import planned_changes, units


async def of_organizer(register: Register, who: Subject, number: str) -> list[dict[str, Any]]:
    """What is planned for an organizer's units, by day. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, number)
    return await _answers(register, await planned_changes.of_organizer(register.pool, register.vault, number))


async def of_unit(register: Register, code: str) -> list[dict[str, Any]]:
    """What is planned for a unit, by day. Whoever asks must have been let in."""
    return await _answers(register, await planned_changes.open_of(register.pool, register.vault, [code]))


async def one(register: Register, who: Subject, plan: UUID) -> dict[str, Any]:
    """One planned change, and the unit's form as it will be with it. Raises Problem 404 for a stranger."""
    found = await planned_changes.find(register.pool, register.vault, plan)
    row = found and await units.find(register.pool, register.vault, found.code)
    if not found or not row:
        raise authority.not_found()
    await authority.require(register.pool, register, who, row.organizer)
    form = editable(with_planned(row.unit, found)).model_dump(mode="json", by_alias=True)
    form.pop("headMasterPersonalIdentityNumber")
    return await answer(register.pool, register, found, row.unit) | {"form": form, "unitVersion": row.unit.version}


async def tasks(register: Register, organizer: str, day: date) -> list[Task]:  # noqa: ARG001 - as all slices' are
    """What is planned ahead, what could not be applied, and what later edits are at odds with."""
    plans = await planned_changes.of_organizer(register.pool, register.vault, organizer)
    ahead = [plan for plan in plans if plan.state is State.PLANNED]
    hindered = [str(plan.id) for plan in plans if plan.state is State.HINDERED]
    found = await units.many(register.pool, register.vault, [plan.code for plan in ahead])
    by_unit = together(plans)
    odd = [str(plan.id) for plan in ahead if conflicts(plan, found[plan.code].unit, by_unit[plan.code])]
    told = (
        ("planned-change-hindered", hindered, None),
        ("planned-change-conflict", odd, None),
        ("planned-change", [str(plan.id) for plan in ahead], min((plan.day for plan in ahead), default=None)),
    )
    return [Task(kind, len(about), due, tuple(about)) for kind, about, due in told if about]


async def answer(
    connection: Connection | Pool, register: Register, plan: PlannedChange, unit: SchoolUnit
) -> dict[str, Any]:
    """A planned change as it is answered."""
    return as_json(plan, unit, await planned_changes.open_of(connection, register.vault, [plan.code]))


def as_json(plan: PlannedChange, unit: SchoolUnit, plans: Sequence[PlannedChange]) -> dict[str, Any]:
    """A planned change as JSON. `conflicts`: the fields where something else stands than it was planned from."""
    is_open = plan.state in OPEN and unit.public.status is not Status.UPPHORT
    return {
        "id": str(plan.id),
        "version": plan.version,
        "schoolUnitCode": plan.code,
        "displayName": unit.public.display_name,
        "organizationNumber": unit.public.organization_number,
        "day": plan.day,
        "state": plan.state,
        "status": plan.status,
        "changed": [change.model_dump(mode="json", by_alias=True) for change in plan.changed],
        "conflicts": conflicts(plan, unit, plans) if is_open else [],
        "hinderedBy": list(plan.hindered_by),
        "plannedBy": plan.planned_by,
        "plannedRole": plan.planned_role,
        "plannedAt": plan.planned_at,
        "reason": plan.reason,
        "baseVersion": plan.base_version,
    }


async def _answers(register: Register, plans: list[PlannedChange]) -> list[dict[str, Any]]:
    found = await units.many(register.pool, register.vault, [plan.code for plan in plans])
    by_unit = together(plans)
    return [as_json(plan, found[plan.code].unit, by_unit[plan.code]) for plan in plans]
