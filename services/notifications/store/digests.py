"""How often people want mail, and what waits for their daily one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool

PREFERENCE = "SELECT version, delivery FROM preference WHERE person_id::text = $1"
# A first choice is made on version 0, which nothing has.
PREFER = """
INSERT INTO preference (person_id, version, delivery) SELECT $1, $2 + 1, $3
WHERE $2 = 0 OR EXISTS (SELECT FROM preference WHERE person_id = $1)
ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, delivery = excluded.delivery
WHERE preference.version = $2 RETURNING version
"""
WAKE = "SELECT pg_notify('digest', '')"
COLLECT = """
INSERT INTO collected (event_id, person_id, organizer, body)
SELECT $1, n.person_id, $4, $5 FROM unnest($2::uuid[], $3::uuid[]) AS n (person_id, mail_id)
WHERE NOT EXISTS (SELECT FROM mail WHERE mail.mail_id = n.mail_id) ON CONFLICT DO NOTHING
"""
WAITING = "SELECT DISTINCT person_id FROM collected WHERE mail_id IS NULL AND body IS NOT NULL"
# The lock keeps two processes from making the same person's mail; what stands then is read by the next statement.
LOCK = "SELECT delivery, digested_at FROM preference WHERE person_id = $1 FOR UPDATE"
UNTOLD = """
SELECT c.event_id, c.organizer, c.body, c.collected_at, EXISTS (
  SELECT FROM membership m JOIN person p USING (person_id)
  WHERE m.person_id = c.person_id AND m.organizer = c.organizer AND NOT m.ended AND NOT p.locked) AS may_read
FROM collected c WHERE c.person_id = $1 AND c.mail_id IS NULL AND c.body IS NOT NULL ORDER BY c.collected_at
"""
ASSIGN = "UPDATE collected SET mail_id = $2 WHERE person_id = $1 AND event_id = ANY($3::uuid[])"
FORGET = "UPDATE collected SET body = NULL WHERE person_id = $1 AND event_id = ANY($2::uuid[])"
DIGESTED = "UPDATE preference SET digested_at = now() WHERE person_id = $1"
TOLD = "UPDATE collected SET body = NULL WHERE mail_id = $1 AND body IS NOT NULL"
FREE = "UPDATE collected SET mail_id = NULL WHERE mail_id = $1 AND body IS NOT NULL RETURNING person_id"
DUE_AGAIN = "UPDATE preference SET digested_at = NULL WHERE person_id = $1"
ABOUT = """
SELECT organizer, body ->> 'code' AS code, collected_at FROM collected
WHERE person_id::text = $1 AND body IS NOT NULL ORDER BY collected_at
"""


async def preference(connection: Connection | Pool, person_id: str) -> asyncpg.Record | None:
    """What a person has chosen: version and delivery; None for who has not chosen."""
    return await connection.fetchrow(PREFERENCE, person_id)


async def prefer(tx: Connection, person_id: UUID, version: int, delivery: str) -> int | None:
    """Keep a choice made on a version (0: none before) and wake the daily mail; the new version, None when stale."""
    made: int | None = await tx.fetchval(PREFER, person_id, version, delivery)
    await tx.fetch(WAKE)
    return made


async def collect(
    tx: Connection, event_id: UUID, organizer: str, body: dict[str, Any], to: Sequence[tuple[UUID, UUID]]
) -> None:
    """Keep a change for the daily mail of each (mail id, person), unless that mail was made or it is kept already."""
    persons, mail_ids = [pair[1] for pair in to], [pair[0] for pair in to]
    await tx.execute(COLLECT, event_id, persons, mail_ids, organizer, body)


async def waiting(pool: Pool) -> list[UUID]:
    """Those for whom something is kept."""
    return [row["person_id"] for row in await pool.fetch(WAITING)]


async def lock(tx: Connection, person_id: UUID) -> asyncpg.Record | None:
    """Keep others from making this person's daily mail: delivery, digested_at."""
    return await tx.fetchrow(LOCK, person_id)


async def untold(tx: Connection, person_id: UUID) -> list[asyncpg.Record]:
    """What is kept for a person and in no mail yet, oldest first: event_id, organizer, body, collected_at, may_read."""
    return list(await tx.fetch(UNTOLD, person_id))


async def assign(tx: Connection, person_id: UUID, mail_id: UUID, events: Sequence[UUID]) -> None:
    """Note in which mail these are told."""
    await tx.execute(ASSIGN, person_id, mail_id, events)
    await tx.execute(DIGESTED, person_id)


async def forget(tx: Connection, person_id: UUID, events: Sequence[UUID]) -> None:
    """Drop what a person may not be told any more."""
    await tx.execute(FORGET, person_id, events)


async def told(tx: Connection, mail_id: UUID) -> None:
    """Forget what a daily mail told, now that it has ended."""
    await tx.execute(TOLD, mail_id)


async def free(tx: Connection, mail_id: UUID) -> None:
    """Let what a withdrawn daily mail told wait for a new one, at once."""
    person_id = await tx.fetchval(FREE, mail_id)
    await tx.execute(DUE_AGAIN, person_id)
    await tx.fetch(WAKE)


async def about(pool: Pool, person_id: str) -> list[asyncpg.Record]:
    """What waits for a person's daily mail: organizer, code, collected_at."""
    return list(await pool.fetch(ABOUT, person_id))
