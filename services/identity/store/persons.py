"""Persons, memberships, acceptances and provisioning tasks as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.contracts.vocabulary import Role
from services.identity.domain.memberships import Membership
from services.identity.domain.persons import Person
from services.kernel.database import Connection, Pool

PERSON = "person_id, user_name, name, email, protected, register_administration, version"
GET = f"SELECT {PERSON} FROM person WHERE person_id = $1"
BY_USER_NAME = f"SELECT {PERSON} FROM person WHERE user_name = $1"
ALL = f"SELECT {PERSON} FROM person ORDER BY person_id"
INSERT = """
INSERT INTO person (person_id, user_name, name, email, protected, register_administration, version)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
MEMBERSHIP = "membership_id, person_id, organization_number, role, version"
MEMBERSHIPS_OF = f"SELECT {MEMBERSHIP} FROM membership WHERE person_id = $1 AND ended_at IS NULL ORDER BY granted_at"
OF_ORGANIZER = f"""
SELECT {MEMBERSHIP} FROM membership WHERE organization_number = $1 AND ended_at IS NULL
ORDER BY membership_id FOR UPDATE
"""
FIND_MEMBERSHIP = f"SELECT {MEMBERSHIP} FROM membership WHERE membership_id = $1 AND ended_at IS NULL"
GRANT = """
INSERT INTO membership (membership_id, person_id, organization_number, role, version) VALUES ($1, $2, $3, $4, $5)
"""
END = "UPDATE membership SET ended_at = now(), version = $2 WHERE membership_id = $1 AND ended_at IS NULL"
LOCK_ORGANIZER = "SELECT pg_advisory_xact_lock(hashtextextended($1, 21))"
SHARING = f"""
SELECT {PERSON} FROM person p WHERE person_id = ANY($1) AND ($3 OR EXISTS (
  SELECT 1 FROM membership theirs JOIN membership mine USING (organization_number)
  WHERE theirs.person_id = p.person_id AND mine.person_id = $2 AND mine.ended_at IS NULL))
"""
ACCEPT = """
INSERT INTO terms_acceptance (person_id, terms_version) VALUES ($1, $2)
ON CONFLICT DO NOTHING RETURNING accepted_at
"""
ACCEPTED_AT = "SELECT accepted_at FROM terms_acceptance WHERE person_id = $1 AND terms_version = $2"
AUDIT = "INSERT INTO audit (actor, action, person_id, details) VALUES ($1, $2, $3, $4)"
ADD_TASK = "INSERT INTO provisioning (person_id, task) VALUES ($1, $2)"
WAKE = "SELECT pg_notify('provisioning', '')"
DUE = """
SELECT id, person_id, task, attempts FROM provisioning WHERE done_at IS NULL AND due_at <= now()
ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
DONE = "UPDATE provisioning SET done_at = now(), last_error = NULL WHERE id = $1"
LATER = """
UPDATE provisioning SET attempts = attempts + 1, last_error = $2,
  due_at = now() + make_interval(secs => least(300, power(2, least(attempts, 9))::integer)) WHERE id = $1
"""
WAITING = "SELECT count(*) FROM provisioning WHERE done_at IS NULL"


async def get(connection: Connection | Pool, person_id: UUID) -> Person | None:
    """One person, or None."""
    return _person(await connection.fetchrow(GET, person_id))


async def by_user_name(connection: Connection | Pool, user_name: str) -> Person | None:
    """The person with a user name, or None."""
    return _person(await connection.fetchrow(BY_USER_NAME, user_name))


async def everyone(connection: Connection | Pool) -> list[Person]:
    """All persons: what reconciling goes through."""
    return [Person(**row) for row in await connection.fetch(ALL)]


async def insert(tx: Connection, person: Person) -> None:
    """Write a new person. Raises asyncpg.UniqueViolationError when the user name is taken."""
    await tx.execute(
        INSERT, person.person_id, person.user_name, person.name, person.email, person.protected,
        person.register_administration, person.version,
    )  # fmt: skip


async def sharing_with(
    connection: Connection | Pool, person_ids: Sequence[UUID], asker: UUID, *, is_administrator: bool
) -> list[Person]:
    """Those of the persons whom the asker may know of: they share, or have shared, an organizer of the asker's."""
    return [Person(**row) for row in await connection.fetch(SHARING, person_ids, asker, is_administrator)]


async def memberships_of(connection: Connection | Pool, person_id: UUID) -> list[Membership]:
    """A person's memberships that have not ended."""
    return [_membership(row) for row in await connection.fetch(MEMBERSHIPS_OF, person_id)]


async def memberships_for_update(tx: Connection, organization_number: str) -> list[Membership]:
    """Lock an organizer's memberships: two contact persons cannot remove each other at once."""
    await tx.execute(LOCK_ORGANIZER, organization_number)
    return [_membership(row) for row in await tx.fetch(OF_ORGANIZER, organization_number)]


async def find_membership(connection: Connection | Pool, membership_id: UUID) -> Membership | None:
    """One membership that has not ended, or None."""
    row = await connection.fetchrow(FIND_MEMBERSHIP, membership_id)
    return _membership(row) if row else None


async def grant(tx: Connection, membership: Membership) -> None:
    """Write a new membership. Raises asyncpg.UniqueViolationError when the person has one for the organizer."""
    await tx.execute(
        GRANT, membership.membership_id, membership.person_id, membership.organization_number, membership.role,
        membership.version,
    )  # fmt: skip


async def end(tx: Connection, membership: Membership) -> None:
    """End a membership."""
    await tx.execute(END, membership.membership_id, membership.version)


async def accept(tx: Connection, person_id: UUID, version: int) -> datetime | None:
    """Record that a person accepts a version; None when it was accepted before."""
    accepted: datetime | None = await tx.fetchval(ACCEPT, person_id, version)
    return accepted


async def accepted_at(connection: Connection | Pool, person_id: UUID, version: int) -> datetime | None:
    """When a person accepted a version, or None."""
    accepted: datetime | None = await connection.fetchval(ACCEPTED_AT, person_id, version)
    return accepted


async def audit(tx: Connection, actor: str, action: str, person_id: UUID, details: dict[str, Any]) -> None:
    """Record who did what to whom."""
    await tx.execute(AUDIT, actor, action, person_id, details)


async def add_task(tx: Connection, person_id: UUID, task: str) -> None:
    """Let Keycloak be told, after the commit."""
    await tx.execute(ADD_TASK, person_id, task)
    await tx.execute(WAKE)


async def due_task(tx: Connection) -> asyncpg.Record | None:
    """Lock the next task to carry out, or None. Another worker takes another."""
    return await tx.fetchrow(DUE)


async def task_done(tx: Connection, task_id: int) -> None:
    """The task is carried out."""
    await tx.execute(DONE, task_id)


async def task_later(tx: Connection, task_id: int, error: str) -> None:
    """The task failed: try again later, five minutes at most."""
    await tx.execute(LATER, task_id, error)


async def tasks_waiting(connection: Connection | Pool) -> int:
    """How many tasks Keycloak has not been told of."""
    return int(await connection.fetchval(WAITING))


def _person(row: asyncpg.Record | None) -> Person | None:
    return Person(**row) if row else None


def _membership(row: asyncpg.Record) -> Membership:
    return Membership(**{**row, "role": Role(row["role"])})
