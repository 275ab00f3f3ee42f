"""Files with many units on their way: the upload, and its rows sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.kernel.database import Connection, Pool
from services.kernel.secrets import Vault
from services.registry.domain.bulk import Row

COLUMNS = """
b.id, b.version, b.organizer, b.state, b.file_name, b.total, b.uploaded_at, b.register_day, b.changed, b.wrong,
b.applied_by, b.applied_role
"""
INSERT = """
INSERT INTO bulk_upload (id, version, organizer, state, file_name, total, register_day)
VALUES ($1, 1, $2, 'checking', $3, $4, $5)
"""
INSERT_ROWS = """
INSERT INTO bulk_row (upload_id, place, code, cells)
SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::bytea[])
"""
GET = f"""
SELECT {COLUMNS},
       (SELECT count(*) FROM bulk_row r WHERE r.upload_id = b.id AND r.outcome IS NULL) AS waiting
FROM bulk_upload b WHERE b.id = $1
"""
FOR_UPDATE = f"SELECT {COLUMNS} FROM bulk_upload b WHERE b.id = $1 FOR UPDATE"
NEXT = "SELECT id FROM bulk_upload WHERE state IN ('checking', 'applying') ORDER BY uploaded_at LIMIT 1"
TO_CHECK = """
SELECT place, code, cells FROM bulk_row WHERE upload_id = $1 AND outcome IS NULL ORDER BY place LIMIT $2
"""
TO_APPLY = "SELECT place, code, cells FROM bulk_row WHERE upload_id = $1 AND outcome = 'changed' ORDER BY place"
FIND_ROWS = """
SELECT place, code, outcome, found, count(*) OVER () AS total FROM bulk_row
WHERE upload_id = $1 AND outcome = ANY($2) ORDER BY place LIMIT $3 OFFSET $4
"""
PUT_FOUND = """
UPDATE bulk_row r SET outcome = n.outcome, found = n.found
FROM unnest($2::integer[], $3::text[], $4::bytea[]) AS n (place, outcome, found)
WHERE r.upload_id = $1 AND r.place = n.place
"""
COUNT = """
UPDATE bulk_upload b SET
  changed = (SELECT count(*) FROM bulk_row r WHERE r.upload_id = b.id AND r.outcome = 'changed'),
  wrong = (SELECT count(*) FROM bulk_row r WHERE r.upload_id = b.id AND r.outcome IN ('wrong', 'outdated'))
