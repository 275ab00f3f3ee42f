"""Who there is and who may act for whom: projections of identity.events and of the organizers' names."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.contracts.identity import MembershipFact, PersonFact
from services.kernel.database import Connection, Pool
from services.notifications.domain.mail import Recipient

PUT_PERSON = """
INSERT INTO person (person_id, version, name, email, register_administration, protected, locked)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, name = excluded.name, email = excluded.email,
  register_administration = excluded.register_administration, protected = excluded.protected, locked = excluded.locked
WHERE person.version < excluded.version
"""
PUT_MEMBERSHIP = """
INSERT INTO membership (membership_id, person_id, organizer, role, version, ended) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (membership_id) DO UPDATE SET role = excluded.role, version = excluded.version, ended = excluded.ended
WHERE membership.version < excluded.version
"""
PUT_ORGANIZER = """
INSERT INTO organizer (number, version, display_name) VALUES ($1, $2, $3)
ON CONFLICT (number) DO UPDATE SET version = excluded.version, display_name = excluded.display_name
WHERE organizer.version < excluded.version
"""
MEMBERS = """
SELECT DISTINCT p.person_id, p.email, coalesce(f.delivery = 'daily', false) AS daily
FROM membership m JOIN person p USING (person_id) LEFT JOIN preference f USING (person_id)
WHERE m.organizer = $1 AND NOT m.ended AND NOT p.locked ORDER BY p.person_id
"""
CONTACT_PERSONS = """
SELECT DISTINCT p.person_id, p.email, false AS daily FROM membership m JOIN person p USING (person_id)
WHERE m.organizer = $1 AND NOT m.ended AND m.role = 'contact-person' AND NOT p.locked ORDER BY p.person_id
"""
PERSON = "SELECT person_id, version, name, email, protected, locked FROM person WHERE person_id = $1"
ORGANIZERS_OF = "SELECT DISTINCT organizer FROM membership WHERE person_id = $1 AND NOT ended ORDER BY organizer"
ORGANIZER_NAME = "SELECT display_name FROM organizer WHERE number = $1"
ORGANIZER_NAMES = "SELECT number, display_name FROM organizer WHERE number = ANY($1::text[])"
ACTOR = """
SELECT CASE WHEN NOT p.protected AND NOT (p.register_administration AND m.role IS NULL) THEN p.name END AS name, m.role
FROM person p, LATERAL (
  SELECT min(role) AS role FROM membership WHERE person_id = p.person_id AND organizer = $2) AS m
WHERE p.person_id::text = $1
UNION ALL
SELECT c.label || ' (API-nyckel)', NULL FROM credential c WHERE c.credential_id::text = $1
"""
ROLE = """
SELECT min(m.role) FROM membership m JOIN person p USING (person_id)
WHERE p.person_id::text = $1 AND m.organizer = $2 AND NOT m.ended AND NOT p.locked
"""
IS_ADMINISTRATOR = "SELECT 1 FROM person WHERE person_id::text = $1 AND register_administration AND NOT locked"
IS_LOCKED = "SELECT locked FROM person WHERE person_id::text = $1"
ABOUT_PERSON = """
SELECT version, name, email, protected, locked, register_administration FROM person WHERE person_id::text = $1
"""
ABOUT_MEMBERSHIPS = """
SELECT membership_id, organizer, role, version, ended FROM membership WHERE person_id::text = $1 ORDER BY membership_id
"""


async def put_person(tx: Connection, fact: PersonFact) -> None:
    """Keep a person's newest state."""
    await tx.execute(
        PUT_PERSON, fact.person_id, fact.version, fact.contact.name, fact.contact.email, fact.register_administration,
        fact.protected, fact.locked,
    )  # fmt: skip


async def put_membership(tx: Connection, fact: MembershipFact, *, ended: bool) -> None:
    """Keep a membership's newest state."""
    await tx.execute(
        PUT_MEMBERSHIP, fact.membership_id, fact.person_id, fact.organization_number, fact.role, fact.version, ended
    )


async def put_organizer(tx: Connection, number: str, version: int, display_name: str) -> None:
    """Keep an organizer's newest name."""
    await tx.execute(PUT_ORGANIZER, number, version, display_name)


async def members(tx: Connection, organizer: str) -> list[Recipient]:
    """Those who may act for an organizer now; nobody who is locked."""
    return [Recipient(**row) for row in await tx.fetch(MEMBERS, organizer)]


async def contact_persons(tx: Connection, organizer: str) -> list[Recipient]:
    """An organizer's contact persons; nobody who is locked."""
    return [Recipient(**row) for row in await tx.fetch(CONTACT_PERSONS, organizer)]


async def person(tx: Connection, person_id: UUID) -> asyncpg.Record | None:
    """A person as known now: person_id, version, name, email, protected, locked."""
    return await tx.fetchrow(PERSON, person_id)


async def organizers_of(tx: Connection, person_id: UUID) -> list[str]:
    """The organizers that a person may act for."""
    return [row["organizer"] for row in await tx.fetch(ORGANIZERS_OF, person_id)]


async def organizer_name(tx: Connection, organizer: str) -> str:
    """The organizer's name; its number until the name has come."""
    name: str | None = await tx.fetchval(ORGANIZER_NAME, organizer)
    return name or organizer


async def organizer_names(tx: Connection, numbers: Sequence[str]) -> dict[str, str]:
    """The names of those organizers that are known."""
    return {row["number"]: row["display_name"] for row in await tx.fetch(ORGANIZER_NAMES, numbers)}


async def actor(tx: Connection, actor_id: str, organizer: str) -> asyncpg.Record | None:
    """Who did something: the name (null when protected) and the role. A program has its label for a name."""
    return await tx.fetchrow(ACTOR, actor_id, organizer)


async def role_in(pool: Pool, person_id: str, organizer: str) -> str | None:
    """A person's role for an organizer; none for one who is locked."""
    role: str | None = await pool.fetchval(ROLE, person_id, organizer)
    return role


async def is_administrator(pool: Pool, person_id: str) -> bool:
    """Whether our records have the person as register administration, not locked."""
    return await pool.fetchval(IS_ADMINISTRATOR, person_id) is not None


async def is_locked(pool: Pool, person_id: str) -> bool:
    """Whether the register administration has locked the person."""
    return bool(await pool.fetchval(IS_LOCKED, person_id))


async def about(pool: Pool, person_id: str) -> tuple[asyncpg.Record | None, list[asyncpg.Record]]:
    """What is kept about a person beside the mails: the person and all memberships."""
    return await pool.fetchrow(ABOUT_PERSON, person_id), list(await pool.fetch(ABOUT_MEMBERSHIPS, person_id))
