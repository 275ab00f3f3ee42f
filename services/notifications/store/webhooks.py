"""Webhooks, their queue of deliveries, and what became of each attempt."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool
from services.notifications.domain.addresses import Address
from services.notifications.domain.webhooks import DeliveryState

ADD = """
INSERT INTO webhook (webhook_id, url, host, description, state, sealed_secret, token_hash)
VALUES ($1, $2, $3, $4, 'unverified', $5, $6)
"""
HOLD_HOST = "SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || $1, 0))"
COUNT = "SELECT count(*) FROM webhook WHERE host = $1 AND webhook_id <> $2"
GET = "SELECT * FROM webhook WHERE webhook_id = $1 AND token_hash = $2"
SET_ADDRESS = """
UPDATE webhook SET url = $2, host = $3, state = 'unverified', state_since = now(), failing_since = NULL
WHERE webhook_id = $1
"""
RENEW = "UPDATE webhook SET sealed_secret = $2 WHERE webhook_id = $1"
DELETE = "DELETE FROM webhook WHERE webhook_id = $1"
PINGS = """
SELECT webhook_id = $1 AS own, host = $2 AS of_host, now() - at AS age FROM webhook_ping
WHERE (webhook_id = $1 OR host = $2) AND at > now() - $3::interval
"""
PINGED = "INSERT INTO webhook_ping (webhook_id, host) VALUES ($1, $2)"
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
# A new address hears nothing but its ping until it has answered that. Who does not answer comes after those who do.
CLAIM = """
WITH due AS MATERIALIZED (
  SELECT delivery_id FROM delivery d JOIN webhook w USING (webhook_id)
  WHERE d.ended_at IS NULL AND d.due_at <= now() AND (d.type = 'ping' OR w.state IN ('active', 'failing'))
  ORDER BY w.failing_since IS NOT NULL, d.due_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED)
UPDATE delivery d SET due_at = now() + $2, attempts = attempts + 1 FROM due, webhook w
WHERE d.delivery_id = due.delivery_id AND w.webhook_id = d.webhook_id
RETURNING d.delivery_id, d.webhook_id, d.type, d.body, d.attempts, w.url, w.sealed_secret, now() - d.queued_at AS age
"""
HOLD = "SELECT true FROM webhook WHERE webhook_id = $1 FOR NO KEY UPDATE"
ATTEMPTED = "INSERT INTO attempt (delivery_id, status, error, milliseconds) VALUES ($1, $2, $3, $4)"
END = "UPDATE delivery SET state = $2, ended_at = now() WHERE delivery_id = $1 AND ended_at IS NULL"
DELAY = "UPDATE delivery SET due_at = now() + $2 WHERE delivery_id = $1 AND ended_at IS NULL"
HEARD = """
UPDATE webhook SET state = 'active', failing_since = NULL,
  state_since = CASE state WHEN 'active' THEN state_since ELSE now() END
WHERE webhook_id = $1 AND url = $2
"""
NOT_HEARD = """
UPDATE webhook w SET failing_since = coalesce(w.failing_since, now()), state = will.be,
  state_since = CASE w.state WHEN will.be THEN w.state_since ELSE now() END
FROM (
  SELECT webhook_id, CASE WHEN $3 THEN 'gone' WHEN state = 'active' AND failing_since < now() - $4::interval
                          THEN 'failing' ELSE state END AS be
  FROM webhook WHERE webhook_id = $1 AND url = $2) will
WHERE w.webhook_id = will.webhook_id
"""
END_ALL = """
UPDATE delivery SET state = 'given-up', ended_at = now()
WHERE ended_at IS NULL AND webhook_id = (SELECT webhook_id FROM webhook WHERE webhook_id = $1 AND state = 'gone')
"""
DELIVERIES = """
SELECT d.delivery_id, d.type, d.about, d.state, d.queued_at, d.due_at, d.ended_at, coalesce((
  SELECT json_agg(json_build_object('at', a.at, 'status', a.status, 'error', a.error, 'milliseconds', a.milliseconds)
                  ORDER BY a.at) FROM attempt a WHERE a.delivery_id = d.delivery_id), '[]') AS attempts
