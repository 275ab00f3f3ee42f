"""Municipalities and counties."""

from collections.abc import Iterable, Sequence

import asyncpg

from services.kernel.database import Connection, Pool

MUNICIPALITIES = "SELECT code, name, county_code FROM municipality ORDER BY swedish_order(name)"
COUNTIES = "SELECT code, name FROM county ORDER BY code"
KNOWN = "SELECT code FROM municipality WHERE code = ANY($1)"
PLACES = """
SELECT u.code, u.display_name, a.address #>> '{geoCoordinates,coordinateSweRefN}' AS north,
       a.address #>> '{geoCoordinates,coordinateSweRefE}' AS east
FROM school_unit u, jsonb_array_elements(u.body -> 'addresses') AS a (address)
WHERE u.municipality_code = $1 AND u.status <> 'UPPHORT' AND a.address ->> 'type' = 'BESOKSADRESS'
  AND a.address #> '{geoCoordinates,coordinateSweRefN}' IS NOT NULL
  AND a.address #> '{geoCoordinates,coordinateSweRefE}' IS NOT NULL
ORDER BY u.code
"""
PUT_COUNTIES = """
INSERT INTO county (code, name) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (code) DO UPDATE SET name = excluded.name
"""
PUT_MUNICIPALITIES = """
INSERT INTO municipality (code, name, county_code) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT (code) DO UPDATE SET name = excluded.name
"""


async def municipalities(connection: Connection | Pool) -> list[asyncpg.Record]:
    """All, by name."""
    return list(await connection.fetch(MUNICIPALITIES))


async def counties(connection: Connection | Pool) -> dict[str, str]:
    """Names by code."""
    return {row["code"]: row["name"] for row in await connection.fetch(COUNTIES)}


async def known_municipalities(connection: Connection | Pool, codes: Iterable[str | None]) -> frozenset[str]:
    """Those of the codes that are municipalities."""
    return frozenset(row["code"] for row in await connection.fetch(KNOWN, [code for code in codes if code]))


async def places(connection: Connection | Pool, municipality: str) -> list[asyncpg.Record]:
    """Where a municipality's units are that have coordinates: code, display_name, north, east (text)."""
    return list(await connection.fetch(PLACES, municipality))


async def put_counties(tx: Connection, rows: Sequence[tuple[str, str]]) -> None:
    """Write (code, name)."""
    await tx.execute(PUT_COUNTIES, *map(list, zip(*rows, strict=True)))


async def put_municipalities(tx: Connection, rows: Sequence[tuple[str, str, str]]) -> None:
    """Write (code, name, county code)."""
    await tx.execute(PUT_MUNICIPALITIES, *map(list, zip(*rows, strict=True)))
