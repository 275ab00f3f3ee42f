"""What waits for an organizer's users: tasks with counts and due dates, and what is not public yet."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from services.contracts.vocabulary import Status
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.domain.register_day import OpenDay
from services.registry.domain.tasks import Task
from services.registry.queries import approvals, planning, reorganisations, transfers
from services.registry.register import Register
from services.registry.store import organizers
from services.registry.store import overview as store
from services.registry.store import register_day as days

KINDS = {"head-teacher": "units-without-head-teacher", "place": "units-without-place",
         "right-place": "units-placed-elsewhere"}  # fmt: skip


async def tasks(register: Register, organizer: str, day: date) -> list[Task]:  # noqa: ARG001 - as every slice's
    """What the units themselves lack."""
    return of_units(await store.units(register.pool, organizer))


def of_units(counted: dict[str, int]) -> list[Task]:
    """The tasks that the units' counts are."""
    return [Task(kind, counted[lacks]) for lacks, kind in KINDS.items()]


TASKS: tuple[Callable[[Register, str, date], Awaitable[list[Task]]], ...] = (
    transfers.tasks,
    approvals.tasks,
    planning.tasks,
    reorganisations.tasks,
    tasks,
)
"""Everybody's, in the order that they are shown in where none is due before another."""


async def overview(register: Register, who: Subject, number: str) -> dict[str, Any]:
    """An organizer's tasks, those due first; its units counted; what is not public yet. Raises Problem 404."""
    role = await authority.require(register.pool, register, who, number)
    row, day = await organizers.find(register.pool, number), await days.find(register.pool, register.zone.key)
    if row is None or day is None:
        raise authority.not_found()
    counted = await store.units(register.pool, number)
    waiting = [task for of in TASKS for task in await of(register, number, day.day) if task.count]
    waiting.sort(key=lambda task: task.due or date.max)
    return {
        "organizer": row["body"],
        "role": role,
        "day": day.day,
        "tasks": [asdict(task) for task in waiting],
        "schoolUnits": {"total": counted["total"], **{status.value: counted[status] for status in Status}},
        "notYetPublic": {
            "publicFrom": OpenDay(day.day).public_from,
            "schoolUnits": counted["not_public"],
            "organizer": await store.organizer_not_public(register.pool, number),
        },
    }
