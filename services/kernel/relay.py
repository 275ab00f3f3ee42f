"""Sends what the outbox holds, in order: one relay at a time, marking only what the broker has confirmed.

A crash between sending and marking repeats events and never loses one. No transaction is open while Kafka is awaited.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from services.kernel import idempotency
from services.kernel.database import Connection, Pool
from services.kernel.outbox import AWAKE_LOCK
from services.kernel.service import wait_for
from services.kernel.telemetry import OUTBOX_AGE, OUTBOX_SENT, OUTBOX_UNSENT

log = structlog.get_logger(__name__)

LEADER_LOCK = 1_871_001
POLL_SECONDS = 1.0
LINGER_SECONDS = 0.01
BUSY = 4
"""Events in one go. Fewer, and a NOTIFY by each writer costs less than looking all the time, and is sooner."""
SWEEP_SECONDS = 3600.0
MEASURE_SECONDS, CARE_SECONDS = 5.0, 3.0
LARGEST_BATCH = 900_000
"""Bytes. The broker takes 1 MiB in one batch (message.max.bytes)."""

TAKE = "SELECT pg_try_advisory_lock($1)"
LET_GO = "SELECT pg_advisory_unlock($1)"
UNSENT = """
SELECT position, topic, partition, key, headers, body FROM outbox WHERE position = ANY(ARRAY(
  SELECT position FROM outbox_unsent WHERE position <> ALL($1::bigint[]) ORDER BY position LIMIT $2
)) ORDER BY position
"""
MARK_SENT = "DELETE FROM outbox_unsent WHERE position = ANY($1::bigint[])"
BACKLOG = """
SELECT (SELECT count(*) FROM outbox_unsent) AS unsent, coalesce(extract(epoch FROM now() - (
  SELECT written_at FROM outbox WHERE position = (SELECT min(position) FROM outbox_unsent)
)), 0)::float8 AS age
"""
SWEEP = """
DELETE FROM outbox WHERE written_at < now() - interval '7 days'
AND (epoch IS NULL OR epoch IN (SELECT epoch FROM outbox_closed_epoch))
AND position NOT IN (SELECT position FROM outbox_unsent)
"""


@dataclass(slots=True)
class Round:
    """What is sent together: one batch a partition, each in the outbox's order."""

    positions: list[int]
    batches: dict[tuple[str, int], BatchBuilder]


