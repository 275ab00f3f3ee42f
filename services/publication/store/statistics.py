"""Counts of school units in operation: by school type, by municipality, and over time."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.kernel.database import Connection, Pool

BY_FACET = """
SELECT substr(facet, length($3) + 2) AS value, count(*) AS units
FROM listed, unnest(facets) AS facet
WHERE kind = 'unit' AND public_from <= $1 AND (public_to IS NULL OR public_to > $1) AND facets @> $2
  AND facet ^@ ($3 || ':')
GROUP BY facet
"""
OVER_TIME = """
SELECT day, (
  SELECT count(*) FROM listed
  WHERE kind = 'unit' AND facets @> $3 AND public_from <= $1 AND valid_from <= day
    AND (public_to IS NULL OR public_to > $1 OR valid_to > day)) AS units
FROM unnest($2::date[]) AS day ORDER BY day
"""
FIRST = "SELECT min(public_from) FROM listed"


async def by_type(connection: Connection | Pool, view: date, facets: Sequence[str]) -> Mapping[str, int]:
    """How many units have all of the facets in a view, by school type."""
    return await _by_facet(connection, view, facets, "schoolType")


async def by_municipality(connection: Connection | Pool, view: date, facets: Sequence[str]) -> Mapping[str, int]:
    """How many units have all of the facets in a view, by municipality code."""
    return await _by_facet(connection, view, facets, "municipalityCode")


async def over_time(
    connection: Connection | Pool, view: date, days: Sequence[date], facets: Sequence[str]
) -> list[tuple[date, int]]:
    """How many units had all of the facets on each day, as a view knows it."""
    return [(row["day"], row["units"]) for row in await connection.fetch(OVER_TIME, view, days, facets)]


async def first_view(connection: Connection | Pool) -> date | None:
    """The first view of all."""
    found: date | None = await connection.fetchval(FIRST)
    return found


async def _by_facet(connection: Connection | Pool, view: date, facets: Sequence[str], name: str) -> Mapping[str, int]:
    return {row["value"]: row["units"] for row in await connection.fetch(BY_FACET, view, facets, name)}
