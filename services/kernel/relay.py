"""Sends what the outbox holds, in order: one relay at a time, marking only what the broker has confirmed.

A crash between sending and marking repeats events and never loses one. No transaction is open while Kafka is waited for.
"""

import asyncio
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.kernel.database import prepare_connection
from services.kernel.telemetry import OUTBOX_SENT, OUTBOX_UNSENT_AGE

log = structlog.get_logger()

LEADER_LOCK = 7_021_001
POLL_SECONDS = 1.0
BATCH = 1000

TAKE_LEAD = "SELECT pg_try_advisory_lock($1)"
UNSENT_IN_ORDER = """
SELECT position, topic, partition, key, headers, body FROM outbox
WHERE sent_at IS NULL AND position > $1 ORDER BY position LIMIT $2
"""
MARK_SENT = "UPDATE outbox SET sent_at = now() WHERE position = ANY($1) AND sent_at IS NULL"
UNSENT_AGE = "SELECT coalesce(extract(epoch FROM now() - min(written_at)), 0)::float FROM outbox WHERE sent_at IS NULL"
PRUNE = "DELETE FROM outbox WHERE sent_at < now() - interval '30 days'"


class Relay:
    """A job: takes the lead when it is free, then sends until told to stop or until something breaks."""

    name = "relay"

    def __init__(self, url: str, bootstrap: str, *, topic_prefix: str = "", batch: int = BATCH) -> None:
        self.url, self.bootstrap, self.topic_prefix, self.batch = url, bootstrap, topic_prefix, batch

    async def run(self, stop: asyncio.Event) -> None:
        """Lead and send. Raises when PostgreSQL or Kafka goes away: the caller starts it again."""
        connection = await asyncpg.connect(self.url)
        try:
            await prepare_connection(connection)
            if await self._lead(connection, stop):
                await self._send_until(connection, stop)
        finally:
            await asyncio.shield(connection.close(timeout=2))

    async def _lead(self, connection: asyncpg.Connection, stop: asyncio.Event) -> bool:
        """Wait for the lead. A session lock: PostgreSQL frees it when the leader's connection ends, however it ends."""
        while not stop.is_set():
            if await connection.fetchval(TAKE_LEAD, LEADER_LOCK):
                log.info("relay_leads")
                return True
            await wait_for(stop, POLL_SECONDS)
        return False

    async def _send_until(self, connection: asyncpg.Connection, stop: asyncio.Event) -> None:
        wake = asyncio.Event()
        await connection.add_listener("outbox", lambda *_: wake.set())
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=262_144,
            request_timeout_ms=15_000,
        )
        await producer.start()
        try:
            while not stop.is_set():
                wake.clear()
                await self._drain(connection, producer, stop)
                await self._measure(connection)
                await wait_for(stop, POLL_SECONDS, wake)
        finally:
            await asyncio.shield(producer.stop())

    async def _drain(self, connection: asyncpg.Connection, producer: AIOKafkaProducer, stop: asyncio.Event) -> None:
        """Send all that is unsent. While one batch is on its way, the next is read."""
        sending: tuple[list[int], asyncio.Future[Any]] | None = None
        last = 0
        while True:
            rows = [] if stop.is_set() else await connection.fetch(UNSENT_IN_ORDER, last, self.batch)
            acknowledgements = [await self._send(producer, row) for row in rows]
            if sending:
                await self._confirm(connection, *sending)
            if not rows:
                return
            last = rows[-1]["position"]
            sending = ([row["position"] for row in rows], asyncio.gather(*acknowledgements))

    async def _send(self, producer: AIOKafkaProducer, row: asyncpg.Record) -> asyncio.Future[Any]:
        headers = [(name, value.encode()) for name, value in row["headers"].items()]
        return await producer.send(
            self.topic_prefix + row["topic"],
            row["body"],
            key=row["key"].encode(),
            partition=row["partition"],
            headers=headers,
        )

    async def _confirm(
        self, connection: asyncpg.Connection, positions: list[int], acknowledged: asyncio.Future[Any]
    ) -> None:
        try:
            await acknowledged
        except KafkaError as error:
            raise ConnectionError("Kafka did not confirm a batch; it is sent again") from error
        await connection.execute(MARK_SENT, positions)
        OUTBOX_SENT.inc(len(positions))

    async def _measure(self, connection: asyncpg.Connection) -> None:
        OUTBOX_UNSENT_AGE.set(await connection.fetchval(UNSENT_AGE))


async def wait_for(stop: asyncio.Event, seconds: float, wake: asyncio.Event | None = None) -> None:
    """Wait until stopped or woken, `seconds` at most."""
    waits = [asyncio.ensure_future(event.wait()) for event in (stop, wake) if event]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
