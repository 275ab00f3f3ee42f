"""Imports of the companies register: the rows that wait to be compared, and the differences found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from services.contracts.registry import FieldChange
from services.kernel.database import Connection, Pool
from services.registry.domain.companies import Refused, Row, Said

MOST_TOLD = 500
"""Refused rows that are told one by one; of the rest their number."""

INSERT = """
INSERT INTO companies_import (id, version, state, file_name, as_of, complete, total, refused, register_day)
VALUES ($1, 1, 'comparing', $2, $3, $4, $5, $6, $7)
"""
INSERT_ROWS = """
INSERT INTO companies_row (import_id, number, row, said)
SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::jsonb[])
"""
COLUMNS = """
i.id, i.version, i.state, i.file_name, i.as_of, i.complete, i.total, i.refused, i.uploaded_at, i.register_day,
i.applied_by
"""
GET = f"""
SELECT {COLUMNS},
       (SELECT count(*) FROM companies_row r WHERE r.import_id = i.id AND NOT r.compared) AS waiting
FROM companies_import i WHERE i.id = $1
"""
LATEST = f"SELECT {COLUMNS}, 0 AS waiting FROM companies_import i ORDER BY uploaded_at DESC, id LIMIT $1"
FOR_UPDATE = f"SELECT {COLUMNS} FROM companies_import i WHERE i.id = $1 FOR UPDATE"
NEXT = """
SELECT id FROM companies_import WHERE state IN ('comparing', 'applying') ORDER BY uploaded_at LIMIT 1
"""
BEGIN_STEP = """
UPDATE companies_import SET attempts = attempts + 1
WHERE id = $1 AND state IN ('comparing', 'applying') RETURNING attempts
"""
STEP_DONE = "UPDATE companies_import SET attempts = 0 WHERE id = $1"
MOVE_ON = "UPDATE companies_import SET state = $2, version = version + 1 WHERE id = $1 RETURNING version"
APPLIED_BY = "UPDATE companies_import SET applied_by = $2 WHERE id = $1"
REFUSE = "UPDATE companies_import SET refused = $2 WHERE id = $1"
TO_COMPARE = """
SELECT number, row, said FROM companies_row WHERE import_id = $1 AND NOT compared ORDER BY number LIMIT $2
"""
COMPARED = "UPDATE companies_row SET compared = true WHERE import_id = $1 AND number = ANY($2)"
FORGET_ROWS = "DELETE FROM companies_row WHERE import_id = $1"
INSERT_DIFFERENCES = """
INSERT INTO companies_difference (import_id, number, kind, display_name, said, changed)
SELECT $1, n.number, n.kind, n.display_name, n.said, n.changed::jsonb
FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[])
  AS n (number, kind, display_name, said, changed)
"""
GONE = """
SELECT o.number, o.version, o.body FROM organizer o
WHERE o.body ->> 'companyStatus' IS DISTINCT FROM 'EJ_LANGRE_AKTIV'
  AND NOT EXISTS (SELECT FROM companies_row r WHERE r.import_id = $1 AND r.number = o.number)
  AND (o.base_data_as_of IS NULL OR o.base_data_as_of <= $2)
ORDER BY o.number
"""
COUNTS = """
SELECT kind, count(*) AS found, count(*) FILTER (WHERE chosen) AS chosen,
       count(*) FILTER (WHERE outcome = 'applied') AS applied, count(*) FILTER (WHERE outcome = 'outdated') AS outdated
