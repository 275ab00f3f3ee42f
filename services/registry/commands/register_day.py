"""Holding the open register day, and closing it (design/architecture.md, The register day)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import structlog

from services.contracts.registry import TOPIC, RegisterDayClosed
from services.kernel import outbox
from services.kernel.database import Connection, transaction
from services.kernel.envelope import seal
from services.kernel.problems import Problem
from services.registry.commands.due import DUE, THE_REGISTER
from services.registry.domain.register_day import OpenDay, midnight_after, next_day
from services.registry.register import SOURCE, Register
from services.registry.store import register_day
from services.registry.store.register_day import DayRow

log = structlog.get_logger(__name__)

JUST_PAST = timedelta(seconds=1)


@asynccontextmanager
async def open_day(register: Register) -> AsyncIterator[tuple[Connection, OpenDay]]:
    """One transaction that holds the open register day. A day that is over is closed first.

    Raises Problem 503 before the register is loaded.
    """
    while True:
        async with transaction(register.pool) as tx:
            await register_day.hold(tx)
            row = _loaded(await register_day.find(tx, register.zone.key))
            if row.today <= row.day:
                yield tx, OpenDay(row.day)
                return
        await close_due_days(register)


async def close_due_days(register: Register) -> list[date]:
    """Close every day that is over, in order, each in a transaction of its own. Returns the days closed."""
    closed: list[date] = []
    while day := await _close_one(register):
        log.info("register-day-closed", day=day.isoformat())
        closed.append(day)
    return closed


async def move_clock_past_midnight(register: Register) -> list[date]:
    """Move the register's clock just past the next local midnight, and close the day. Raises Problem 403."""
    if not register.demo_clock_allowed:
        raise Problem(403, "clock-not-allowed", "The clock may not be moved here")
    async with transaction(register.pool) as tx:
        await register_day.hold_alone(tx)
        row = _loaded(await register_day.find(tx, register.zone.key))
        further = midnight_after(row.now, register.zone) - row.now + JUST_PAST
        await register_day.set_clock_offset(tx, row.clock_offset + further)
    return await close_due_days(register)


def _loaded(row: DayRow | None) -> DayRow:
    if row is None:
        raise Problem(503, "register-not-loaded", "The register has not been loaded yet", headers={"Retry-After": "10"})
    return row


async def _close_one(register: Register) -> date | None:
    """Close the open day when it is over: move on, open what was planned, and write the markers behind it all."""
    async with transaction(register.pool) as tx:
        await register_day.hold_alone(tx)
        row = await register_day.find(tx, register.zone.key)
        if row is None or row.today <= row.day:
            return None
        following = next_day(row.day)
        await register_day.move_on(tx, following)
        for take_effect in DUE:
            await take_effect(tx, register, OpenDay(following, begins=True))
        await _write_markers(tx, register, row)
        return row.day


async def _write_markers(tx: Connection, register: Register, row: DayRow) -> None:
    public_from = next_day(row.day)
    counts = await outbox.counts(tx, public_from.isoformat())
    for partition in range(TOPIC.partitions):
        marker = RegisterDayClosed(
            day=row.day, public_from=public_from, partition=partition, partitions=TOPIC.partitions,
            events=counts.get(partition, 0), total=sum(counts.values()),
            closed_at=row.now.astimezone(register.zone), time_zone=register.zone.key,
        )  # fmt: skip
        await outbox.append_to_partition(tx, seal(marker, source=SOURCE, actor=THE_REGISTER), partition)
