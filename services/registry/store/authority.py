"""Who may act for which organizer: a projection of identity.events. `authority` is a view of who may now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.database import Connection, Pool

ROLE = "SELECT min(role) FROM authority WHERE person_id = $1 AND organizer = $2"
IS_ADMINISTRATOR = "SELECT 1 FROM person WHERE person_id = $1 AND register_administration AND NOT locked"
HAS_USERS = "SELECT EXISTS (SELECT FROM membership WHERE organizer = $1 AND NOT ended AND role <> 'machine')"
PUT_MEMBERSHIP = """
INSERT INTO membership (membership_id, person_id, organizer, role, version, ended, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (membership_id) DO UPDATE
SET role = excluded.role, version = excluded.version, ended = excluded.ended, ends_at = excluded.ends_at
WHERE membership.version < excluded.version
"""
PUT_PERSON = """
INSERT INTO person (person_id, version, register_administration, locked) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, locked = excluded.locked,
  register_administration = excluded.register_administration
WHERE person.version < excluded.version
"""
PUT_ACCEPTANCE = "INSERT INTO terms_acceptance (person_id) VALUES ($1) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Held:
    """A membership as it is kept: a person's, or in the role `machine` a program's, which has an end."""

    membership_id: UUID
    person_id: str
    organizer: str
    role: str
    version: int
    ended: bool
    ends_at: datetime | None = None


async def role_for(connection: Connection | Pool, person_id: str, organizer: str) -> str | None:
    """The person's role for an organizer; with two, contact person. None: no authority."""
    role: str | None = await connection.fetchval(ROLE, person_id, organizer)
    return role


async def is_administrator(connection: Connection | Pool, person_id: str) -> bool:
    """Whether the person belongs to the register administration."""
    return await connection.fetchval(IS_ADMINISTRATOR, person_id) is not None


async def has_users(connection: Connection | Pool, organizer: str) -> bool:
    """Whether anybody has a role for an organizer, so that a message to it reaches somebody."""
    return bool(await connection.fetchval(HAS_USERS, organizer))


async def put_membership(tx: Connection, held: Held) -> None:
    """Keep the newest state of a membership; an older one that comes late is dropped."""
    await tx.execute(
        PUT_MEMBERSHIP, held.membership_id, held.person_id, held.organizer, held.role, held.version, held.ended,
        held.ends_at,
    )  # fmt: skip


async def put_person(
    tx: Connection, person_id: str, version: int, *, register_administration: bool, locked: bool
) -> None:
    """Keep what a person may be; an older state that comes late is dropped."""
    await tx.execute(PUT_PERSON, person_id, version, register_administration, locked)


async def put_acceptance(tx: Connection, person_id: str) -> None:
    """The person has accepted the terms for users."""
    await tx.execute(PUT_ACCEPTANCE, person_id)
