"""Who may act for which organizer, and what was confirmed of it, as rows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.contracts.vocabulary import Role
from services.identity.domain.memberships import Membership
from services.kernel.database import Connection, Pool

MEMBERSHIP = "membership_id, person_id, organization_number, role, version"
OF_PERSON = f"SELECT {MEMBERSHIP} FROM membership WHERE person_id = $1 AND ended_at IS NULL ORDER BY granted_at"
OF_PEOPLE = f"""
SELECT {MEMBERSHIP} FROM membership WHERE person_id = ANY($1) AND ended_at IS NULL ORDER BY granted_at
"""
EVER_OF_PERSON = """
SELECT organization_number, role, granted_at, ended_at FROM membership WHERE person_id = $1 ORDER BY granted_at
"""
SINCE = "SELECT organization_number, granted_at FROM membership WHERE person_id = $1 AND ended_at IS NULL"
OF_ORGANIZER = f"""
SELECT {MEMBERSHIP} FROM membership WHERE organization_number = $1 AND ended_at IS NULL ORDER BY membership_id
"""
USERS = """
SELECT m.membership_id, m.person_id, m.role, m.version, m.granted_at, p.name, p.email, p.protected, p.locked_at,
  (SELECT max(s.at) FROM sign_in s WHERE s.person_id = m.person_id AND s.succeeded) AS last_login_at
FROM membership m JOIN person p USING (person_id)
WHERE m.organization_number = $1 AND m.ended_at IS NULL
ORDER BY m.role, p.protected, p.name, m.membership_id
"""
ENDED = """
SELECT m.membership_id, m.person_id, m.role, m.granted_at, m.ended_at, p.name, p.protected
FROM membership m JOIN person p USING (person_id)
WHERE m.organization_number = $1 AND m.ended_at > now() - $2::interval
ORDER BY m.ended_at DESC LIMIT 100
"""
FIND = f"SELECT {MEMBERSHIP} FROM membership WHERE membership_id = $1 AND ended_at IS NULL"
ROLE_OF = "SELECT role FROM membership WHERE person_id = $1 AND organization_number = $2 AND ended_at IS NULL"
WITH_EMAIL = """
SELECT 1 FROM membership m JOIN person p USING (person_id)
WHERE m.organization_number = $1 AND m.ended_at IS NULL AND NOT p.protected
  AND (lower(p.email) = lower($2) OR p.national_id_index = $3)
"""
GRANT = """
INSERT INTO membership (membership_id, person_id, organization_number, role, version) VALUES ($1, $2, $3, $4, $5)
"""
SAVE = (
    "UPDATE membership SET role = $3, version = $2 WHERE membership_id = $1 AND version = $2 - 1 AND ended_at IS NULL"
)
END = """
UPDATE membership SET ended_at = now(), version = $2 WHERE membership_id = $1 AND version = $2 - 1 AND ended_at IS NULL
"""
LOCK_ORGANIZER = "SELECT pg_advisory_xact_lock(hashtextextended($1, 21))"
ADD_REVIEW = """
INSERT INTO review (review_id, organization_number, confirmed_by, users) VALUES ($1, $2, $3, $4) RETURNING confirmed_at
"""
REVIEWS = """
SELECT review_id, confirmed_at, confirmed_by, users FROM review WHERE organization_number = $1
ORDER BY confirmed_at DESC LIMIT 50
"""
LAST_REVIEWS = """
SELECT n.number, r.confirmed_at, r.confirmed_by,
  (SELECT min(granted_at) FROM membership WHERE organization_number = n.number) AS first_granted
FROM unnest($1::text[]) AS n (number) LEFT JOIN LATERAL (
  SELECT confirmed_at, confirmed_by FROM review WHERE organization_number = n.number
  ORDER BY confirmed_at DESC LIMIT 1) AS r ON true
"""
OVERDUE = """
WITH started AS (
  SELECT m.organization_number, coalesce(
    (SELECT max(r.confirmed_at) FROM review r WHERE r.organization_number = m.organization_number),
    min(m.granted_at)) AS since,
    bool_or(m.ended_at IS NULL AND m.role = 'contact-person') AS has_contact_person
  FROM membership m GROUP BY m.organization_number),
due AS (
  SELECT organization_number, ((since AT TIME ZONE $2)::date + $1::interval)::date AS due_on
  FROM started WHERE has_contact_person)
INSERT INTO review_prompt (organization_number, due_on)
SELECT organization_number, due_on FROM due WHERE due_on <= (now() AT TIME ZONE $2)::date
ON CONFLICT DO NOTHING RETURNING organization_number, due_on
"""


async def of_person(connection: Connection | Pool, person_id: UUID) -> list[Membership]:
    """A person's memberships that have not ended."""
    return [_membership(row) for row in await connection.fetch(OF_PERSON, person_id)]


