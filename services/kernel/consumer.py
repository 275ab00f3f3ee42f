"""Handlers bound to topics in one way only: the effect and the inbox commit together; then, and only then, the offset.

FastStream's defaults would acknowledge first and begin at the end of the topic (design/parts-and-traps.md, trap 1): they
are set here, once. An event that fails is tried again in place, then put aside with its reason, and its partition moves on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from services.kernel import inbox
from services.kernel.database import Connection, Pool, transaction
from services.kernel.envelope import Envelope, from_record, to_headers
from services.kernel.relay import wait_for
from services.kernel.telemetry import CONSUMED, CONSUMER_LAG, DEAD_LETTERS, span

log = structlog.get_logger()

Handler = Callable[[Connection, list[Envelope]], Awaitable[None]]

TRANSIENT = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError,
             asyncpg.TransactionRollbackError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError,
             asyncpg.TooManyConnectionsError, asyncpg.DiskFullError)  # fmt: skip
ATTEMPTS = 5
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0
WATCH_SECONDS = 5.0
STALLED_AFTER = 60.0


class StalledError(Exception):
    """There is something to read and nothing is read: the consumer has to be made anew."""


class Consumer:
    """A job: reads one topic for one group. `handle` gets new events of one batch, inside one transaction."""

    def __init__(
        self, pool: Pool, bootstrap: str, *, topic: str, group: str, handle: Handler, prefix: str = "", most: int = 500
    ) -> None:
        self.name = f"consumer {topic}"
        self.pool, self.bootstrap, self.handle, self.most = pool, bootstrap, handle, most
        self.topic, self.group = prefix + topic, prefix + group
        self.dead_letters = f"{self.group}.dead-letters"
        self.progress = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Read until told to stop. Raises when Kafka goes away or reading stalls: the caller starts it again."""
        broker = KafkaBroker(self.bootstrap, logger=None, enable_idempotence=True, acks="all")
        subscriber = broker.subscriber(
            self.topic,
            group_id=self.group,
            batch=True,
            max_records=self.most,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            decoder=_as_it_is,
        )
        subscriber(self._receiver(broker))
        try:
            await broker.start()
            await self._watch(subscriber.consumer, stop)
        finally:
            await asyncio.shield(broker.stop())

    def _receiver(self, broker: KafkaBroker) -> Callable[..., Awaitable[None]]:
        async def receive(_body: Any, message: KafkaMessage) -> None:
            records = message.raw_message
            await self._take(broker, list(records) if isinstance(records, tuple) else [records])
            await message.ack()

        return receive

    async def _take(self, broker: KafkaBroker, records: list[Any]) -> None:
        """Handle a batch in one transaction; where that fails, one event at a time."""
        envelopes = [e for e in [await self._readable(broker, record) for record in records] if e]
        try:
            await self._work(envelopes)
        except Exception as error:  # noqa: BLE001 - whatever it is, the single events will tell
            log.warning("batch_failed", topic=self.topic, events=len(envelopes), error=repr(error))
            for envelope in envelopes:
                await self._work_or_put_aside(broker, envelope)
        self.progress += len(records)
        CONSUMED.labels(self.topic).inc(len(records))

    async def _readable(self, broker: KafkaBroker, record: Any) -> Envelope | None:
        try:
            return from_record(record)
        except (KeyError, ValueError) as error:
            await self._put_aside(broker, record.value or b"", record.key, dict(record.headers), error)
            return None

    async def _work(self, envelopes: Sequence[Envelope]) -> None:
        if not envelopes:
            return
        with span(f"consume {self.topic}", envelopes[0].trace, events=len(envelopes)):
            async with transaction(self.pool) as tx:
                fresh = await inbox.new_ones(tx, self.group, envelopes)
                if fresh:
                    await self.handle(tx, fresh)

    async def _work_or_put_aside(self, broker: KafkaBroker, envelope: Envelope) -> None:
        attempt, pause = 0, FIRST_PAUSE
        while True:
            try:
                return await self._work([envelope])
            except TRANSIENT as error:
                log.warning("waits_for_database", event_id=str(envelope.id), error=repr(error))
            except Exception as error:
                attempt += 1
                log.exception("event_failed", event_id=str(envelope.id), type=envelope.type, attempt=attempt)
                if attempt == ATTEMPTS:
                    return await self._put_aside_envelope(broker, envelope, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _put_aside_envelope(self, broker: KafkaBroker, envelope: Envelope, error: Exception) -> None:
        headers = {name: value.encode() for name, value in to_headers(envelope).items()}
        await self._put_aside(broker, envelope.data, envelope.key.encode(), headers, error)

    async def _put_aside(
        self, broker: KafkaBroker, value: bytes, key: bytes | None, headers: dict[str, bytes], error: Exception
    ) -> None:
        """Send to the dead letters, with the reason. Waits for Kafka's answer: what is put aside is not lost."""
        DEAD_LETTERS.labels(self.topic).inc()
        reason = {"dead-letter-reason": repr(error)[:500], "dead-letter-topic": self.topic}
        texts = {name: text.decode(errors="replace") for name, text in headers.items()}
        await broker.publish(value, topic=self.dead_letters, key=key, headers=texts | reason)

    async def _watch(self, consumer: AIOKafkaConsumer | None, stop: asyncio.Event) -> None:
        """Measure the lag; raise StalledError when it stands still (aio-libs/aiokafka #1154)."""
        loop = asyncio.get_running_loop()
        seen, moved_at = self.progress, loop.time()
        while not stop.is_set() and consumer:
            lag = await self._lag(consumer)
            if lag == 0 or self.progress != seen:
                seen, moved_at = self.progress, loop.time()
            if loop.time() - moved_at > STALLED_AFTER:
                raise StalledError(self.topic)
            await wait_for(stop, WATCH_SECONDS)

    async def _lag(self, consumer: AIOKafkaConsumer) -> int:
        """Events not yet committed, over the partitions that this process has."""
        total = 0
        ends = await consumer.end_offsets(list(consumer.assignment()))
        for partition, end in ends.items():
            behind = end - (await consumer.committed(partition) or 0)
            CONSUMER_LAG.labels(self.topic, partition.partition).set(behind)
            total += behind
        return total

    async def replay(self) -> tuple[int, int]:
        """Handle the dead letters again. Returns how many were handled and how many failed again (they stay)."""
        done = failed = 0
        reader = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            group_id=f"{self.group}.replay",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        await reader.start()
        try:
            partitions = [
                TopicPartition(self.dead_letters, p) for p in reader.partitions_for_topic(self.dead_letters) or ()
            ]
            reader.assign(partitions)
            for partition, end in (await reader.end_offsets(partitions)).items():
                while await reader.position(partition) < end:
                    record = await reader.getone(partition)
                    if await self._again(record):
                        done += 1
                    else:
                        failed += 1
            if not failed:
                await reader.commit()
        finally:
            await reader.stop()
        return done, failed

    async def _again(self, record: Any) -> bool:
        try:
            await self._work([from_record(record)])
        except Exception:
            log.exception("replay_failed", offset=record.offset)
            return False
        return True


async def _as_it_is(message: KafkaMessage) -> Any:
    return message.body
