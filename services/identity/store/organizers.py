"""Organizers' names and addresses: a projection of registry.events."""

from collections.abc import Iterable
from typing import Any

import asyncpg

from services.kernel.database import Connection, Pool

PUT = """
INSERT INTO organizer (organization_number, version, display_name, address) VALUES ($1, $2, $3, $4)
ON CONFLICT (organization_number) DO UPDATE
SET version = excluded.version, display_name = excluded.display_name, address = excluded.address
WHERE organizer.version < excluded.version
"""
GET = "SELECT organization_number, display_name, address FROM organizer WHERE organization_number = $1"
NAMES = "SELECT organization_number, display_name FROM organizer WHERE organization_number = ANY($1)"


async def put(tx: Connection, number: str, version: int, name: str, address: dict[str, Any] | None) -> None:
    """Keep the newest state; an older one that comes late is dropped."""
    await tx.execute(PUT, number, version, name, address)


async def get(connection: Connection | Pool, number: str) -> asyncpg.Record | None:
    """One organizer's name and address, or None."""
    return await connection.fetchrow(GET, number)


async def names(connection: Connection | Pool, numbers: Iterable[str]) -> dict[str, str]:
    """Names by number; one that is not known yet has its number for a name."""
    wanted = list(numbers)
    found = {row["organization_number"]: row["display_name"] for row in await connection.fetch(NAMES, wanted)}
    return {number: found.get(number, number) for number in wanted}
