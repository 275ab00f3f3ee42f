"""Who did what, to whom, for which organizer: only added to."""

from typing import Any
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool

ADD = "INSERT INTO audit (actor, action, person_id, organization_number, details) VALUES ($1, $2, $3, $4, $5)"
ABOUT = """
SELECT at, action, organization_number, details, actor = $1::uuid::text AS by_me, person_id = $1 AS about_me
FROM audit WHERE person_id = $1 OR actor = $1::uuid::text ORDER BY id
"""


async def add(
    tx: Connection,
    actor: str,
    action: str,
    details: dict[str, Any],
    *,
    person_id: UUID | None = None,
    organization_number: str | None = None,
) -> None:
    """Record it. `details` have no personal data but ids: the log is never changed, nor is anything taken out of it."""
    await tx.execute(ADD, actor, action, person_id, organization_number, details)


async def about(connection: Connection | Pool, person_id: UUID) -> list[asyncpg.Record]:
    """All that a person did, and that was done to them."""
    return list(await connection.fetch(ABOUT, person_id))