WHERE b.id = $1 RETURNING b.wrong
"""
EARLIER_CODES = "SELECT DISTINCT code FROM bulk_row WHERE upload_id = $1 AND place < $2 AND code = ANY($3)"
BEGIN_STEP = """
UPDATE bulk_upload SET attempts = attempts + 1 WHERE id = $1 AND state IN ('checking', 'applying') RETURNING attempts
"""
STEP_DONE = "UPDATE bulk_upload SET attempts = 0 WHERE id = $1"
MOVE_ON = "UPDATE bulk_upload SET state = $2, version = version + 1 WHERE id = $1 RETURNING version"
APPLIED_BY = "UPDATE bulk_upload SET applied_by = $2, applied_role = $3 WHERE id = $1"
FORGET_ROWS = "DELETE FROM bulk_row WHERE upload_id = $1"
IS_OLD = "b.state IN ('checked', 'refused', 'outdated') AND b.uploaded_at < now() - $1::interval"
ANY_TO_LAPSE = f"SELECT EXISTS (SELECT FROM bulk_upload b WHERE {IS_OLD})"
TO_LAPSE = f"""
SELECT {COLUMNS} FROM bulk_upload b WHERE {IS_OLD}
ORDER BY b.id FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What checking a row came to, as it is kept: `outcome` and a JSON object with `changed` or `errors`."""

    place: int
    outcome: str
    told: bytes


async def insert(
    tx: Connection, vault: Vault, upload_id: UUID, *, organizer: str, file_name: str, day: date, rows: Sequence[Row]
) -> None:
    """Write a new upload with the rows that wait to be checked."""
    await tx.execute(INSERT, upload_id, organizer, file_name, len(rows), day)
    sealed = [vault.seal(_dumped(row), _context(upload_id)) for row in rows]
    await tx.execute(INSERT_ROWS, upload_id, [row.place for row in rows], [row.code for row in rows], sealed)


async def find(connection: Connection | Pool, upload_id: UUID) -> asyncpg.Record | None:
    """One upload with how many rows wait, or None."""
    return await connection.fetchrow(GET, upload_id)


async def find_for_update(tx: Connection, upload_id: UUID) -> asyncpg.Record | None:
    """Lock and load one upload, or None."""
    return await tx.fetchrow(FOR_UPDATE, upload_id)


async def next_open(connection: Connection | Pool) -> UUID | None:
    """The oldest upload that there is work for."""
    found: UUID | None = await connection.fetchval(NEXT)
    return found


async def to_check(tx: Connection, vault: Vault, upload_id: UUID, most: int) -> list[Row]:
    """The next rows that nobody checked."""
    return [_read(vault, upload_id, row) for row in await tx.fetch(TO_CHECK, upload_id, most)]


async def to_apply(tx: Connection, vault: Vault, upload_id: UUID) -> list[Row]:
    """Every row that changes a unit."""
    return [_read(vault, upload_id, row) for row in await tx.fetch(TO_APPLY, upload_id)]


async def put_found(tx: Connection, vault: Vault, upload_id: UUID, found: Sequence[Found]) -> None:
    """Keep what checking came to."""
    sealed = [vault.seal(each.told.decode(), _context(upload_id)) for each in found]
    places = [each.place for each in found]
    await tx.execute(PUT_FOUND, upload_id, places, [each.outcome for each in found], sealed)


async def found_rows(
    connection: Connection | Pool, vault: Vault, upload_id: UUID, outcomes: Sequence[str], *, size: int, offset: int
) -> tuple[int, list[dict[str, Any]]]:
    """A page of rows by their outcome, each with what was found; and how many there are."""
    rows = await connection.fetch(FIND_ROWS, upload_id, outcomes, size, offset)
    told = [
        {"row": row["place"], "schoolUnitCode": row["code"], "outcome": row["outcome"]}
        | orjson.loads(vault.open(row["found"], _context(upload_id)))
        for row in rows
    ]
    return rows[0]["total"] if rows else 0, told


async def earlier_codes(tx: Connection, upload_id: UUID, place: int, codes: Sequence[str]) -> set[str]:
    """Those of the codes that rows before this place have."""
    return {row["code"] for row in await tx.fetch(EARLIER_CODES, upload_id, place, codes)}


async def count(tx: Connection, upload_id: UUID) -> int:
    """Count what was found; gives how many rows are wrong."""
    wrong: int = await tx.fetchval(COUNT, upload_id)
    return wrong


async def begin_step(pool: Pool, upload_id: UUID) -> int:
    """Note that a step is begun, in a transaction of its own; gives how many were begun since one ended."""
    attempts: int | None = await pool.fetchval(BEGIN_STEP, upload_id)
    return attempts or 0


async def step_done(tx: Connection, upload_id: UUID) -> None:
    """The step that was begun has ended."""
    await tx.execute(STEP_DONE, upload_id)


async def move_on(tx: Connection, upload_id: UUID, state: str) -> int:
    """The upload is in another state; gives its version."""
    version: int = await tx.fetchval(MOVE_ON, upload_id, state)
    return version


async def applied_by(tx: Connection, upload_id: UUID, person: str, role: str) -> None:
    """Note whose decision it is."""
    await tx.execute(APPLIED_BY, upload_id, person, role)


async def forget_rows(tx: Connection, upload_id: UUID) -> None:
    """The file's content is needed no longer."""
    await tx.execute(FORGET_ROWS, upload_id)


async def any_to_lapse(pool: Pool, hours: int) -> bool:
    """Whether there are uploads that nobody applied in so many hours."""
    found: bool = await pool.fetchval(ANY_TO_LAPSE, timedelta(hours=hours))
    return found


async def to_lapse(tx: Connection, hours: int) -> list[asyncpg.Record]:
    """Lock and load the uploads that nobody applied in so many hours."""
    return list(await tx.fetch(TO_LAPSE, timedelta(hours=hours)))


def _dumped(row: Row) -> str:
    return orjson.dumps([row.place, dict(row.cells), list(row.formulas), row.whole]).decode()


def _read(vault: Vault, upload_id: UUID, row: asyncpg.Record) -> Row:
    place, cells, formulas, whole = orjson.loads(vault.open(row["cells"], _context(upload_id)))
    return Row(place, cells, formulas, whole)


def _context(upload_id: UUID) -> str:
    return f"bulk_upload/{upload_id}"
