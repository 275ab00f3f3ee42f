"""Events written in the caller's transaction; the relay sends them after its commit."""

from dataclasses import replace

import asyncpg
import orjson

from services.kernel.database import Connection
from services.kernel.envelope import Envelope, to_headers

LARGEST_BODY = 700_000
"""Bytes. Kafka takes a million in one batch; an event that no broker takes must not reach the relay."""

INSERT = """
WITH written AS (
  INSERT INTO outbox (id, topic, partition, key, headers, body, epoch)
  SELECT id, topic, partition, key, headers, body, epoch
  FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::bytea[], $7::text[])
       WITH ORDINALITY AS event (id, topic, partition, key, headers, body, epoch, place)
  ORDER BY place
  RETURNING position),
unsent AS (INSERT INTO outbox_unsent (position) SELECT position FROM written)
SELECT CASE WHEN pg_try_advisory_lock_shared($8)
  THEN CASE WHEN pg_advisory_unlock_shared($8) THEN pg_notify('outbox', '') END END
"""
# A commit with a NOTIFY waits for all others that have one (PostgreSQL holds a lock over the whole server). So the
# relay is only woken when it sleeps: awake, it holds this lock alone, and here it is not held but only tried.
AWAKE_LOCK = 1_871_002
COUNT_AND_CLOSE = """
WITH closed AS (INSERT INTO outbox_closed_epoch (epoch) VALUES ($1) ON CONFLICT DO NOTHING)
SELECT partition, count(*) FROM outbox WHERE epoch = $1 GROUP BY partition
"""


class TooLargeError(ValueError):
    """An event that Kafka would refuse."""


async def append(tx: Connection, *envelopes: Envelope) -> None:
    """Write events in the caller's transaction, in the order given. Never commits; one round trip."""
    if not envelopes:
        return
    rows = [_row(envelope) for envelope in envelopes]
    await tx.fetch(INSERT, *map(list, zip(*rows, strict=True)), AWAKE_LOCK)


async def append_to_partition(tx: Connection, envelope: Envelope, partition: int) -> None:
    """Write an event to one named partition, whatever its key."""
    await append(tx, replace(envelope, partition=partition))


async def counts(tx: Connection, epoch: str) -> dict[int, int]:
    """How many events of an epoch stand on each partition; a partition without any is absent.

    Counting is the last that happens to an epoch: from then on its rows may be swept.
    """
    rows: list[asyncpg.Record] = await tx.fetch(COUNT_AND_CLOSE, epoch)
    return {row["partition"]: row["count"] for row in rows}


def _row(envelope: Envelope) -> tuple[object, ...]:
    if len(envelope.data) > LARGEST_BODY:
        raise TooLargeError(f"{envelope.type} {envelope.key}: {len(envelope.data)} bytes")
    headers = orjson.dumps(to_headers(envelope)).decode()
    return (
        envelope.id,
        envelope.topic,
        envelope.partition,
        envelope.key,
        headers,
        envelope.data,
        envelope.epoch,
    )
