"""The history of every public entity, and the markers of closed days."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Any

import asyncpg

from services.kernel.database import Connection, Pool, transaction
from services.publication.domain.history import Kind, LateEventError, Seen, Version, View, in_order

CHUNK = 1000

ADD = """
INSERT INTO history (kind, id, version, register_day, public_from, partition, organizer, body)
SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::date[], $5::date[], $6::smallint[], $7::text[],
                     $8::jsonb[])
ON CONFLICT DO NOTHING
"""
ADD_MARKER = """
INSERT INTO marker (public_from, partition, partitions, events, extract_date) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
COMPLETE = """
SELECT m.public_from, min(m.extract_date) AS extract_date
FROM marker m LEFT JOIN LATERAL (
  SELECT count(*) AS events FROM history h WHERE h.public_from = m.public_from AND h.partition = m.partition) h ON true
WHERE m.public_from > $1
GROUP BY m.public_from
HAVING count(*) = min(m.partitions) AND bool_and(h.events = m.events)
"""
MARKED = "SELECT DISTINCT public_from FROM marker WHERE public_from > $1"
UNCOUNTED = """
SELECT m.public_from, m.partition, m.events FROM marker m
WHERE (m.public_from, m.partition) IN (SELECT * FROM unnest($1::date[], $2::smallint[])) AND m.events < (
  SELECT count(*) FROM history h WHERE h.public_from = m.public_from AND h.partition = m.partition)
"""
IN_VIEW = """
SELECT DISTINCT ON (id) id, version, register_day AS modified, body,
  min(register_day) OVER (PARTITION BY id) AS created
FROM history WHERE kind = $1 AND public_from <= $2 ORDER BY id, version DESC
"""
IN_VIEW_OF = """
SELECT DISTINCT ON (id) id, version, register_day AS modified, body,
  min(register_day) OVER (PARTITION BY id) AS created
FROM history WHERE kind = $1 AND public_from <= $2 AND id = ANY($3::text[]) ORDER BY id, version DESC
"""
CHANGED = "SELECT DISTINCT kind, id FROM history WHERE public_from > $1 AND public_from <= $2"
PROGRAMMES = """
SELECT school_type, array_agg(DISTINCT code COLLATE "C" ORDER BY code COLLATE "C") AS codes
FROM (SELECT DISTINCT ON (id) body FROM history WHERE kind = 'unit' AND public_from <= $1
      ORDER BY id, version DESC) AS unit,
  LATERAL (VALUES ('GY', body #> '{schoolTypeProperties,gy,programmes}'),
                  ('GYAN', body #> '{schoolTypeProperties,gyan,programmes}')) AS found (school_type, codes),
  jsonb_array_elements_text(found.codes) AS code
WHERE body ->> 'status' <> 'UPPHORT'
GROUP BY school_type
"""
AS_OF = """
SELECT id, version, register_day AS modified, body, min(register_day) OVER () AS created
FROM history WHERE kind = $1 AND id = $2 AND public_from <= $3 AND register_day <= $4 ORDER BY version DESC LIMIT 1
"""
UNITS_AS_OF = """
SELECT DISTINCT ON (h.id) h.id, h.organizer, h.body -> 'schoolTypes' AS school_types, h.body ->> 'status' AS status
FROM history h
WHERE h.kind = 'unit' AND h.public_from <= $2 AND h.register_day <= $3
  AND h.id IN (SELECT id FROM history WHERE kind = 'unit' AND organizer = $1)
ORDER BY h.id, h.version DESC
"""
CONTRACTS_AS_OF = """
SELECT DISTINCT id FROM history
WHERE kind = 'contract' AND (organizer = $1 OR split_part(id, '/', 2) = $2) AND public_from <= $3 AND register_day <= $4
ORDER BY id
"""

EXTRACT_DATE = "SELECT min(extract_date) FROM marker WHERE public_from = $1"


async def add(tx: Connection, versions: Sequence[Version]) -> None:
    """Keep versions; one that is there already is a copy and is dropped."""
    if versions:
        rows = [
            (v.kind, v.id, v.version, v.register_day, v.public_from, v.partition, v.organizer, v.body) for v in versions
        ]
        await tx.execute(ADD, *map(list, zip(*rows, strict=True)))


