"""What happened to something, from the audit log: an aggregate's timeline."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from services.kernel.database import Connection, Pool
from services.registry.store import audit

PAGE_SIZE = 20


async def timeline(connection: Connection | Pool, aggregate: str, page: int) -> dict[str, Any]:
    """A page of what happened to an aggregate, newest first. Whoever asks must have been let in."""
    return _paged(await audit.history(connection, aggregate, size=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE), page)


async def parts(
    connection: Connection | Pool, aggregate: str, versions: Sequence[tuple[int, int]], page: int
) -> dict[str, Any]:
    """The same of some versions only, each part from its first to its last: what one may see of it."""
    offset = (page - 1) * PAGE_SIZE
    return _paged(await audit.parts_of_history(connection, aggregate, versions, size=PAGE_SIZE, offset=offset), page)


def _paged(rows: Sequence[asyncpg.Record], page: int) -> dict[str, Any]:
    total = rows[0]["total"] if rows else 0
    return {"total": total, "page": page, "pages": -(-total // PAGE_SIZE), "entries": [entry(row) for row in rows]}


def entry(row: asyncpg.Record) -> dict[str, Any]:
    """One row of the audit log: who by id, when, why, by which way, and each field."""
    context = row["context"]
    return {
        "version": row["version"],
        "at": row["at"],
        "registerDay": row["register_day"],
        "publicFrom": row["public_from"],
        "actor": row["actor"],
        "actorRole": row["actor_role"],
        "cause": row["cause"],
        "channel": context.get("channel"),
        "reason": context.get("reason"),
        "process": context.get("process"),
        "changed": row["changed"],
    }