FROM delivery d WHERE d.webhook_id = $1
  AND ($2::uuid IS NULL OR (d.queued_at, d.delivery_id) < (
    SELECT queued_at, delivery_id FROM delivery WHERE webhook_id = $1 AND delivery_id = $2))
ORDER BY d.queued_at DESC, d.delivery_id DESC LIMIT $3
"""
FORGET = "DELETE FROM delivery WHERE ended_at < now() - $1::interval"
FORGET_PINGS = "DELETE FROM webhook_ping WHERE at < now() - $1::interval"
REMOVE = """
DELETE FROM webhook WHERE state = 'unverified' AND state_since < now() - $1::interval
  OR state IN ('failing', 'gone') AND state_since < now() - $2::interval
RETURNING webhook_id
"""


async def add(
    tx: Connection, webhook_id: UUID, at: Address, description: str | None, sealed_secret: bytes, token_hash: bytes
) -> None:
    """Keep a webhook that has not answered yet."""
    await tx.execute(ADD, webhook_id, at.url, at.host, description, sealed_secret, token_hash)


async def hold_host(tx: Connection, host: str) -> None:
    """Let nobody else count a host's webhooks and pings until the transaction ends."""
    await tx.execute(HOLD_HOST, host)


async def count_others(tx: Connection, host: str, webhook_id: UUID) -> int:
    """How many webhooks a host has beside this one."""
    found: int = await tx.fetchval(COUNT, host, webhook_id)
    return found


async def get(connection: Connection | Pool, webhook_id: UUID, token_hash: bytes) -> asyncpg.Record | None:
    """A webhook, for who has its token."""
    return await connection.fetchrow(GET, webhook_id, token_hash)


async def set_address(tx: Connection, webhook_id: UUID, at: Address) -> None:
    """Give a webhook another address, that must answer a ping first."""
    await tx.execute(SET_ADDRESS, webhook_id, at.url, at.host)


async def set_secret(tx: Connection, webhook_id: UUID, sealed_secret: bytes) -> None:
    """Give a webhook another secret."""
    await tx.execute(RENEW, webhook_id, sealed_secret)


async def delete(tx: Connection | Pool, webhook_id: UUID) -> None:
    """Forget a webhook, and all that was said to it."""
    await tx.execute(DELETE, webhook_id)


async def pings(tx: Connection, webhook_id: UUID, host: str, within: timedelta) -> Sequence[asyncpg.Record]:
    """A webhook's pings and those to a host, also of webhooks that are removed: own, of_host, age."""
    return list(await tx.fetch(PINGS, webhook_id, host, within))


async def pinged(tx: Connection, webhook_id: UUID, host: str) -> None:
    """Note a ping."""
    await tx.execute(PINGED, webhook_id, host)


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


async def hold(tx: Connection, webhook_id: UUID) -> bool:
    """Lock a webhook before its deliveries, as its removal does; false when it is removed."""
    return await tx.fetchval(HOLD, webhook_id) is not None


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


async def not_heard(tx: Connection, webhook_id: UUID, url: str, give_up_after: timedelta, *, gone: bool) -> None:
    """An address did not answer; after a time of that, or when it says that it is gone, no more is queued for it."""
    await tx.execute(NOT_HEARD, webhook_id, url, gone, give_up_after)
    await tx.execute(END_ALL, webhook_id)


async def deliveries(
    connection: Connection | Pool, webhook_id: UUID, after: UUID | None, most: int
) -> Sequence[asyncpg.Record]:
    """Deliveries with their attempts, the newest first; `after`: those before this one."""
    return list(await connection.fetch(DELIVERIES, webhook_id, after, most))


async def forget(pool: Pool, *, ended: timedelta, pinged: timedelta) -> None:
    """Forget deliveries that ended, and pings that went, longer ago than this."""
    await pool.execute(FORGET, ended)
    await pool.execute(FORGET_PINGS, pinged)


async def remove_silent(pool: Pool, *, unverified: timedelta, silent: timedelta) -> list[UUID]:
    """Remove webhooks that for so long have never answered, or have failed or been gone; gives their ids."""
    return [row["webhook_id"] for row in await pool.fetch(REMOVE, unverified, silent)]
