"""Webhooks, their queue of deliveries, and what became of each attempt."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool
from services.notifications.domain.webhooks import DeliveryState

ADD = """
INSERT INTO webhook (webhook_id, url, description, state, sealed_secret, token_hash)
VALUES ($1, $2, $3, 'unverified', $4, $5)
"""
COUNT = "SELECT count(*) FROM webhook WHERE url = $1"
GET = "SELECT * FROM webhook WHERE webhook_id = $1 AND token_hash = $2"
SET_URL = "UPDATE webhook SET url = $2, state = 'unverified', failing_since = NULL WHERE webhook_id = $1 AND url = $2"
RENEW = "UPDATE webhook SET sealed_secret = $2 WHERE webhook_id = $1"
DELETE = "DELETE FROM webhook WHERE webhook_id = $1"
QUEUE = """
INSERT INTO delivery (delivery_id, webhook_id, type, about, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""
QUEUE_ALL = """
WITH queued AS (
  INSERT INTO delivery (delivery_id, webhook_id, type, about, body)
  SELECT gen_random_uuid(), webhook_id, $1, $2, $3 FROM webhook WHERE state = 'active'
  ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*), pg_notify('webhook', '') FROM queued
"""
NOTIFY = "SELECT pg_notify('webhook', '')"
CLAIM = """
UPDATE delivery d SET due_at = now() + $2, attempts = attempts + 1 FROM webhook w
WHERE w.webhook_id = d.webhook_id AND d.delivery_id IN (
  SELECT delivery_id FROM delivery WHERE ended_at IS NULL AND due_at <= now() ORDER BY due_at LIMIT $1
  FOR UPDATE SKIP LOCKED)
RETURNING d.delivery_id, d.webhook_id, d.type, d.body, d.attempts, w.url, w.sealed_secret, now() - d.queued_at AS age
"""
ATTEMPTED = "INSERT INTO attempt (delivery_id, status, error, milliseconds) VALUES ($1, $2, $3, $4)"
END = "UPDATE delivery SET state = $2, ended_at = now() WHERE delivery_id = $1 AND ended_at IS NULL"
DELAY = "UPDATE delivery SET due_at = now() + $2 WHERE delivery_id = $1 AND ended_at IS NULL"
HEARD = "UPDATE webhook SET state = 'active', failing_since = NULL WHERE webhook_id = $1 AND url = $2"
NOT_HEARD = """
UPDATE webhook SET failing_since = coalesce(failing_since, now()), state = CASE
  WHEN $2 THEN 'gone' WHEN state = 'active' AND failing_since < now() - $3::interval THEN 'failing' ELSE state END
WHERE webhook_id = $1
"""
END_ALL = "UPDATE delivery SET state = 'given-up', ended_at = now() WHERE webhook_id = $1 AND ended_at IS NULL"
DELIVERIES = """
SELECT d.delivery_id, d.type, d.about, d.state, d.queued_at, d.due_at, d.ended_at, coalesce((
  SELECT json_agg(json_build_object('at', a.at, 'status', a.status, 'error', a.error, 'milliseconds', a.milliseconds)
                  ORDER BY a.at) FROM attempt a WHERE a.delivery_id = d.delivery_id), '[]') AS attempts
FROM delivery d WHERE d.webhook_id = $1 ORDER BY d.queued_at DESC LIMIT 100
"""
FORGET = "DELETE FROM delivery WHERE ended_at < now() - $1::interval"


async def add(
    tx: Connection, webhook_id: UUID, url: str, description: str | None, sealed_secret: bytes, token_hash: bytes
) -> None:
    """Keep a webhook that has not answered yet."""
    await tx.execute(ADD, webhook_id, url, description, sealed_secret, token_hash)


async def count(tx: Connection, url: str) -> int:
    """How many webhooks have an address."""
    found: int = await tx.fetchval(COUNT, url)
    return found


async def get(connection: Connection | Pool, webhook_id: UUID, token_hash: bytes) -> asyncpg.Record | None:
    """A webhook, for who has its token."""
    return await connection.fetchrow(GET, webhook_id, token_hash)


async def set_url(tx: Connection, webhook_id: UUID, url: str) -> None:
    """Give a webhook another address, that must answer a ping first."""
    await tx.execute(SET_URL, webhook_id, url)


async def set_secret(tx: Connection, webhook_id: UUID, sealed_secret: bytes) -> None:
    """Give a webhook another secret."""
    await tx.execute(RENEW, webhook_id, sealed_secret)


async def delete(tx: Connection | Pool, webhook_id: UUID) -> None:
    """Forget a webhook, and all that was said to it."""
    await tx.execute(DELETE, webhook_id)


async def queue(tx: Connection, delivery_id: UUID, webhook_id: UUID, kind: str, about: str, body: str) -> None:
    """Queue a message to one webhook; its sender is woken when the transaction ends."""
    await tx.execute(QUEUE, delivery_id, webhook_id, kind, about, body)
    await tx.execute(NOTIFY)


async def queue_all(tx: Connection, kind: str, about: str, body: str) -> None:
    """Queue a message to every active webhook; one that has it already gets no other."""
    await tx.execute(QUEUE_ALL, kind, about, body)


async def claim(pool: Pool, most: int, lease: timedelta) -> Sequence[asyncpg.Record]:
    """Take due deliveries. Those of a sender that dies are due again after the lease."""
    return list(await pool.fetch(CLAIM, most, lease))


async def attempted(
    tx: Connection, delivery_id: UUID, status: int | None, error: str | None, milliseconds: int
) -> None:
    """Write an attempt down."""
    await tx.execute(ATTEMPTED, delivery_id, status, error, milliseconds)


async def end(tx: Connection, delivery_id: UUID, state: DeliveryState) -> None:
    """A delivery has ended."""
    await tx.execute(END, delivery_id, state)


async def delay(tx: Connection, delivery_id: UUID, pause: timedelta) -> None:
    """Try again later."""
    await tx.execute(DELAY, delivery_id, pause)


async def heard(tx: Connection, webhook_id: UUID, url: str) -> None:
    """A webhook answered, at an address that it may have no more: another has to answer for itself."""
    await tx.execute(HEARD, webhook_id, url)


async def not_heard(tx: Connection, webhook_id: UUID, give_up_after: timedelta, *, gone: bool) -> None:
    """A webhook did not answer; after a time of that, or when it says that it is gone, no more is queued for it."""
    await tx.execute(NOT_HEARD, webhook_id, gone, give_up_after)
    if gone:
        await tx.execute(END_ALL, webhook_id)


async def deliveries(connection: Connection | Pool, webhook_id: UUID) -> Sequence[asyncpg.Record]:
    """The newest deliveries with their attempts."""
    return list(await connection.fetch(DELIVERIES, webhook_id))


async def forget(pool: Pool, older_than: timedelta) -> None:
    """Forget deliveries that ended long ago."""
    await pool.execute(FORGET, older_than)
