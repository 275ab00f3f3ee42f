"""Who has a unit's form open, as rows: one for each session and unit."""

from datetime import timedelta

import asyncpg

from services.kernel.database import Pool

PUT = """
INSERT INTO editing (session_hash, code, person_id, sealed_name) VALUES ($1, $2, $3, $4)
ON CONFLICT (session_hash, code) DO UPDATE SET person_id = $3, sealed_name = $4, seen_at = now(),
  began_at = CASE WHEN editing.seen_at > now() - $5::interval THEN editing.began_at ELSE now() END
"""
TOUCH = """
UPDATE editing SET seen_at = now() WHERE session_hash = $1 AND code = $2 AND seen_at > now() - $3::interval
RETURNING person_id
"""
OTHERS = """
SELECT DISTINCT ON (person_id) session_hash, sealed_name, began_at FROM editing
WHERE code = $1 AND person_id <> $2 AND seen_at > now() - $3::interval
ORDER BY person_id, began_at
"""
DELETE = "DELETE FROM editing WHERE session_hash = $1 AND code = $2"
SWEEP = "DELETE FROM editing WHERE seen_at <= now() - $1::interval"


async def put(pool: Pool, session_hash: bytes, code: str, person: str, sealed_name: bytes, lasts: timedelta) -> None:
    """Keep that the session has the unit's form open, from now or from when it opened it."""
    await pool.execute(PUT, session_hash, code, person, sealed_name, lasts)


async def touch(pool: Pool, session_hash: bytes, code: str, lasts: timedelta) -> str | None:
    """Keep that it is still open; returns whose it is, or None when the session has no such form open."""
    person: str | None = await pool.fetchval(TOUCH, session_hash, code, lasts)
    return person


async def others(pool: Pool, code: str, person: str, lasts: timedelta) -> list[asyncpg.Record]:
    """Each other person's earliest form."""
    return list(await pool.fetch(OTHERS, code, person, lasts))


async def delete(pool: Pool, session_hash: bytes, code: str) -> None:
    """Forget it."""
    await pool.execute(DELETE, session_hash, code)


async def sweep(pool: Pool, lasts: timedelta) -> None:
    """Forget those who are there no more."""
    await pool.execute(SWEEP, lasts)
