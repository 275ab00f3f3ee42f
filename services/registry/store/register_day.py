"""The open register day and its lock (design/architecture.md, The register day)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.kernel.database import Connection, Pool

LOCK = 7_021_002

HOLD = "SELECT pg_advisory_xact_lock_shared($1)"
HOLD_ALONE = "SELECT pg_advisory_xact_lock($1)"
READ = """
SELECT day, clock_offset, clock_timestamp() + clock_offset AS now,
       ((clock_timestamp() + clock_offset) AT TIME ZONE $1)::date AS today
FROM register_day
"""
BEGIN = "INSERT INTO register_day (day) VALUES ($1)"
MOVE_ON = "UPDATE register_day SET day = $1"
SET_OFFSET = "UPDATE register_day SET clock_offset = $1"


@dataclass(frozen=True, slots=True)
class DayRow:
    """The open day, and what the register's clock says."""

    day: date
    today: date
    now: datetime
    clock_offset: timedelta


async def hold(tx: Connection) -> None:
    """Hold the open day for this transaction, together with other edits."""
    # Own statement, before any read: under READ COMMITTED the snapshot must be taken after the lock.
    await tx.execute(HOLD, LOCK)


async def hold_alone(tx: Connection) -> None:
    """Hold the open day alone: every edit of the day is committed and visible from here on."""
    await tx.execute(HOLD_ALONE, LOCK)


async def find(connection: Connection | Pool, zone: str) -> DayRow | None:
    """The open day; None before the register is loaded. Waits for nobody."""
    row = await connection.fetchrow(READ, zone)
    return DayRow(row["day"], row["today"], row["now"], row["clock_offset"]) if row else None


async def begin(tx: Connection, day: date) -> None:
    """Open the register's first day."""
    await tx.execute(BEGIN, day)


async def move_on(tx: Connection, day: date) -> None:
    """Make `day` the open day. Held alone by the caller."""
    await tx.execute(MOVE_ON, day)


async def set_clock_offset(tx: Connection, offset: timedelta) -> None:
    """Move the register's clock."""
    await tx.execute(SET_OFFSET, offset)