async def of_people(connection: Connection | Pool, person_ids: Sequence[UUID]) -> dict[UUID, list[Membership]]:
    """Several persons' memberships that have not ended."""
    found: dict[UUID, list[Membership]] = {person_id: [] for person_id in person_ids}
    for row in await connection.fetch(OF_PEOPLE, person_ids):
        found[row["person_id"]].append(_membership(row))
    return found


async def ever_of_person(connection: Connection | Pool, person_id: UUID) -> list[asyncpg.Record]:
    """All that a person ever had authority for."""
    return list(await connection.fetch(EVER_OF_PERSON, person_id))


async def since(connection: Connection | Pool, person_id: UUID) -> dict[str, datetime]:
    """From when a person may act for each organizer."""
    return {row["organization_number"]: row["granted_at"] for row in await connection.fetch(SINCE, person_id)}


async def of_organizer(connection: Connection | Pool, organization_number: str) -> list[Membership]:
    """Those who may act for an organizer."""
    return [_membership(row) for row in await connection.fetch(OF_ORGANIZER, organization_number)]


async def users(connection: Connection | Pool, organization_number: str) -> list[asyncpg.Record]:
    """Those who may act for an organizer, with what its contact persons see of them."""
    return list(await connection.fetch(USERS, organization_number))


async def ended(connection: Connection | Pool, organization_number: str, within: timedelta) -> list[asyncpg.Record]:
    """Whose authority ended within a period, newest first."""
    return list(await connection.fetch(ENDED, organization_number, within))


async def hold(tx: Connection, organization_number: str) -> None:
    """Let one at a time change who may act for an organizer.

    A statement of its own before any read: two contact persons cannot remove each other at once, and who was removed
    while waiting here acts no more.
    """
    await tx.execute(LOCK_ORGANIZER, organization_number)


async def find(connection: Connection | Pool, membership_id: UUID) -> Membership | None:
    """One membership that has not ended, or None."""
    row = await connection.fetchrow(FIND, membership_id)
    return _membership(row) if row else None


async def role_of(connection: Connection | Pool, person_id: UUID, organization_number: str) -> Role | None:
    """In which role a person may act for an organizer; None: may not."""
    role: str | None = await connection.fetchval(ROLE_OF, person_id, organization_number)
    return Role(role) if role else None


async def has_user(connection: Connection | Pool, organization_number: str, email: str, index: bytes | None) -> bool:
    """Whether somebody with this e-mail or number may act already. Of a protected person it is not told."""
    return await connection.fetchval(WITH_EMAIL, organization_number, email, index) is not None


async def grant(tx: Connection, membership: Membership) -> None:
    """Write a new membership. Raises asyncpg.UniqueViolationError when the person has one for the organizer."""
    await tx.execute(
        GRANT, membership.membership_id, membership.person_id, membership.organization_number, membership.role,
        membership.version,
    )  # fmt: skip


async def save(tx: Connection, membership: Membership) -> None:
    """Write a membership's next version. Raises LookupError when it is not the next one."""
    await _one(tx, SAVE, membership.membership_id, membership.version, membership.role)


async def end(tx: Connection, membership: Membership) -> None:
    """End a membership. Raises LookupError when it is not the next version."""
    await _one(tx, END, membership.membership_id, membership.version)


async def add_review(
    tx: Connection, review_id: UUID, organization_number: str, by: UUID, confirmed: list[dict[str, Any]]
) -> datetime:
    """Record who was confirmed, and by whom; returns when."""
    moment: datetime = await tx.fetchval(ADD_REVIEW, review_id, organization_number, by, confirmed)
    return moment


async def reviews(connection: Connection | Pool, organization_number: str) -> list[asyncpg.Record]:
    """What was confirmed, newest first."""
    return list(await connection.fetch(REVIEWS, organization_number))


async def last_reviews(connection: Connection | Pool, numbers: Iterable[str]) -> dict[str, asyncpg.Record]:
    """When and by whom each organizer's users were last looked over, and since when there are any; may be null."""
    return {row["number"]: row for row in await connection.fetch(LAST_REVIEWS, list(numbers))}


async def prompt_overdue(tx: Connection, every: timedelta, zone: str) -> list[tuple[str, date]]:
    """Note each organizer whose users are to be looked over by now, once for each due day; returns the new ones."""
    return [(row["organization_number"], row["due_on"]) for row in await tx.fetch(OVERDUE, every, zone)]


async def _one(tx: Connection, statement: str, membership_id: UUID, version: int, *values: object) -> None:
    if await tx.execute(statement, membership_id, version, *values) != "UPDATE 1":
        raise LookupError(f"membership {membership_id} is not at version {version - 1}")


def _membership(row: asyncpg.Record) -> Membership:
    return Membership(**{**row, "role": Role(row["role"])})
