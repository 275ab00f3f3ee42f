"""Reorganisations as rows, and the links that they make between units."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from services.kernel.database import Connection, Pool
from services.registry.domain.reorganisations import Reorganisation, Result, State

COLUMNS = """
r.reorganisation_id, r.version, r.organizer, r.state, r.effective_date, r.reason, r.planned_on,
ARRAY(SELECT u.code FROM reorganisation_unit u
      WHERE u.reorganisation_id = r.reorganisation_id AND u.part = 'source' ORDER BY u.position) AS sources,
ARRAY(SELECT u.code FROM reorganisation_unit u
      WHERE u.reorganisation_id = r.reorganisation_id AND u.part = 'result' ORDER BY u.position) AS results,
ARRAY(SELECT u.carried_from FROM reorganisation_unit u
      WHERE u.reorganisation_id = r.reorganisation_id AND u.part = 'result' ORDER BY u.position) AS carried
"""
GET = f"SELECT {COLUMNS} FROM reorganisation r WHERE r.reorganisation_id = $1"
FOR_UPDATE = f"{GET} FOR UPDATE OF r"
OF_ORGANIZER = f"""
SELECT {COLUMNS} FROM reorganisation r WHERE r.organizer = $1
ORDER BY r.state <> 'planned', r.effective_date DESC, r.reorganisation_id
"""
DUE = f"""
SELECT {COLUMNS} FROM reorganisation r WHERE r.state = 'planned' AND r.effective_date <= $1
ORDER BY r.reorganisation_id FOR UPDATE OF r
"""
INSERT = """
INSERT INTO reorganisation (reorganisation_id, version, organizer, state, effective_date, reason, planned_on)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
INSERT_UNITS = """
INSERT INTO reorganisation_unit (reorganisation_id, code, part, position, carried_from)
SELECT $1, n.code, n.part, n.position, n.carried_from
FROM unnest($2::text[], $3::text[], $4::integer[], $5::text[]) AS n (code, part, position, carried_from)
"""
UPDATE = """
UPDATE reorganisation SET version = $2, state = $3, effective_date = $4, reason = $5
WHERE reorganisation_id = $1 AND version = $2 - 1
"""
OPEN_FOR = """
SELECT u.code, r.reorganisation_id FROM reorganisation_unit u JOIN reorganisation r USING (reorganisation_id)
WHERE u.code = ANY($1) AND r.state = 'planned'
"""
LINKS = """
SELECT other.part, other.code, s.display_name, s.status, s.organizer, r.reorganisation_id, r.state, r.effective_date
FROM reorganisation_unit own JOIN reorganisation r USING (reorganisation_id)
JOIN reorganisation_unit other ON other.reorganisation_id = own.reorganisation_id AND other.part <> own.part
JOIN school_unit s ON s.code = other.code
WHERE own.code = $1 AND r.state <> 'undone' ORDER BY r.effective_date, other.position
"""
NAMES = "SELECT code, display_name, status, version FROM school_unit WHERE code = ANY($1)"


async def find(connection: Connection | Pool, reorganisation_id: str) -> Reorganisation | None:
    """One reorganisation, or None."""
    row = await connection.fetchrow(GET, reorganisation_id)
    return _read(row) if row else None


async def find_for_update(tx: Connection, reorganisation_id: str) -> Reorganisation | None:
    """Lock and load one reorganisation, or None."""
    row = await tx.fetchrow(FOR_UPDATE, reorganisation_id)
    return _read(row) if row else None


async def of_organizer(connection: Connection | Pool, organizer: str) -> list[Reorganisation]:
    """An organizer's reorganisations: those to come first, then the newest."""
    return [_read(row) for row in await connection.fetch(OF_ORGANIZER, organizer)]


async def due(tx: Connection, day: date) -> list[Reorganisation]:
    """Lock and load those whose day has come."""
    return [_read(row) for row in await tx.fetch(DUE, day)]


async def insert(tx: Connection, new: Reorganisation) -> None:
    """Write a new reorganisation; its units are there already, locked or written by the caller."""
    await tx.execute(
        INSERT, new.reorganisation_id, new.version, new.organizer, new.state, new.effective_date, new.reason,
        new.planned_on,
    )  # fmt: skip
    rows = [
        *[(code, "source", place, None) for place, code in enumerate(new.sources)],
        *[(result.code, "result", place, result.carried_from) for place, result in enumerate(new.results)],
    ]
    await tx.execute(INSERT_UNITS, new.reorganisation_id, *map(list, zip(*rows, strict=True)))


async def update(tx: Connection, changed: Reorganisation) -> None:
    """Write a changed reorganisation, one version on; its row is locked by the caller."""
    await tx.execute(
        UPDATE, changed.reorganisation_id, changed.version, changed.state, changed.effective_date, changed.reason
    )


async def open_for(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """The id of the planned reorganisation for each unit that is part of one, as a source or a result."""
    return {row["code"]: str(row["reorganisation_id"]) for row in await connection.fetch(OPEN_FOR, codes)}


async def links(connection: Connection | Pool, code: str) -> list[asyncpg.Record]:
    """The units on the other side of a unit's reorganisations: part, code, display_name, status, organizer and when."""
    return list(await connection.fetch(LINKS, code))


async def names(connection: Connection | Pool, codes: Sequence[str]) -> dict[str, asyncpg.Record]:
    """How units are called and how they stand, by code."""
    return {row["code"]: row for row in await connection.fetch(NAMES, codes)}


def _read(row: asyncpg.Record) -> Reorganisation:
    results = tuple(Result(code, source) for code, source in zip(row["results"], row["carried"], strict=True))
    return Reorganisation(
        str(row["reorganisation_id"]), row["organizer"], row["version"], State(row["state"]), row["effective_date"],
        row["reason"], row["planned_on"], tuple(row["sources"]), results,
    )  # fmt: skip
