"""API credentials as rows."""

from datetime import timedelta
from uuid import UUID

import asyncpg

from services.identity.domain.credentials import Credential
from services.kernel.database import Connection, Pool

CREDENTIAL = "credential_id, organization_number, label, client_id, version, expires_at, revoked_at"
INSERT = """
INSERT INTO credential (credential_id, organization_number, label, client_id, version, expires_at, issued_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
GET = f"SELECT {CREDENTIAL} FROM credential WHERE credential_id = $1"
ALL = f"SELECT {CREDENTIAL} FROM credential ORDER BY credential_id"
COUNT_ACTIVE = """
SELECT count(*) FROM credential WHERE organization_number = $1 AND revoked_at IS NULL AND expires_at > now()
"""
OF_ORGANIZER = f"""
SELECT {CREDENTIAL}, issued_at, issued_by, rotated_at,
  (SELECT max(s.at) FROM sign_in s WHERE s.credential_id = c.credential_id AND s.succeeded) AS last_used_at
FROM credential c WHERE organization_number = $1 ORDER BY issued_at DESC LIMIT 200
"""
ROTATE = """
UPDATE credential SET version = $2, expires_at = $3, rotated_at = now()
WHERE credential_id = $1 AND version = $2 - 1 AND revoked_at IS NULL
"""
REVOKE = """
UPDATE credential SET version = $2, revoked_at = now()
WHERE credential_id = $1 AND version = $2 - 1 AND revoked_at IS NULL
"""
PERIOD = "SELECT expires_at - coalesce(rotated_at, issued_at) FROM credential WHERE credential_id = $1"
LABELS = """
SELECT credential_id, label FROM credential c WHERE credential_id = ANY($1) AND ($3 OR EXISTS (
  SELECT 1 FROM membership mine
  WHERE mine.organization_number = c.organization_number AND mine.person_id = $2 AND mine.ended_at IS NULL))
"""


async def insert(tx: Connection, credential: Credential, issued_by: UUID | None) -> None:
    """Write a new credential."""
    await tx.execute(
        INSERT, credential.credential_id, credential.organization_number, credential.label, credential.client_id,
        credential.version, credential.expires_at, issued_by,
    )  # fmt: skip


async def get(connection: Connection | Pool, credential_id: UUID) -> Credential | None:
    """One credential, or None."""
    row = await connection.fetchrow(GET, credential_id)
    return Credential(**row) if row else None


async def everything(connection: Connection | Pool) -> list[Credential]:
    """All credentials: what reconciling goes through."""
    return [Credential(**row) for row in await connection.fetch(ALL)]


async def count_active(connection: Connection | Pool, organization_number: str) -> int:
    """How many credentials of an organizer hold."""
    return int(await connection.fetchval(COUNT_ACTIVE, organization_number))


async def of_organizer(connection: Connection | Pool, organization_number: str) -> list[asyncpg.Record]:
    """An organizer's credentials, newest first, with when each was last used."""
    return list(await connection.fetch(OF_ORGANIZER, organization_number))


async def period(connection: Connection | Pool, credential_id: UUID) -> timedelta:
    """How long the credential was last given for."""
    found: timedelta = await connection.fetchval(PERIOD, credential_id)
    return found


async def rotate(tx: Connection, credential: Credential) -> None:
    """Write the next version with its new end. Raises LookupError."""
    await _one(tx, ROTATE, credential.credential_id, credential.version, credential.expires_at)


async def revoke(tx: Connection, credential: Credential) -> None:
    """Write the last version. Raises LookupError."""
    await _one(tx, REVOKE, credential.credential_id, credential.version)


async def labels(
    connection: Connection | Pool, ids: list[UUID], asker: UUID, *, is_administrator: bool
) -> dict[UUID, str]:
    """The labels of those credentials that the asker may know of."""
    rows = await connection.fetch(LABELS, ids, asker, is_administrator)
    return {row["credential_id"]: row["label"] for row in rows}


async def _one(tx: Connection, statement: str, credential_id: UUID, version: int, *values: object) -> None:
    if await tx.execute(statement, credential_id, version, *values) != "UPDATE 1":
        raise LookupError(f"credential {credential_id} is not at version {version - 1}")
