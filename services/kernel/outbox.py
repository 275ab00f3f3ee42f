"""Events written in the caller's transaction; the relay sends them after its commit."""

import asyncpg
from aiokafka.partitioner import murmur2

from services.kernel.database import Connection
from services.kernel.envelope import Envelope, to_headers

INSERT = """
WITH written AS (
  INSERT INTO outbox (id, topic, partition, key, headers, body, epoch)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::jsonb[], $6::bytea[], $7::text[])
  RETURNING 1)
SELECT count(*), pg_notify('outbox', '') FROM written
"""
COUNTS = "SELECT partition, count(*) FROM outbox WHERE epoch = $1 GROUP BY partition"

Placed = tuple[Envelope, int]


def partition_of(key: str, partitions: int) -> int:
    """Where Kafka's own partitioner puts a key, so that the partition is known before it is sent."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


async def append(tx: Connection, *envelopes: Envelope, partitions: int) -> None:
    """Write events in the caller's transaction; each goes to its key's partition. Never commits."""
    await append_placed(tx, [(e, partition_of(e.key, partitions)) for e in envelopes])


async def append_placed(tx: Connection, placed: list[Placed]) -> None:
    """Write events to named partitions, in the order given. One statement, which also wakes the relay."""
    if not placed:
        return
    rows = [(e.id, e.topic, partition, e.key, to_headers(e), e.data, e.epoch) for e, partition in placed]
    await tx.fetch(INSERT, *map(list, zip(*rows, strict=True)))


async def counts(tx: Connection, epoch: str) -> dict[int, int]:
    """How many events of an epoch stand on each partition; a partition without any is absent."""
    rows: list[asyncpg.Record] = await tx.fetch(COUNTS, epoch)
    return {row["partition"]: row["count"] for row in rows}
