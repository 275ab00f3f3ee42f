"""What Keycloak is still to be told, as rows."""

from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool

ADD = "INSERT INTO provisioning (person_id, credential_id, task, sealed_secret) VALUES ($1, $2, $3, $4)"
ADD_FOR_EXPIRED = """
INSERT INTO provisioning (credential_id, task)
SELECT credential_id, $1 FROM credential c
WHERE revoked_at IS NULL AND expires_at <= now() AND expires_at > now() - interval '7 days' AND NOT EXISTS (
  SELECT 1 FROM provisioning p WHERE p.credential_id = c.credential_id AND p.made_at >= c.expires_at)
"""
WAKE = "SELECT pg_notify('provisioning', '')"
DUE = """
SELECT id, person_id, credential_id, task, attempts, sealed_secret FROM provisioning p
WHERE done_at IS NULL AND due_at <= now() AND (task = 'end-sessions' OR NOT EXISTS (
  SELECT 1 FROM provisioning earlier
  WHERE earlier.done_at IS NULL AND earlier.id < p.id
    AND (earlier.person_id = p.person_id OR earlier.credential_id = p.credential_id)))
ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
DONE = "UPDATE provisioning SET done_at = now(), last_error = NULL, sealed_secret = NULL WHERE id = $1"
LATER = """
UPDATE provisioning SET attempts = attempts + 1, last_error = $2,
  due_at = now() + make_interval(secs => least(10, power(2, least(attempts, 4))::integer)) WHERE id = $1
"""
WAITING = "SELECT count(*) FROM provisioning WHERE done_at IS NULL"
SWEEP = "DELETE FROM provisioning WHERE done_at < now() - interval '30 days'"


async def add(
    tx: Connection,
    task: str,
    *,
    person_id: UUID | None = None,
    credential_id: UUID | None = None,
    sealed_secret: bytes | None = None,
) -> None:
    """Let Keycloak be told of a person or a credential, after the commit."""
    await tx.execute(ADD, person_id, credential_id, task, sealed_secret)
    await tx.execute(WAKE)


async def add_for_expired(connection: Connection | Pool, task: str) -> None:
    """Let Keycloak be told of each credential whose time has run out, once."""
    await connection.execute(ADD_FOR_EXPIRED, task)


async def due(tx: Connection) -> asyncpg.Record | None:
    """Lock the next task to carry out, or None.

    What concerns one person or credential is done in order, but the end of sessions waits for nothing.
    """
    return await tx.fetchrow(DUE)


async def done(tx: Connection, task_id: int) -> None:
    """The task is carried out; a secret that went with it is forgotten."""
    await tx.execute(DONE, task_id)


async def later(tx: Connection, task_id: int, error: str) -> None:
    """The task failed: try again later, ten seconds at most."""
    await tx.execute(LATER, task_id, error)


async def waiting(connection: Connection | Pool) -> int:
    """How many tasks Keycloak has not been told of."""
    return int(await connection.fetchval(WAITING))


async def sweep(connection: Connection | Pool) -> None:
    """Forget what was done a month ago."""
    await connection.execute(SWEEP)
