"""Sessions, logins under way, and drafts as rows."""

from datetime import datetime, timedelta

import asyncpg

from services.kernel.database import Connection, Pool

INSERT = """
INSERT INTO session (id_hash, sealed_tokens, person_id, provider_session, csrf, access_ends_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
FIND = """
UPDATE session SET seen_at = now()
WHERE id_hash = $1 AND seen_at > now() - $2::interval AND created_at > now() - $3::interval
RETURNING id_hash, sealed_tokens, csrf, access_ends_at
"""
LOCK = "SELECT id_hash, sealed_tokens, access_ends_at FROM session WHERE id_hash = $1 FOR UPDATE"
REFRESHED = "UPDATE session SET sealed_tokens = $2, access_ends_at = $3 WHERE id_hash = $1"
DELETE = "DELETE FROM session WHERE id_hash = $1"
DELETE_PROVIDER = "DELETE FROM session WHERE provider_session = $1"
PUT_LOGIN = "INSERT INTO login (id_hash, sealed) VALUES ($1, $2)"
TAKE_LOGIN = "DELETE FROM login WHERE id_hash = $1 AND made_at > now() - interval '15 minutes' RETURNING sealed"
PUT_DRAFT = "INSERT INTO draft (id_hash, sealed) VALUES ($1, $2)"
TAKE_DRAFT = "DELETE FROM draft WHERE id_hash = $1 AND made_at > now() - interval '1 hour' RETURNING sealed"
SWEEP_SESSIONS = "DELETE FROM session WHERE created_at < now() - interval '2 days'"
SWEEP_LOGINS = "DELETE FROM login WHERE made_at < now() - interval '1 hour'"
SWEEP_DRAFTS = "DELETE FROM draft WHERE made_at < now() - interval '2 hours'"


async def insert(
    pool: Pool, id_hash: bytes, sealed: bytes, person: str, provider_session: str | None, csrf: str, ends: datetime
) -> None:
    """Write a new session."""
    await pool.execute(INSERT, id_hash, sealed, person, provider_session, csrf, ends)


async def find(pool: Pool, id_hash: bytes, idle: timedelta, longest: timedelta) -> asyncpg.Record | None:
    """A session that has not ended, now seen; or None."""
    return await pool.fetchrow(FIND, id_hash, idle, longest)


async def lock(tx: Connection, id_hash: bytes) -> asyncpg.Record | None:
    """Lock a session while its tokens are renewed: a refresh token goes once only."""
    return await tx.fetchrow(LOCK, id_hash)


async def refreshed(tx: Connection, id_hash: bytes, sealed: bytes, ends: datetime) -> None:
    """Keep renewed tokens."""
    await tx.execute(REFRESHED, id_hash, sealed, ends)


async def delete(pool: Pool | Connection, id_hash: bytes) -> None:
    """End a session."""
    await pool.execute(DELETE, id_hash)


async def delete_provider_session(pool: Pool, provider_session: str) -> None:
    """End the sessions that the identity provider has ended."""
    await pool.execute(DELETE_PROVIDER, provider_session)


async def put_login(pool: Pool, id_hash: bytes, sealed: bytes) -> None:
    """Keep a login under way."""
    await pool.execute(PUT_LOGIN, id_hash, sealed)


async def take_login(pool: Pool, id_hash: bytes) -> bytes | None:
    """Take a login under way, once."""
    sealed: bytes | None = await pool.fetchval(TAKE_LOGIN, id_hash)
    return sealed


async def put_draft(pool: Pool, id_hash: bytes, sealed: bytes) -> None:
    """Keep what was typed."""
    await pool.execute(PUT_DRAFT, id_hash, sealed)


async def take_draft(pool: Pool, id_hash: bytes) -> bytes | None:
    """Take what was typed, once."""
    sealed: bytes | None = await pool.fetchval(TAKE_DRAFT, id_hash)
    return sealed


async def sweep(pool: Pool) -> None:
    """Forget what has ended."""
    for statement in (SWEEP_SESSIONS, SWEEP_LOGINS, SWEEP_DRAFTS):
        await pool.execute(statement)
