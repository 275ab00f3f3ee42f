"""The feed of changes: what each view has otherwise than the one before it, numbered through all views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

from services.kernel.database import Connection, Pool
from services.publication.domain.history import Kind

NOT_NUMBERED = """
SELECT DISTINCT public_from AS view FROM marker
WHERE public_from <= $1 AND public_from > coalesce((SELECT max(view) FROM numbered), '-infinity') ORDER BY view
"""
LAST_SEQ = "SELECT coalesce(max(last_seq), 0) FROM numbered WHERE view <= $1"
SEQ_BEFORE = "SELECT coalesce(max(last_seq), 0) FROM numbered WHERE view < $1"
ADD = """
INSERT INTO change (seq, view, kind, id, what, fields, organizer, municipality)
SELECT seq, $2, kind, id, what, string_to_array(fields, ','), organizer, municipality
FROM unnest($1::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
  AS of (seq, kind, id, what, fields, organizer, municipality)
"""
SEQS = "SELECT kind, id, seq FROM change WHERE view = $1"
CLOSE = "INSERT INTO numbered (view, last_seq) VALUES ($1, $2)"
AFTER = """
SELECT seq, view, kind, id, what, fields FROM change
WHERE seq > $1 AND view <= $2 AND ($3::text[] IS NULL OR kind = ANY($3)) AND ($4::text[] IS NULL OR organizer = ANY($4))
  AND ($5::text[] IS NULL OR municipality = ANY($5)) AND ($6::text[] IS NULL OR what = ANY($6))
ORDER BY seq LIMIT $7
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise than before with one entity; `fields` are those of its own that are another."""

    kind: Kind
    id: str
    what: str
    fields: Sequence[str]
    organizer: str
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A change as the feed tells it."""

    seq: int
    view: date
    kind: Kind
    id: str
    what: str
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which kinds, organizers and municipalities, and what happened; None: all."""

    kinds: Sequence[Kind] | None = None
    organizers: Sequence[str] | None = None
    municipalities: Sequence[str] | None = None
    what: Sequence[str] | None = None


async def not_numbered(connection: Connection | Pool, view: date) -> list[date]:
    """The views up to and with one whose changes have no numbers yet, in order."""
    return [row["view"] for row in await connection.fetch(NOT_NUMBERED, view)]


async def last_seq(connection: Connection | Pool, view: date) -> int:
    """The last number that a view knows; 0 before the first."""
    found: int = await connection.fetchval(LAST_SEQ, view)
    return found


async def seq_before(connection: Connection | Pool, view: date) -> int:
    """The last number before a view's own."""
    found: int = await connection.fetchval(SEQ_BEFORE, view)
    return found


async def seqs(connection: Connection | Pool, view: date) -> dict[tuple[Kind, str], int]:
    """The numbers of a view's changes, by kind and id; of one that is not numbered yet, none."""
    return {(row["kind"], row["id"]): row["seq"] for row in await connection.fetch(SEQS, view)}


async def add(tx: Connection, view: date, after: int, found: Sequence[Change]) -> None:
    """Number changes from the one after `after`."""
    rows = [
        (seq, one.kind, one.id, one.what, ",".join(one.fields), one.organizer, one.municipality)
        for seq, one in enumerate(found, start=after + 1)
    ]
    seqs, *others = map(list, zip(*rows, strict=True))
    await tx.execute(ADD, seqs, view, *others)


async def close(tx: Connection, view: date, last: int) -> None:
    """A view has no more changes than these."""
    await tx.execute(CLOSE, view, last)


async def after(connection: Connection | Pool, seq: int, view: date, wanted: Wanted, limit: int) -> list[Numbered]:
    """The changes after a number that a view knows."""
    rows: list[asyncpg.Record] = await connection.fetch(
        AFTER, seq, view, wanted.kinds, wanted.organizers, wanted.municipalities, wanted.what, limit
    )
    return [Numbered(**row) for row in rows]
