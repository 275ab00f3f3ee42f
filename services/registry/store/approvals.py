"""The yearly approval as rows: what it covers, what is approved, and who was written to when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import asyncpg

from services.kernel.database import Connection, Pool
from services.registry.domain.approvals import Approved, Call, Covered, Round
from services.registry.domain.changes import net

OF_ORGANIZERS = """
SELECT 'organizer' AS kind, number AS aggregate, number AS organizer, version, display_name AS name,
       NULL::date AS begins
FROM organizer
WHERE body ->> 'legalEntityStatus' IS DISTINCT FROM 'EJ_LANGRE_INKLUDERAD'
"""
OF_UNITS = """
SELECT 'school-unit', code, organizer, version, display_name, CASE WHEN status = 'PLANERAD' THEN start_date END
FROM school_unit WHERE status <> 'UPPHORT'
"""
OF_ACTIVITIES = """
SELECT 'activity', aggregate, organizer, version, body ->> 'displayName', start_date
FROM other_activity WHERE status <> 'UPPHORT'
"""
OF_CONTRACTS = """
SELECT 'contract', c.aggregate, c.organizer, c.version, coalesce(nullif(p.folk_highschool_name, ''), p.display_name),
       NULL::date
FROM contract c JOIN education_provider p ON p.code = c.provider
WHERE EXISTS (SELECT FROM jsonb_array_elements(c.body) AS part (value)
              WHERE part.value ->> 'validTo' IS NULL
                 OR (part.value ->> 'validTo')::date >= (SELECT day FROM register_day))
"""
KINDS = {
    "organizer": OF_ORGANIZERS,
    "school-unit": OF_UNITS,
    "activity": OF_ACTIVITIES,
    "contract": OF_CONTRACTS,
}
"""All that is approved, in the order in which it is shown; each with the same columns."""
COVERED = " UNION ALL ".join(KINDS.values())
STATE = f"""
SELECT c.kind, c.aggregate, c.name, c.version, i.school_year, i.version AS approved_version, i.at, i.register_day,
       i.actor, i.actor_role
FROM ({COVERED}) c
LEFT JOIN LATERAL (
  SELECT * FROM approval_item e WHERE e.aggregate = c.aggregate AND e.school_year <= $2
  ORDER BY e.school_year DESC, e.version DESC LIMIT 1) i ON true
WHERE c.organizer = $1 AND (c.begins IS NULL OR c.begins < make_date($2 + 1, 7, 1))
ORDER BY swedish_order(c.name), c.aggregate
"""
CHANGES = """
SELECT a.aggregate, a.changed FROM unnest($1::text[], $2::integer[]) AS base (aggregate, version)
JOIN audit a ON a.aggregate = base.aggregate AND a.version > base.version ORDER BY a.aggregate, a.version
"""
LOCK = "SELECT version FROM approval WHERE organizer = $1 AND school_year = $2 FOR UPDATE"
BEGIN = """
INSERT INTO approval (organizer, school_year, version, covered, missing) VALUES ($1, $2, 0, 0, 0) ON CONFLICT DO NOTHING
"""
PUT = "UPDATE approval SET version = $3, covered = $4, missing = $5 WHERE organizer = $1 AND school_year = $2"
PUT_ITEMS = """
INSERT INTO approval_item (aggregate, school_year, kind, name, version, organizer, register_day, actor, actor_role)
SELECT n.aggregate, $5, n.kind, n.name, n.version, $6, $7, $8, $9
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS n (aggregate, kind, name, version)
ON CONFLICT (aggregate, school_year, organizer) DO UPDATE SET kind = excluded.kind, name = excluded.name, at = now(),
  version = excluded.version, register_day = excluded.register_day, actor = excluded.actor,
  actor_role = excluded.actor_role
"""
GIVEN = """
SELECT organizer, school_year, aggregate, version, covered, missing FROM approval
WHERE organizer = $1 ORDER BY school_year DESC
"""
ACTS = """
SELECT aggregate, version, at, register_day, public_from, actor, actor_role, cause, changed, context
FROM audit WHERE aggregate = ANY($1) ORDER BY version DESC
"""
ITEMS = """
SELECT kind, aggregate, name, version, school_year, version AS approved_version, at, register_day, actor, actor_role
FROM approval_item WHERE organizer = $1 AND school_year = $2 ORDER BY swedish_order(name), aggregate
"""
CLAIM = """
INSERT INTO approval_call (school_year, day, step, due, organizers) VALUES ($1, $2, $3, $4, 0)
ON CONFLICT DO NOTHING RETURNING 1
"""
CALLED = "UPDATE approval_call SET organizers = $3 WHERE school_year = $1 AND day = $2"
CALLS = "SELECT day, step FROM approval_call WHERE school_year = $1 ORDER BY day"
MISSING = f"""
SELECT c.organizer, count(*)::integer AS missing FROM ({COVERED}) c
WHERE (c.begins IS NULL OR c.begins < make_date($1 + 1, 7, 1))
  AND NOT EXISTS (SELECT FROM approval_item i WHERE i.aggregate = c.aggregate AND i.school_year = $1)
