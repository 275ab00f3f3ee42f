"""Who may act for which organizer: a projection of identity.events."""

from uuid import UUID

from services.kernel.database import Connection, Pool

ROLE = "SELECT min(role) FROM membership WHERE person_id = $1 AND organizer = $2 AND NOT ended"
IS_ADMINISTRATOR = "SELECT 1 FROM administrator WHERE person_id = $1 AND active"
PUT_MEMBERSHIP = """
INSERT INTO membership (membership_id, person_id, organizer, role, version, ended) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (membership_id) DO UPDATE SET role = excluded.role, version = excluded.version, ended = excluded.ended
WHERE membership.version < excluded.version
"""
PUT_ADMINISTRATOR = """
INSERT INTO administrator (person_id, version, active) VALUES ($1, $2, $3)
ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, active = excluded.active
WHERE administrator.version < excluded.version
"""


async def role_for(connection: Connection | Pool, person_id: str, organizer: str) -> str | None:
    """The person's role for an organizer; with two, contact person. None: no authority."""
    role: str | None = await connection.fetchval(ROLE, person_id, organizer)
    return role


async def is_administrator(connection: Connection | Pool, person_id: str) -> bool:
    """Whether the person belongs to the register administration."""
    return await connection.fetchval(IS_ADMINISTRATOR, person_id) is not None


async def put_membership(
    tx: Connection, membership_id: UUID, person_id: str, organizer: str, role: str, version: int, *, ended: bool
) -> None:
    """Keep the newest state of a membership; an older one that comes late is dropped."""
    await tx.execute(PUT_MEMBERSHIP, membership_id, person_id, organizer, role, version, ended)


async def put_administrator(tx: Connection, person_id: str, version: int, *, active: bool) -> None:
    """Keep whether a person is an administrator; an older state that comes late is dropped."""
    await tx.execute(PUT_ADMINISTRATOR, person_id, version, active)