FROM companies_difference WHERE import_id = $1 GROUP BY kind
"""
DIFFERENCES = """
SELECT number, kind, display_name, changed, chosen, outcome, count(*) OVER () AS total
FROM companies_difference WHERE import_id = $1 AND ($2 = '' OR kind = $2)
ORDER BY swedish_order(display_name), number LIMIT $3 OFFSET $4
"""
CHOOSE = """
UPDATE companies_difference SET chosen = true
WHERE import_id = $1 AND NOT chosen AND (kind = ANY($2) OR number = ANY($3)) RETURNING number
"""
TO_APPLY = """
SELECT number, kind, said, changed FROM companies_difference
WHERE import_id = $1 AND chosen AND outcome IS NULL ORDER BY number LIMIT $2
"""
OUTCOME = "UPDATE companies_difference SET outcome = $3 WHERE import_id = $1 AND number = ANY($2)"


@dataclass(frozen=True, slots=True)
class Difference:
    """How an organizer differs from the companies register; `changed` is what applying it would change."""

    number: str
    kind: str
    name: str
    said: Mapping[str, Any]
    changed: Sequence[FieldChange]


async def insert(
    tx: Connection, import_id: UUID, *, file_name: str, as_of: date, complete: bool, day: date, rows: Sequence[Row],
    refused: Sequence[Refused],
) -> None:  # fmt: skip
    """Write a new import with the rows that wait to be compared."""
    told = refused_as_json(refused)
    await tx.execute(INSERT, import_id, file_name, as_of, complete, len(rows) + len(refused), told, day)
    said = [row.said.model_dump(mode="json", by_alias=True, exclude_unset=True) for row in rows]
    await tx.execute(INSERT_ROWS, import_id, [row.number for row in rows], [row.row for row in rows], said)


async def find(connection: Connection | Pool, import_id: UUID) -> asyncpg.Record | None:
    """One import with how many rows wait, or None."""
    return await connection.fetchrow(GET, import_id)


async def latest(connection: Connection | Pool, most: int) -> list[asyncpg.Record]:
    """The newest imports first."""
    return list(await connection.fetch(LATEST, most))


async def find_for_update(tx: Connection, import_id: UUID) -> asyncpg.Record | None:
    """Lock and load one import, or None."""
    return await tx.fetchrow(FOR_UPDATE, import_id)


async def next_open(connection: Connection | Pool) -> UUID | None:
    """The oldest import that there is work for."""
    found: UUID | None = await connection.fetchval(NEXT)
    return found


async def begin_step(pool: Pool, import_id: UUID) -> int:
    """Note that a step is begun, in a transaction of its own; gives how many were begun since one ended."""
    attempts: int | None = await pool.fetchval(BEGIN_STEP, import_id)
    return attempts or 0


async def step_done(tx: Connection, import_id: UUID) -> None:
    """The step that was begun has ended."""
    await tx.execute(STEP_DONE, import_id)


async def move_on(tx: Connection, import_id: UUID, state: str) -> int:
    """The import is in another state; gives its version."""
    version: int = await tx.fetchval(MOVE_ON, import_id, state)
    return version


async def applied_by(tx: Connection, import_id: UUID, person: str) -> None:
    """Note whose decision it is."""
    await tx.execute(APPLIED_BY, import_id, person)


async def refuse(tx: Connection, import_id: UUID, refused: Mapping[str, Any]) -> None:
    """Write what was refused, anew."""
    await tx.execute(REFUSE, import_id, refused)


async def to_compare(tx: Connection, import_id: UUID, most: int) -> list[Row]:
    """The next rows that nobody compared."""
    return [
        Row(r["row"], r["number"], Said.model_validate(r["said"])) for r in await tx.fetch(TO_COMPARE, import_id, most)
    ]


async def compared(tx: Connection, import_id: UUID, numbers: Sequence[str]) -> None:
    """These rows are compared."""
    await tx.execute(COMPARED, import_id, numbers)


async def forget_rows(tx: Connection, import_id: UUID) -> None:
    """The file's rows are needed no longer: what differs is kept by itself."""
    await tx.execute(FORGET_ROWS, import_id)


async def add_differences(tx: Connection, import_id: UUID, found: Sequence[Difference]) -> None:
    """Keep what differs."""
    # Changes as text: asyncpg would take a list in a list for a second dimension.
    changes = [_text(each.changed) for each in found]
    await tx.execute(
        INSERT_DIFFERENCES, import_id, [each.number for each in found], [each.kind for each in found],
        [each.name for each in found], [dict(each.said) for each in found], changes,
    )  # fmt: skip


async def gone(tx: Connection, import_id: UUID, as_of: date) -> list[asyncpg.Record]:
    """Active organizers that the file's rows do not have."""
    return list(await tx.fetch(GONE, import_id, as_of))


async def counts(connection: Connection | Pool, import_id: UUID) -> list[asyncpg.Record]:
    """How many differences of each kind were found, chosen and applied."""
    return list(await connection.fetch(COUNTS, import_id))


async def differences(
    connection: Connection | Pool, import_id: UUID, kind: str, *, size: int, offset: int
) -> list[asyncpg.Record]:
    """A page of differences, by name; `kind` may be empty for all. Each row has the total."""
    return list(await connection.fetch(DIFFERENCES, import_id, kind, size, offset))


async def choose(tx: Connection, import_id: UUID, kinds: Sequence[str], numbers: Sequence[str]) -> int:
    """Choose differences to be applied; gives how many were not chosen before."""
    return len(await tx.fetch(CHOOSE, import_id, kinds, numbers))


async def to_apply(tx: Connection, import_id: UUID, most: int) -> list[asyncpg.Record]:
    """The next chosen differences that nobody applied."""
    return list(await tx.fetch(TO_APPLY, import_id, most))


async def put_outcome(tx: Connection, import_id: UUID, numbers: Sequence[str], outcome: str) -> None:
    """What became of differences: `applied`, or `outdated` where the organizer was changed meanwhile."""
    await tx.execute(OUTCOME, import_id, numbers, outcome)


def refused_as_json(refused: Sequence[Refused], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Refused rows as they are kept, behind those kept before: their number, and the first of them with reasons."""
    told = list((before or {}).get("rows", []))
    told += [{"row": r.row, "organizationNumber": r.number, "code": r.code, "reason": r.reason} for r in refused]
    return {"count": (before or {}).get("count", 0) + len(refused), "rows": told[:MOST_TOLD]}


def _text(changed: Sequence[FieldChange]) -> str:
    return "[" + ",".join(change.model_dump_json(by_alias=True) for change in changed) + "]"