GROUP BY c.organizer ORDER BY c.organizer
"""

Changes = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Given:
    """Who approves for whom, and when."""

    organizer: str
    year: int
    day: date
    actor: str
    role: str


async def covered(connection: Connection | Pool, organizer: str, year: int) -> list[Covered]:
    """All that an organizer's approval for a school year covers now, each with its approvals."""
    return _read(await connection.fetch(STATE, organizer, year), year)


async def changes(connection: Connection | Pool, found: Sequence[Covered]) -> Changes:
    """What changed in each since its last approval, net; nothing of what was never approved."""
    bases = [(one.aggregate, one.last.version) for one in found if one.last and one.last.version < one.version]
    kept: Changes = {aggregate: [] for aggregate, _ in bases}
    for row in await connection.fetch(CHANGES, *map(list, zip(*bases, strict=True))) if bases else ():
        kept[row["aggregate"]] += row["changed"]
    return {aggregate: changed for aggregate, all_of_it in kept.items() if (changed := net(all_of_it))}


async def lock(tx: Connection, organizer: str, year: int) -> int:
    """Lock an organizer's approval for a school year; its version, 0 before the first."""
    await tx.execute(BEGIN, organizer, year)
    version: int = await tx.fetchval(LOCK, organizer, year)
    return version


async def put(tx: Connection, given: Given, items: Sequence[Covered], *, version: int, total: tuple[int, int]) -> None:
    """Write what is approved now. `total`: how many things there are, and how many of them are still not approved."""
    columns = [[getattr(item, name) for item in items] for name in ("aggregate", "kind", "name", "version")]
    await tx.execute(PUT, given.organizer, given.year, version, *total)
    await tx.execute(PUT_ITEMS, *columns, given.year, given.organizer, given.day, given.actor, given.role)


async def of_organizer(connection: Connection | Pool, organizer: str) -> list[asyncpg.Record]:
    """An organizer's approvals, the newest school year first."""
    return list(await connection.fetch(GIVEN, organizer))


async def acts(connection: Connection | Pool, aggregates: Sequence[str]) -> list[asyncpg.Record]:
    """Each time that something was approved, the newest first, as the audit log has it."""
    return list(await connection.fetch(ACTS, aggregates))


async def items(connection: Connection | Pool, organizer: str, year: int) -> list[Covered]:
    """What an organizer has approved for a school year, as it was then."""
    return _read(await connection.fetch(ITEMS, organizer, year), year)


async def claim_call(tx: Connection, call: Call, day: date) -> bool:
    """Whether those who have not approved are to be written to on a day; only once."""
    return await tx.fetchval(CLAIM, call.round.year, day, call.step, call.round.due) is not None


async def called(tx: Connection, current: Round, day: date, organizers: int) -> None:
    """Keep how many were written to."""
    await tx.execute(CALLED, current.year, day, organizers)


async def calls(connection: Connection | Pool, year: int) -> list[asyncpg.Record]:
    """When was written to those who had not approved: day, step."""
    return list(await connection.fetch(CALLS, year))


async def missing(tx: Connection, year: int) -> dict[str, int]:
    """Every organizer that has not approved everything for a school year, and how much it lacks."""
    return {row["organizer"]: row["missing"] for row in await tx.fetch(MISSING, year)}


def _read(rows: Sequence[asyncpg.Record], year: int) -> list[Covered]:
    order = list(KINDS)
    return sorted((_covered(row, year) for row in rows), key=lambda one: order.index(one.kind))


def _covered(row: asyncpg.Record, year: int) -> Covered:
    plain = Covered(row["kind"], row["aggregate"], row["name"], row["version"])
    if row["school_year"] is None:
        return plain
    last = Approved(
        row["school_year"], row["approved_version"], row["at"], row["register_day"], row["actor"], row["actor_role"]
    )
    return replace(plain, approved=last) if last.school_year == year else replace(plain, previous=last)
