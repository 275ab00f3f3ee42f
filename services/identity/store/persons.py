"""Persons, their accounts at the identity provider, and the terms they accepted, as rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.identity.domain.persons import Person
from services.kernel.database import Connection, Pool

PERSON = """person_id, user_name, name, email, protected, register_administration, version, phone, national_id_index,
  locked_at"""
GET = f"SELECT {PERSON} FROM person WHERE person_id = $1"
FOR_UPDATE = f"SELECT {PERSON} FROM person WHERE person_id = $1 FOR UPDATE"
BY_USER_NAME = f"SELECT {PERSON} FROM person WHERE user_name = $1"
BY_NATIONAL_ID = f"SELECT {PERSON} FROM person WHERE national_id_index = $1"
BY_ACCOUNT = f"SELECT {PERSON} FROM person WHERE person_id = (SELECT person_id FROM account WHERE account_id = $1)"
ALL = f"SELECT {PERSON} FROM person ORDER BY person_id"
INSERT = """
INSERT INTO person (person_id, user_name, name, email, protected, register_administration, version, phone,
  national_id_index, national_id_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
SAVE = """
UPDATE person SET name = $3, email = $4, protected = $5, register_administration = $6, phone = $7, locked_at = $8,
  lock_reason = $9, version = $2
WHERE person_id = $1 AND version = $2 - 1
"""
GIVE_NATIONAL_ID = """
UPDATE person SET national_id_index = $2, national_id_sealed = $3 WHERE person_id = $1 AND national_id_index IS NULL
"""
SHARING = f"""
SELECT {PERSON} FROM person p WHERE person_id = ANY($1) AND ($3 OR EXISTS (
  SELECT 1 FROM membership theirs JOIN membership mine USING (organization_number)
  WHERE theirs.person_id = p.person_id AND mine.person_id = $2 AND mine.ended_at IS NULL))
"""
SEARCH = f"""
SELECT {PERSON} FROM person
WHERE (NOT protected AND (name ILIKE $1 OR email ILIKE $1)) OR user_name ILIKE $1 OR person_id::text ILIKE $2
ORDER BY protected, name, person_id LIMIT 50
"""
LOCK_REASON = "SELECT lock_reason FROM person WHERE person_id = $1"
SEALED_NATIONAL_ID = "SELECT national_id_sealed FROM person WHERE person_id = $1"
STALE_NAMES = """
SELECT person_id, national_id_sealed FROM person
WHERE national_id_sealed IS NOT NULL AND names_checked_at < now() - $1::interval
ORDER BY names_checked_at LIMIT $2
"""
NAMES_CHECKED = "UPDATE person SET names_checked_at = now() WHERE person_id = $1"
LINK = "INSERT INTO account (account_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1"
ACCOUNTS = "SELECT account_id FROM account WHERE person_id = $1 ORDER BY linked_at, account_id"
ACCEPT = """
INSERT INTO terms_acceptance (person_id, terms_version) VALUES ($1, $2)
ON CONFLICT DO NOTHING RETURNING accepted_at
"""
ACCEPTED = "SELECT terms_version, accepted_at FROM terms_acceptance WHERE person_id = $1 ORDER BY terms_version"
ACCEPTED_AT = "SELECT accepted_at FROM terms_acceptance WHERE person_id = $1 AND terms_version = $2"


async def get(connection: Connection | Pool, person_id: UUID) -> Person | None:
    """One person, or None."""
    return _person(await connection.fetchrow(GET, person_id))


async def for_update(tx: Connection, person_id: UUID) -> Person | None:
    """Lock and load one person, or None."""
    return _person(await tx.fetchrow(FOR_UPDATE, person_id))


async def by_user_name(connection: Connection | Pool, user_name: str) -> Person | None:
    """The person with a user name, or None."""
    return _person(await connection.fetchrow(BY_USER_NAME, user_name))


async def by_national_id(connection: Connection | Pool, index: bytes) -> Person | None:
    """The person with a personal identity number, by its keyed fingerprint; or None."""
    return _person(await connection.fetchrow(BY_NATIONAL_ID, index))


async def by_account(connection: Connection | Pool, account_id: str) -> Person | None:
    """The person whose account this is, or None."""
    return _person(await connection.fetchrow(BY_ACCOUNT, account_id))


async def everyone(connection: Connection | Pool) -> list[Person]:
    """All persons: what reconciling goes through."""
    return [Person(**row) for row in await connection.fetch(ALL)]


async def insert(tx: Connection, person: Person, sealed_national_id: bytes | None) -> None:
    """Write a new person. Raises asyncpg.UniqueViolationError when user name or number is taken."""
    await tx.execute(
        INSERT, person.person_id, person.user_name, person.name, person.email, person.protected,
        person.register_administration, person.version, person.phone, person.national_id_index, sealed_national_id,
    )  # fmt: skip


async def save(tx: Connection, person: Person, *, lock_reason: str | None = None) -> None:
    """Write a person's next version. Raises LookupError when it is not the next one."""
    done = await tx.execute(
        SAVE, person.person_id, person.version, person.name, person.email, person.protected,
        person.register_administration, person.phone, person.locked_at, lock_reason,
    )  # fmt: skip
    if done != "UPDATE 1":
        raise LookupError(f"person {person.person_id} is not at version {person.version - 1}")


async def give_national_id(tx: Connection, person_id: UUID, index: bytes, sealed: bytes) -> None:
    """Keep the number of a person who had none on record."""
    await tx.execute(GIVE_NATIONAL_ID, person_id, index, sealed)


async def sharing_with(
    connection: Connection | Pool, person_ids: Sequence[UUID], asker: UUID, *, is_administrator: bool
) -> list[Person]:
    """Those of the persons whom the asker may know of: they share, or have shared, an organizer of the asker's."""
    return [Person(**row) for row in await connection.fetch(SHARING, person_ids, asker, is_administrator)]


async def search(connection: Connection | Pool, text: str) -> list[Person]:
    """At most fifty persons by a part of name, e-mail or user name, or by reference. A protected one not by name."""
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return [Person(**row) for row in await connection.fetch(SEARCH, f"%{escaped}%", f"{escaped}%")]


async def lock_reason(connection: Connection | Pool, person_id: UUID) -> str | None:
    """Why a person is locked."""
    reason: str | None = await connection.fetchval(LOCK_REASON, person_id)
    return reason


async def sealed_national_id(connection: Connection | Pool, person_id: UUID) -> bytes | None:
    """A person's sealed personal identity number, or None."""
    sealed: bytes | None = await connection.fetchval(SEALED_NATIONAL_ID, person_id)
    return sealed


async def stale_names(connection: Connection | Pool, after: timedelta, most: int) -> list[asyncpg.Record]:
    """Persons whose name has not been checked against the population register for so long; id and sealed number."""
    return list(await connection.fetch(STALE_NAMES, after, most))


async def names_checked(tx: Connection | Pool, person_id: UUID) -> None:
    """The person's name was checked just now."""
    await tx.execute(NAMES_CHECKED, person_id)


async def link(tx: Connection | Pool, account_id: str, person_id: UUID) -> bool:
    """Let an account be a person's; False when it is somebody's already."""
    return await tx.fetchval(LINK, account_id, person_id) is not None


async def accounts(connection: Connection | Pool, person_id: UUID) -> list[str]:
    """The ids of a person's accounts."""
    return [row["account_id"] for row in await connection.fetch(ACCOUNTS, person_id)]


async def accept(tx: Connection, person_id: UUID, version: int) -> datetime | None:
    """Record that a person accepts a version; None when it was accepted before."""
    accepted: datetime | None = await tx.fetchval(ACCEPT, person_id, version)
    return accepted


async def accepted(connection: Connection | Pool, person_id: UUID) -> dict[int, datetime]:
    """Which versions a person accepted, and when."""
    rows: list[Any] = await connection.fetch(ACCEPTED, person_id)
    return {row["terms_version"]: row["accepted_at"] for row in rows}


async def accepted_at(connection: Connection | Pool, person_id: UUID, version: int) -> datetime | None:
    """When a person accepted a version, or None."""
    moment: datetime | None = await connection.fetchval(ACCEPTED_AT, person_id, version)
    return moment


def _person(row: asyncpg.Record | None) -> Person | None:
    return Person(**row) if row else None
