"""The audit log: only added to, chained by hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import orjson

from services.contracts.registry import FieldChange, ProcessRef
from services.contracts.vocabulary import Cause, Channel
from services.kernel.database import Connection, Pool
from services.registry.domain.changes import net

APPEND = """
INSERT INTO audit (aggregate, version, at, register_day, public_from, actor, actor_role, cause, changed, context, hash)
SELECT n.aggregate, n.version, now(), $4, $5, $6, $7, $8, n.changed::jsonb, $9,
       audit_hash(p.hash, n.aggregate, n.version, now(), $4, $5, $6, $7, $8, n.changed::jsonb, $9)
FROM unnest($1::text[], $2::integer[], $3::text[]) AS n (aggregate, version, changed)
LEFT JOIN audit p ON p.aggregate = n.aggregate AND p.version = n.version - 1
"""
HISTORY = """
SELECT version, at, register_day, public_from, actor, actor_role, cause, changed, context, count(*) OVER () AS total
FROM audit WHERE aggregate = $1 ORDER BY version DESC LIMIT $2 OFFSET $3
"""
SINCE = """
SELECT version, at, register_day, public_from, actor, actor_role, cause, changed, context
FROM audit WHERE aggregate = $1 AND version > $2 ORDER BY version
"""
NOT_PUBLIC = """
SELECT changed FROM audit WHERE aggregate = $1 AND public_from > (SELECT day FROM register_day) ORDER BY version
"""
PARTS = """
SELECT version, at, register_day, public_from, actor, actor_role, cause, changed, context, count(*) OVER () AS total
FROM audit WHERE aggregate = $1 AND EXISTS (
  SELECT FROM unnest($4::integer[], $5::integer[]) AS part (first, last) WHERE version BETWEEN first AND last)
ORDER BY version DESC LIMIT $2 OFFSET $3
"""
BY_ACTOR = """
SELECT aggregate, version, at, register_day, public_from, actor, actor_role, cause, changed, context
FROM audit WHERE actor = $1 ORDER BY at, aggregate
"""
VERSIONED = {
    "school_unit": "code",
    "organizer": "number",
    "companies_import": "'companies-import/' || id",
    "bulk_upload": "'bulk-upload/' || id",
    "planned_change": "'planned-change/' || id",
    "other_activity": "aggregate",
    "approval": "aggregate",
    "reorganisation": "aggregate",
    "transfer": "'transfer/' || id",
    "education_provider": "aggregate",
    "contract": "aggregate",
}
"""Every table whose rows the log tells of, and how a row is called there (`aggregate`)."""
STATES = " UNION ALL ".join(f"SELECT {name} AS aggregate, version FROM {table}" for table, name in VERSIONED.items())
BROKEN_CHAIN = f"""
SELECT a.aggregate, a.version FROM audit a
LEFT JOIN audit p ON p.aggregate = a.aggregate AND p.version = a.version - 1
WHERE (a.version > 1 AND p.version IS NULL) OR a.hash IS DISTINCT FROM audit_hash(
  p.hash, a.aggregate, a.version, a.at, a.register_day, a.public_from, a.actor, a.actor_role, a.cause, a.changed,
  a.context)
UNION
SELECT aggregate, greatest(s.version, a.version)
FROM ({STATES}) s
FULL JOIN (SELECT aggregate, max(version) AS version FROM audit GROUP BY aggregate) a USING (aggregate)
WHERE s.version IS DISTINCT FROM a.version
ORDER BY aggregate, version
"""
"""The second half finds what no chain shows: its last rows, or all of them, taken away; and rows of nothing."""


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it, in which role, and why it came to be. An id, never a name."""

    actor: str
    role: str
    cause: Cause
    channel: Channel = Channel.REGISTER
    reason: str | None = None
    process: ProcessRef | None = None

    @property
    def context(self) -> dict[str, Any]:
        """By which way it came, why, and what it is part of; as the log keeps it."""
        known = {"channel": self.channel, "reason": self.reason,
                 "process": self.process and self.process.model_dump(by_alias=True)}  # fmt: skip
        return {name: value for name, value in known.items() if value}


Entry = tuple[str, int, Sequence[FieldChange]]
"""Aggregate (a school unit code, an organization number, or `kind/id` for all else), new version, what changed."""


async def append(tx: Connection, entries: Sequence[Entry], by: Doer, *, register_day: date, public_from: date) -> None:
    """Write rows in the caller's transaction. A version that is there already is an error, never silence."""
    aggregates, versions, changes = zip(*entries, strict=True) if entries else ((), (), ())
    # As text: asyncpg would take a list in a list for a second dimension.
    written = [
        orjson.dumps([c.model_dump(mode="json", by_alias=True) for c in changed]).decode() for changed in changes
    ]
    await tx.execute(
        APPEND,
        aggregates,
        versions,
        written,
        register_day,
        public_from,
        by.actor,
        by.role,
        by.cause.value,
        by.context,
    )


async def history(connection: Connection | Pool, aggregate: str, *, size: int, offset: int) -> list[asyncpg.Record]:
    """A page of what happened, newest first; each row has the total."""
    return list(await connection.fetch(HISTORY, aggregate, size, offset))


async def parts_of_history(
    connection: Connection | Pool, aggregate: str, parts: Sequence[tuple[int, int]], *, size: int, offset: int
) -> list[asyncpg.Record]:
    """As `history`, of some versions only: from the first of a part to its last."""
    first, last = zip(*parts, strict=True)
    return list(await connection.fetch(PARTS, aggregate, size, offset, first, last))


async def since(connection: Connection | Pool, aggregate: str, version: int) -> list[asyncpg.Record]:
    """What happened after a version, oldest first."""
    return list(await connection.fetch(SINCE, aggregate, version))


async def by_actor(connection: Connection | Pool, actor: str) -> list[asyncpg.Record]:
    """All that somebody did, oldest first."""
    return list(await connection.fetch(BY_ACTOR, actor))


async def not_public(connection: Connection | Pool, aggregate: str) -> list[dict[str, Any]]:
    """The changes that today's public view does not have, a field once: its public value and its newest."""
    return net(change for row in await connection.fetch(NOT_PUBLIC, aggregate) for change in row["changed"])


async def broken_chain(connection: Connection | Pool) -> list[tuple[str, int]]:
    """Rows that are altered, missing or too many, as (aggregate, version). Empty when nobody has touched the log."""
    return [(row["aggregate"], row["version"]) for row in await connection.fetch(BROKEN_CHAIN)]
