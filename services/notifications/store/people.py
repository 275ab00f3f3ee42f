"""Who there is and who may act for whom: projections of identity.events and of the organizers' names."""

import asyncpg

from services.contracts.identity import MembershipFact, PersonFact
from services.kernel.database import Connection, Pool
from services.notifications.domain.mail import Recipient

PUT_PERSON = """
INSERT INTO person (person_id, version, name, email, register_administration) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, name = excluded.name, email = excluded.email,
  register_administration = excluded.register_administration
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
SELECT DISTINCT p.person_id, p.email FROM membership m JOIN person p USING (person_id)
WHERE m.organizer = $1 AND NOT m.ended ORDER BY p.person_id
"""
ORGANIZER_NAME = "SELECT display_name FROM organizer WHERE number = $1"
ACTOR = """
SELECT p.name, (SELECT min(role) FROM membership m WHERE m.person_id = p.person_id AND m.organizer = $2) AS role
FROM person p WHERE p.person_id::text = $1
"""
ROLE = "SELECT min(role) FROM membership WHERE person_id::text = $1 AND organizer = $2 AND NOT ended"
IS_ADMINISTRATOR = "SELECT 1 FROM person WHERE person_id::text = $1 AND register_administration"


async def put_person(tx: Connection, fact: PersonFact) -> None:
    """Keep a person's newest state."""
    await tx.execute(
        PUT_PERSON, fact.person_id, fact.version, fact.contact.name, fact.contact.email, fact.register_administration
    )


async def put_membership(tx: Connection, fact: MembershipFact, *, ended: bool) -> None:
    """Keep a membership's newest state."""
    await tx.execute(
        PUT_MEMBERSHIP, fact.membership_id, fact.person_id, fact.organization_number, fact.role, fact.version, ended
    )


async def put_organizer(tx: Connection, number: str, version: int, display_name: str) -> None:
    """Keep an organizer's newest name."""
    await tx.execute(PUT_ORGANIZER, number, version, display_name)


async def members(tx: Connection, organizer: str) -> list[Recipient]:
    """Those who may act for an organizer now."""
    return [Recipient(**row) for row in await tx.fetch(MEMBERS, organizer)]


async def organizer_name(tx: Connection, organizer: str) -> str:
    """The organizer's name; its number until the name has come."""
    name: str | None = await tx.fetchval(ORGANIZER_NAME, organizer)
    return name or organizer


async def actor(tx: Connection, person_id: str, organizer: str) -> asyncpg.Record | None:
    """Who did something: the name (null when protected) and the role."""
    return await tx.fetchrow(ACTOR, person_id, organizer)


async def may_see_mails_of(pool: Pool, person_id: str, organizer: str, *, token_is_administration: bool) -> bool:
    """Whether a person is a contact person of the organizer, or of the register administration."""
    if await pool.fetchval(ROLE, person_id, organizer) == "contact-person":
        return True
    return token_is_administration and await pool.fetchval(IS_ADMINISTRATOR, person_id) is not None
