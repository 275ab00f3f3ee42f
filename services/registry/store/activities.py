"""Other activities as rows."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from services.contracts.vocabulary import Status
from services.kernel.database import Connection, Pool
from services.registry.domain.activities import ActivityFields, OtherActivity

COLUMNS = "activity_id, version, organizer, status, start_date, end_date, body, created, modified"
GET = f"SELECT {COLUMNS} FROM other_activity WHERE activity_id = $1"
FOR_UPDATE = f"{GET} FOR UPDATE"
OF_ORGANIZER = f"""
SELECT {COLUMNS} FROM other_activity WHERE organizer = $1
ORDER BY status = 'UPPHORT', swedish_order(body ->> 'displayName'), activity_id
"""
TURNING = f"""
SELECT {COLUMNS} FROM other_activity
WHERE (status = 'PLANERAD' AND start_date <= $1) OR (status <> 'UPPHORT' AND end_date <= $1)
ORDER BY activity_id FOR UPDATE
"""
INSERT = """
INSERT INTO other_activity (activity_id, version, organizer, status, start_date, end_date, body, created, modified)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
"""
UPDATE = """
UPDATE other_activity SET version = $2, status = $3, start_date = $4, end_date = $5, body = $6, modified = $7
WHERE activity_id = $1 AND version = $2 - 1
"""


async def find(connection: Connection | Pool, activity_id: str) -> OtherActivity | None:
    """One activity, or None."""
    row = await connection.fetchrow(GET, activity_id)
    return _read(row) if row else None


async def find_for_update(tx: Connection, activity_id: str) -> OtherActivity | None:
    """Lock and load one activity, or None."""
    row = await tx.fetchrow(FOR_UPDATE, activity_id)
    return _read(row) if row else None


async def of_organizer(connection: Connection | Pool, organizer: str) -> list[OtherActivity]:
    """An organizer's activities by name, those that have ended last."""
    return [_read(row) for row in await connection.fetch(OF_ORGANIZER, organizer)]


async def turning(tx: Connection, day: date) -> list[OtherActivity]:
    """Lock and load those that begin or end by a day."""
    return [_read(row) for row in await tx.fetch(TURNING, day)]


async def insert(tx: Connection, activity: OtherActivity, day: date) -> None:
    """Write a new activity."""
    await tx.execute(
        INSERT, activity.activity_id, activity.version, activity.organizer, activity.status, activity.start_date,
        activity.end_date, _body(activity), day,
    )  # fmt: skip


async def update(tx: Connection, activities: Sequence[OtherActivity], day: date) -> None:
    """Write changed activities, each one version on; their rows are locked by the caller."""
    rows = [
        (one.activity_id, one.version, one.status, one.start_date, one.end_date, _body(one), day) for one in activities
    ]
    await tx.executemany(UPDATE, rows)


def _body(activity: OtherActivity) -> dict[str, object]:
    return activity.fields.model_dump(mode="json", by_alias=True, exclude_none=True)


def _read(row: asyncpg.Record) -> OtherActivity:
    return OtherActivity(
        str(row["activity_id"]), row["organizer"], ActivityFields.model_validate(row["body"]), Status(row["status"]),
        row["start_date"], row["end_date"], row["version"],
    )  # fmt: skip