class Relay:
    """A job: takes the lead when it is free, then sends until it is told to stop or something breaks."""

    name = "relay"

    def __init__(self, pool: Pool, url: str, bootstrap: str, *, topic_prefix: str = "", batch: int = 2000) -> None:
        self.pool, self.url, self.bootstrap, self.topic_prefix, self.batch = pool, url, bootstrap, topic_prefix, batch

    async def run(self, stop: asyncio.Event) -> None:
        """Lead and send. Raises when PostgreSQL or Kafka goes away: the caller starts it again."""
        connection: Connection = await asyncpg.connect(self.url, command_timeout=60)
        try:
            if await self._leads(connection, stop):
                await self._lead(connection, stop)
        finally:
            connection.terminate()

    async def _leads(self, connection: Connection, stop: asyncio.Event) -> bool:
        """Wait for the lead. A session lock: PostgreSQL frees it when the leader's connection ends, however it ends.

        Tried anew each second: a blocked lock statement would hold a snapshot, and with it vacuum.
        """
        while not stop.is_set():
            if await connection.fetchval(TAKE, LEADER_LOCK):
                log.info("relay-leads")
                return True
            await wait_for(stop, POLL_SECONDS)
        return False

    async def _lead(self, connection: Connection, stop: asyncio.Event) -> None:
        wake = asyncio.Event()
        await connection.add_listener("outbox", lambda *_: wake.set())
        connection.add_termination_listener(lambda *_: wake.set())
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            enable_idempotence=True,
            acks="all",
            max_batch_size=LARGEST_BATCH,
            compression_type="lz4",
            request_timeout_ms=15_000,
        )
        done = asyncio.Event()
        caring = asyncio.create_task(self._care(done))
        try:
            await producer.start()
            await self._send_until(connection, producer, stop, wake)
        except KafkaError as error:
            raise ConnectionError(f"Kafka is away: {error!r}") from error
        finally:
            done.set()
            await _closed(producer)
            # Not cancelled at once: a statement that is cut off may leave its session in a transaction.
            with suppress(TimeoutError):
                await asyncio.wait_for(caring, CARE_SECONDS)

    async def _send_until(
        self, connection: Connection, producer: AIOKafkaProducer, stop: asyncio.Event, wake: asyncio.Event
    ) -> None:
        """Send all there is, and sleep until woken; but stay awake for a second after many events came at once.

        A writer that finds the relay awake does not notify. So an awake relay looks every few milliseconds, and looks
        once more when it has let go of the lock.
        """
        loop = asyncio.get_running_loop()
        awake, until = False, 0.0
        while not stop.is_set():
            wake.clear()
            if await self._drain(connection, producer, stop) >= BUSY:
                until = loop.time() + POLL_SECONDS
            if loop.time() < until:
                awake = awake or await connection.fetchval(TAKE, AWAKE_LOCK)
                await wait_for(stop, LINGER_SECONDS, wake)
            elif awake:
                awake = not await connection.fetchval(LET_GO, AWAKE_LOCK)
            else:
                await wait_for(stop, POLL_SECONDS, wake)

    async def _drain(self, connection: Connection, producer: AIOKafkaProducer, stop: asyncio.Event) -> int:
        """Send until nothing is unsent. While a round is on its way, the one before is marked and the next is read.

        A round is sent only when the one before is confirmed: a failed one cannot be overtaken. And each read sees all
        that is committed, not only what lies behind the last position: a marker cannot overtake its day.
        """
        count, done = 0, list[int]()
        current = await self._read(connection, producer, [])
        while current.positions and not stop.is_set():
            sending = asyncio.gather(*[_send(producer, place, batch) for place, batch in current.batches.items()])
            try:
                await self._mark(connection, done)
                following = await self._read(connection, producer, current.positions)
            finally:
                await sending
            count, done, current = count + len(current.positions), current.positions, following
        await self._mark(connection, done)
        return count

    async def _read(self, connection: Connection, producer: AIOKafkaProducer, under_way: Sequence[int]) -> Round:
        found = Round([], {})
        for row in await connection.fetch(UNSENT, under_way, self.batch):
            place = (self.topic_prefix + row["topic"], row["partition"])
            if place not in found.batches:
                found.batches[place] = producer.create_batch()
            headers = [(name, value.encode()) for name, value in orjson.loads(row["headers"]).items()]
            if not _append(found.batches[place], row, headers):
                break  # the batch is full: the rest is the next round's
            found.positions.append(row["position"])
        return found

    async def _mark(self, connection: Connection, positions: list[int]) -> None:
        if positions:
            await connection.execute(MARK_SENT, positions)
            OUTBOX_SENT.inc(len(positions))

    async def _care(self, done: asyncio.Event) -> None:
        """Measure the backlog, and sweep what is sent and counted."""
        swept = -SWEEP_SECONDS
        loop = asyncio.get_running_loop()
        while not done.is_set():
            try:
                row = await self.pool.fetchrow(BACKLOG)
                if row:
                    OUTBOX_UNSENT.set(row["unsent"])
                    OUTBOX_AGE.set(row["age"])
                if loop.time() - swept > SWEEP_SECONDS:
                    await self.pool.execute(SWEEP)
                    await idempotency.sweep(self.pool)
                    swept = loop.time()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("outbox-not-measured", reason=repr(error))
            await wait_for(done, MEASURE_SECONDS)


def _append(batch: BatchBuilder, row: asyncpg.Record, headers: list[tuple[str, bytes]]) -> bool:
    added = batch.append(key=row["key"].encode(), value=row["body"], timestamp=None, headers=headers)
    return added is not None


async def _send(producer: AIOKafkaProducer, place: tuple[str, int], batch: BatchBuilder) -> Any:
    batch.close()
    return await (await producer.send_batch(batch, place[0], partition=place[1]))


async def _closed(producer: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producer.stop(), timeout=5)
    except (TimeoutError, KafkaError) as error:
        log.warning("producer-not-closed", reason=repr(error))
