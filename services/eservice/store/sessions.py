"""Sessions and logins under way as rows. An ended session stays a while, without its tokens, to say why it ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from services.kernel.database import Connection, Pool

INSERT = """
INSERT INTO session (id_hash, sealed_tokens, account_id, person_id, provider_session, csrf, access_ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
FIND = """
UPDATE session SET seen_at = now()
WHERE id_hash = $1 AND ended_at IS NULL AND seen_at > now() - $2::interval AND created_at > now() - $3::interval
RETURNING id_hash, sealed_tokens, csrf, access_ends_at, now() + $2::interval AS idle_end,
          created_at + $3::interval AS last_end
"""
PEEK = """
SELECT seen_at + $2::interval AS idle_end, created_at + $3::interval AS last_end FROM session
WHERE id_hash = $1 AND ended_at IS NULL AND seen_at > now() - $2::interval AND created_at > now() - $3::interval
"""
LAST = """
SELECT id_hash, sealed_tokens, access_ends_at, account_id, person_id,
       CASE WHEN ended_at IS NOT NULL THEN end_reason
            WHEN created_at <= now() - $3::interval THEN 'longest'
            WHEN seen_at <= now() - $2::interval THEN 'idle' END AS reason
FROM session WHERE id_hash = $1
"""
LOCK = "SELECT id_hash, sealed_tokens, access_ends_at FROM session WHERE id_hash = $1 FOR UPDATE"
REFRESHED = "UPDATE session SET sealed_tokens = $2, access_ends_at = $3, person_id = $4 WHERE id_hash = $1"
DELETE = "DELETE FROM session WHERE id_hash = $1"
END = """
UPDATE session
SET ended_at = now(), end_reason = $2, sealed_tokens = CASE WHEN $2 = 'elsewhere' THEN sealed_tokens END
WHERE id_hash = $1 AND ended_at IS NULL
"""
END_AT_PROVIDER = """
UPDATE session SET ended_at = now(), end_reason = 'elsewhere'
WHERE (provider_session = $1 OR account_id = $2) AND ended_at IS NULL
RETURNING id_hash, sealed_tokens, access_ends_at
"""
END_PERSON = """
UPDATE session SET ended_at = now(), end_reason = 'everywhere', sealed_tokens = NULL
WHERE person_id = $1 AND ended_at IS NULL
"""
EXPLAIN = """
UPDATE session SET end_reason = $2, sealed_tokens = NULL WHERE id_hash = $1 AND end_reason = 'elsewhere'
"""
OF_PERSON = """
SELECT created_at, seen_at, ended_at, end_reason FROM session WHERE person_id = $1 ORDER BY created_at DESC
"""
COUNT = """
SELECT count(*) FROM session
WHERE person_id = $1 AND ended_at IS NULL AND seen_at > now() - $2::interval AND created_at > now() - $3::interval
"""
PUT_LOGIN = "INSERT INTO login (id_hash, sealed) VALUES ($1, $2)"
TAKE_LOGIN = "DELETE FROM login WHERE id_hash = $1 AND made_at > now() - interval '15 minutes' RETURNING sealed"
SWEEP_SESSIONS = "DELETE FROM session WHERE created_at < now() - $1::interval - interval '1 day'"
SWEEP_LOGINS = "DELETE FROM login WHERE made_at < now() - interval '1 hour'"


async def insert(
    pool: Pool,
    id_hash: bytes,
    sealed: bytes,
    *,
    account: str,
    person: str | None,
    provider_session: str | None,
    csrf: str,
    ends: datetime,
) -> None:
    """Write a new session. `ends`: when its access token does."""
    await pool.execute(INSERT, id_hash, sealed, account, person, provider_session, csrf, ends)


async def find(pool: Pool, id_hash: bytes, idle: timedelta, longest: timedelta) -> asyncpg.Record | None:
    """A session that has not ended, now seen; or None."""
    return await pool.fetchrow(FIND, id_hash, idle, longest)


async def peek(pool: Pool, id_hash: bytes, idle: timedelta, longest: timedelta) -> asyncpg.Record | None:
    """When a session ends, without counting as use of it; None when it has."""
    return await pool.fetchrow(PEEK, id_hash, idle, longest)


async def last(pool: Pool, id_hash: bytes, idle: timedelta, longest: timedelta) -> asyncpg.Record | None:
    """A session whether or not it has ended, and why; None when we never gave it, or long ago."""
    return await pool.fetchrow(LAST, id_hash, idle, longest)


async def lock(tx: Connection, id_hash: bytes) -> asyncpg.Record | None:
    """Lock a session while its tokens are renewed: a refresh token goes once only."""
    return await tx.fetchrow(LOCK, id_hash)


async def refreshed(tx: Connection, id_hash: bytes, sealed: bytes, ends: datetime, person: str | None) -> None:
    """Keep renewed tokens, and whom they are for: an account may have been given its person."""
    await tx.execute(REFRESHED, id_hash, sealed, ends, person)


async def delete(pool: Pool | Connection, id_hash: bytes) -> None:
    """Forget a session."""
    await pool.execute(DELETE, id_hash)


async def end(pool: Pool | Connection, id_hash: bytes, reason: str) -> None:
    """End a session, and keep why (the first reason). One ended elsewhere keeps its tokens until that is explained."""
    await pool.execute(END, id_hash, reason)


async def end_at_provider(pool: Pool, provider_session: str | None, account: str | None) -> Sequence[asyncpg.Record]:
    """End the sessions that the identity provider has ended; returns them with the tokens they had."""
    return await pool.fetch(END_AT_PROVIDER, provider_session, account)


async def end_person(pool: Pool, person: str) -> None:
    """End all sessions of a person, at the person's own wish."""
    await pool.execute(END_PERSON, person)


async def explain(pool: Pool, id_hash: bytes, reason: str) -> None:
    """Say more exactly why a session was ended elsewhere."""
    await pool.execute(EXPLAIN, id_hash, reason)


async def of_person(pool: Pool, person: str) -> Sequence[asyncpg.Record]:
    """What is stored of a person's sessions, newest first."""
    return await pool.fetch(OF_PERSON, person)


async def count(pool: Pool, person: str, idle: timedelta, longest: timedelta) -> int:
    """How many sessions a person has just now."""
    found: int = await pool.fetchval(COUNT, person, idle, longest)
    return found


async def put_login(pool: Pool, id_hash: bytes, sealed: bytes) -> None:
    """Keep a login under way."""
    await pool.execute(PUT_LOGIN, id_hash, sealed)


async def take_login(pool: Pool, id_hash: bytes) -> bytes | None:
    """Take a login under way, once."""
    sealed: bytes | None = await pool.fetchval(TAKE_LOGIN, id_hash)
    return sealed


async def sweep(pool: Pool, longest: timedelta) -> None:
    """Forget what ended long ago."""
    await pool.execute(SWEEP_SESSIONS, longest)
    await pool.execute(SWEEP_LOGINS)