async def add_marker(
    tx: Connection, public_from: date, partition: int, partitions: int, events: int, extract_date: str
) -> None:
    """Keep a marker, once a partition."""
    await tx.execute(ADD_MARKER, public_from, partition, partitions, events, extract_date)


async def refuse_uncounted(tx: Connection, places: Iterable[tuple[date, int]]) -> None:
    """Raise LateEventError where one of the (view, partition) has more events than its marker counts."""
    days, partitions = zip(*places, strict=True)
    if row := await tx.fetchrow(UNCOUNTED, days, partitions):
        place = f"partition {row['partition']} of the view of {row['public_from']}"
        raise LateEventError(f"{place} was closed with {row['events']} events, and here is one more")


async def complete_views(connection: Connection | Pool, after: date) -> list[View]:
    """The views after a day that are complete, day by day, up to the first that is not.

    Complete: every partition's marker has come, and as many distinct events as each one counts.
    """
    marked = [row["public_from"] for row in await connection.fetch(MARKED, after)]
    complete = {row["public_from"]: row["extract_date"] for row in await connection.fetch(COMPLETE, after)}
    return in_order(marked, complete, after)


async def in_view(pool: Pool, kind: Kind, day: date) -> AsyncIterator[list[Seen]]:
    """Every entity as the day's view has it, by ascending id, in chunks."""
    async with transaction(pool) as tx:
        chunk: list[Seen] = []
        async for row in tx.cursor(IN_VIEW, kind, day, prefetch=CHUNK):
            chunk.append(_seen(row))
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        yield chunk


async def in_view_of(pool: Pool, kind: Kind, day: date, ids: Sequence[str]) -> dict[str, Seen]:
    """Some entities as the day's view has them, by id."""
    return {row["id"]: _seen(row) for row in await pool.fetch(IN_VIEW_OF, kind, day, ids)}


async def changed(pool: Pool, before: date, day: date) -> dict[Kind, set[str]]:
    """The ids of what a view has other versions of than an earlier view, by kind."""
    found: dict[Kind, set[str]] = {"unit": set(), "organizer": set(), "provider": set(), "contract": set()}
    for row in await pool.fetch(CHANGED, before, day):
        found[row["kind"]].add(row["id"])
    return found


async def extract_date(connection: Connection | Pool, view: date) -> str | None:
    """When a view's extract was made, or None where nothing is known of such a view."""
    found: str | None = await connection.fetchval(EXTRACT_DATE, view)
    return found


async def programmes(pool: Pool, day: date) -> dict[str, list[str]]:
    """The programme codes that the day's units have, in order, by school type (GY, GYAN)."""
    return {row["school_type"]: row["codes"] for row in await pool.fetch(PROGRAMMES, day)}


async def as_of(connection: Connection | Pool, kind: Kind, entity: str, view: date, day: date) -> Seen | None:
    """An entity in a view, as it was on a past day; None when it was not there."""
    row = await connection.fetchrow(AS_OF, kind, entity, view, day)
    return _seen(row) if row else None


async def units_as_of(
    connection: Connection | Pool, organizer: str, view: date, day: date
) -> list[tuple[str, list[str], str]]:
    """An organizer's units in a view, as of a past day: (code, school types, status)."""
    rows: list[asyncpg.Record] = await connection.fetch(UNITS_AS_OF, organizer, view, day)
    return [(row["id"], row["school_types"] or [], row["status"]) for row in rows if row["organizer"] == organizer]


async def contracts_as_of(
    connection: Connection | Pool, view: date, day: date, *, organizer: str | None = None, provider: str | None = None
) -> list[tuple[str, str]]:
    """An organizer's or a provider's contracts in a view, as of a past day: (organization number, provider code)."""
    rows = await connection.fetch(CONTRACTS_AS_OF, organizer, provider, view, day)
    return [(number, code) for number, _, code in (str(row["id"]).partition("/") for row in rows)]


def _seen(row: asyncpg.Record) -> Seen:
    body: dict[str, Any] = row["body"]
    return Seen(row["id"], row["version"], row["created"], row["modified"], body)
