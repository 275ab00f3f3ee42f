"""Organizers as rows, and the units that each has."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg

from services.contracts.registry import PublicOrganizer
from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection, Pool
from services.registry.domain.register_day import OpenDay
from services.registry.store.overview import LACKS

MOST_FOUND = 50

COLUMNS = "number, version, body, organizer_type, display_name, created, modified, base_data_as_of"
GET = f"SELECT {COLUMNS} FROM organizer WHERE number = $1"
MANY_FOR_UPDATE = f"SELECT {COLUMNS} FROM organizer WHERE number = ANY($1) ORDER BY number FOR UPDATE"
TYPES = "SELECT number, organizer_type FROM organizer"
INSERT = """
INSERT INTO organizer (number, version, organizer_type, display_name, body, created, modified)
SELECT number, 1, organizer_type, display_name, body, $5, $5
FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) AS n (number, organizer_type, display_name, body)
ORDER BY number ON CONFLICT DO NOTHING RETURNING number
"""
UPDATE = """
UPDATE organizer o SET version = o.version + 1, display_name = n.display_name, body = n.body, modified = $4
FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS n (number, display_name, body) WHERE o.number = n.number
RETURNING o.number, o.version
"""
SEEN_AS_OF = """
UPDATE organizer SET base_data_as_of = $2
WHERE number = ANY($1) AND (base_data_as_of IS NULL OR base_data_as_of < $2)
"""
OF_PERSON = """
SELECT o.number, o.display_name, o.organizer_type, min(s.role) AS role,
       (SELECT count(*) FROM school_unit u WHERE u.organizer = o.number) AS school_units
FROM authority s JOIN organizer o ON o.number = s.organizer
WHERE s.person_id = $1 GROUP BY o.number ORDER BY swedish_order(o.display_name), o.number
"""
SEARCH = """
SELECT o.number, o.display_name, o.organizer_type, 'register-administration' AS role,
       (SELECT count(*) FROM school_unit u WHERE u.organizer = o.number) AS school_units
FROM organizer o WHERE strpos(lower(o.display_name), lower($1)) > 0 OR o.number = replace($1, '-', '')
ORDER BY swedish_order(o.display_name), o.number LIMIT $2
"""
UNITS = f"""
SELECT u.code, u.display_name, u.status, u.municipality_code, m.name AS municipality_name, u.school_types, u.modified,
       u.version, u.body, u.public_from > d.day AS not_yet_public, count(*) OVER () AS total
FROM school_unit u LEFT JOIN municipality m ON m.code = u.municipality_code CROSS JOIN register_day d
WHERE u.organizer = $1
  AND ($2 = '' OR strpos(lower(u.display_name), lower($2)) > 0 OR starts_with(u.code, $2))
  AND (cardinality($3::text[]) = 0 OR u.status = ANY($3))
  AND (cardinality($4::text[]) = 0 OR u.school_types && $4)
  AND (NOT 'head-teacher' = ANY($5::text[]) OR {LACKS["head-teacher"]})
  AND (NOT 'place' = ANY($5::text[]) OR {LACKS["place"]})
  AND (NOT 'right-place' = ANY($5::text[]) OR {LACKS["right-place"]})
  AND (NOT $6 OR u.public_from > d.day)
"""
PAGE = " LIMIT $7 OFFSET $8"
ORDERS = {
    "name": "swedish_order(u.display_name) {way}, u.code",
    "code": "u.code {way}",
    "municipality": "swedish_order(m.name) {way}, swedish_order(u.display_name), u.code",
    "modified": "u.modified {way}, swedish_order(u.display_name), u.code",
}


async def find(connection: Connection | Pool, number: str) -> asyncpg.Record | None:
    """One organizer, or None."""
    return await connection.fetchrow(GET, number)


async def types(connection: Connection | Pool) -> dict[str, OrganizerType]:
    """Every organizer's type, by number: what an import needs to know."""
    return {row["number"]: OrganizerType(row["organizer_type"]) for row in await connection.fetch(TYPES)}


async def many_for_update(tx: Connection, numbers: Sequence[str]) -> dict[str, asyncpg.Record]:
    """Lock and load organizers, in the order of their numbers so that two such callers cannot block each other."""
    return {row["number"]: row for row in await tx.fetch(MANY_FOR_UPDATE, numbers)}


async def insert(tx: Connection, organizers: Sequence[PublicOrganizer], day: OpenDay) -> set[str]:
    """Write new organizers; one that is there is passed over. Returns the numbers written."""
    types = [o.organizer_type for o in organizers]
    numbers, names, bodies = _arrays(organizers)
    return {row["number"] for row in await tx.fetch(INSERT, numbers, types, names, bodies, day.date)}


async def update(tx: Connection, organizers: Sequence[PublicOrganizer], modified: date) -> dict[str, int]:
    """Write changed organizers, locked by the caller, each one version on. Returns the versions."""
    return {row["number"]: row["version"] for row in await tx.fetch(UPDATE, *_arrays(organizers), modified)}


async def seen_as_of(tx: Connection, numbers: Sequence[str], day: date) -> None:
    """Note that the base data are those of the companies register's extract of a day."""
    await tx.execute(SEEN_AS_OF, numbers, day)


def _arrays(organizers: Sequence[PublicOrganizer]) -> tuple[list[str], list[str], list[dict[str, Any]]]:
    bodies = [o.model_dump(mode="json", by_alias=True, exclude_none=True) for o in organizers]
    return [o.organization_number for o in organizers], [o.display_name for o in organizers], bodies


async def of_person(connection: Connection | Pool, person_id: str) -> list[asyncpg.Record]:
    """Those that a person may act for."""
    return list(await connection.fetch(OF_PERSON, person_id))


async def search(connection: Connection | Pool, text: str) -> list[asyncpg.Record]:
    """Those whose name has the text, or whose number it is; fifty at most."""
    return list(await connection.fetch(SEARCH, text.strip(), MOST_FOUND))


async def units(
    connection: Connection | Pool,
    number: str,
    *,
    text: str,
    statuses: Sequence[str],
    school_types: Sequence[str],
    lacks: Sequence[str],
    not_public: bool,
    order: tuple[str, bool],
    page: tuple[int, int],
) -> list[asyncpg.Record]:
    """A page of an organizer's units; `order` is (column, descending), `page` (size, offset), `lacks` keys of LACKS."""
    way = "DESC" if order[1] else "ASC"
    statement = f"{UNITS} ORDER BY {ORDERS[order[0]].format(way=way)}{PAGE}"
    return list(
        await connection.fetch(statement, number, text.strip(), statuses, school_types, lacks, not_public, *page)
    )


def as_json(row: asyncpg.Record) -> dict[str, Any]:
    """An organizer's row for an answer."""
    return {
        "organizationNumber": row["number"],
        "displayName": row["display_name"],
        "organizerType": row["organizer_type"],
        "role": row["role"],
        "schoolUnits": row["school_units"],
    }
