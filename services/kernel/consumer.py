"""Handlers bound to topics in one way only: the effect and the inbox commit together; then, and only then, the offset.

FastStream's defaults acknowledge first and begin at the end of the topic; here it is set otherwise, once. An event that
fails is tried again in place, then put aside with its reason, and its partition moves on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

from services.kernel import inbox
from services.kernel.database import Connection, Pool, is_transient, transaction
from services.kernel.dead_letters import DeadLetters, reason
from services.kernel.envelope import Envelope, NotAnEventError, from_record, text_headers
from services.kernel.service import Backoff, wait_for
from services.kernel.telemetry import CONSUMED, CONSUMER_LAG, CONSUMER_RESTARTS, span

Handler = Callable[[Connection, Envelope], Awaitable[None]]
BatchHandler = Callable[[Connection, list[Envelope]], Awaitable[None]]

UNREADABLE = (NotAnEventError, ValidationError)
"""Put aside at once: it will not read better later."""
ATTEMPTS = 5
"""For any other error."""
WATCH_SECONDS = 5.0
COMMIT_SECONDS = 30.0
POLL_MILLISECONDS = 1000


class StoppingError(Exception):
    """The service stops while an event is being tried again; it is heard again after the next start."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A handler; `together`: how many events it takes in one transaction."""

    handle: BatchHandler
    together: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the dead letters; those that failed again lie at the end of the dead letters again."""

    handled: int
    failed: int


class Consumer:
    """A job: hears the topics of one group and hands each event to its topic's handler, once."""

    name = "consumer"

    def __init__(  # what a group is made of
        self,
        bootstrap: str,
        group: str,
        topic_prefix: str,
        pool: Pool,
        logger: Any = None,
        *,
        stalled_after: float = 60.0,
        most: int = 500,
    ) -> None:
        self.bootstrap, self.prefix, self.pool = bootstrap, topic_prefix, pool
        self.group = topic_prefix + group
        self.dead_letters = DeadLetters(bootstrap, f"{self.group}.dead-letters")
        self.log = logger or structlog.get_logger(__name__)
        self.stalled_after, self.most = stalled_after, most
        self.trouble: str | None = "not yet connected"
        self.bound: dict[str, Bound] = {}
        self._stop = asyncio.Event()
        self._working = False
        self._broken: str | None = None

    def on(self, topic: str, handler: Handler, *, batch: bool = False) -> None:
        """Give each event of a topic to a handler, in one transaction with its inbox row.

        With `batch`, all events of one poll share a transaction (one at a time again where that fails).
        """

        async def each(tx: Connection, envelopes: list[Envelope]) -> None:
            for envelope in envelopes:
                with span(envelope.type, envelope.traceparent, kind=SpanKind.CONSUMER, event=str(envelope.id)):
                    await handler(tx, envelope)

        self._bind(topic, Bound(each, self.most if batch else 1))

    def on_batch(self, topic: str, handler: BatchHandler) -> None:
        """Give the new events of one poll to a handler, in one transaction (one at a time where that fails)."""

        async def all_of(tx: Connection, envelopes: list[Envelope]) -> None:
            others = [envelope.traceparent for envelope in envelopes[1:]]
            with span("events", envelopes[0].traceparent, kind=SpanKind.CONSUMER, links=others):
                await handler(tx, envelopes)

        self._bind(topic, Bound(all_of, self.most))

    def _bind(self, topic: str, bound: Bound) -> None:
        if self.prefix + topic in self.bound:
            raise ValueError(f"{topic} has a handler already: two in one group would halve the events")
        self.bound[self.prefix + topic] = bound

    async def run(self, stop: asyncio.Event) -> None:
        """Hear until told to stop. Raises when Kafka goes away: the caller starts it again."""
        self._stop = stop
        try:
            await self._wait_for_topics()
            while not stop.is_set():
                await self._hear()
        except KafkaError as error:
            raise ConnectionError(f"Kafka is away: {error!r}") from error
        finally:
            self.trouble = "not connected"

    async def replay(self) -> Replayed:
        """Handle the dead letters again. One that fails again goes to the end of the dead letters."""
        handled = failed = 0
        await self._wait_for_topics()
        async with self.dead_letters, self.dead_letters.waiting() as letters:
            async for record in letters:
                topic = text_headers(record.headers)["dl_topic"]
                try:
                    await self.work(self.bound[topic], [replace(from_record(record), topic=topic)])
                except Exception as error:  # noqa: BLE001 - whatever it is, the letter stays a dead letter
                    await self.dead_letters.put(record, error, 1)
                    failed += 1
                else:
                    handled += 1
        return Replayed(handled, failed)

    async def _wait_for_topics(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            while missing := set(self.bound) - set(await admin.list_topics()):
                self.log.warning("waits-for-topics", missing=sorted(missing))
                await wait_for(self._stop, 1)
                if self._stop.is_set():
                    return
            await self.dead_letters.ensure_topic(admin, like=next(iter(self.bound)))
        finally:
            await admin.close()

    async def _hear(self) -> None:
        """Subscribe, and go on until told to stop or until the subscription has to be made anew."""
        broker = KafkaBroker(self.bootstrap, logger=None, graceful_timeout=10.0)
        self._broken = None
        async with self.dead_letters:
            self._subscribe(broker)
            try:
                await broker.start()
                self.trouble = None
                await self._watch()
            finally:
                await self._end(broker)

    def _subscribe(self, broker: KafkaBroker) -> None:
        subscriber = broker.subscriber(
            *self.bound, group_id=self.group, batch=True, ack_policy=AckPolicy.MANUAL, auto_offset_reset="earliest",
            decoder=_undecoded,
        )  # fmt: skip
        # FastStream's own sleeps after an empty poll for as long as that took: events wait, or we never rest.
        subscriber.get_msg = self._next  # type: ignore[method-assign]

        @subscriber
        async def receive(message: KafkaMessage) -> None:
            if self._broken or self._stop.is_set():
                return  # what an earlier batch left undone must not be acknowledged by this one
            try:
                await self._take_all(message)
            except Exception as error:  # noqa: BLE001 - whatever it is, the events are heard again from the offset
                self._broken = reason(error)

    async def _next(self, consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
        """Whatever has come, as soon as it comes; nothing after a while, so that an end is seen."""
        found = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=self.most)
        return tuple(chain.from_iterable(found.values()))

    async def _take_all(self, message: KafkaMessage) -> None:
        records = message.raw_message
        assert isinstance(records, tuple)  # noqa: S101 - batch=True
        self._working = True
        try:
            for topic, part in groupby(records, key=lambda record: record.topic):
                await self._take(self.bound[topic], list(part))
        finally:
            self._working = False
        await asyncio.wait_for(message.ack(), COMMIT_SECONDS)

    async def _take(self, bound: Bound, records: Sequence[Any]) -> None:
        """Handle the records of one topic; each is handled or put aside when this returns."""
        for start in range(0, len(records), bound.together):
            part = records[start : start + bound.together]
            if not (len(part) > 1 and await self._together(bound, part)):
                for record in part:
                    await self._one(bound, record)
            CONSUMED.labels(part[0].topic).inc(len(part))

    async def _together(self, bound: Bound, records: Sequence[Any]) -> bool:
        try:
            await self.work(bound, [from_record(record) for record in records])
        except Exception as error:  # noqa: BLE001 - whatever it is, the single events will tell
            self.log.info("batch-failed", events=len(records), reason=reason(error))
            return False
        return True

    async def _one(self, bound: Bound, record: Any) -> None:
        """Handle one event: again and again while the surroundings fail, a few times when it fails itself."""
        attempt, backoff = 1, Backoff(longest=5.0)
        while not self._stop.is_set():
            try:
                return await self.work(bound, [from_record(record)])
            except Exception as error:  # noqa: BLE001 - one place decides what each kind means
                if is_transient(error):
                    self.trouble = f"cannot work: {reason(error)}"
                elif attempt == ATTEMPTS or isinstance(error, UNREADABLE):
                    return await self.dead_letters.put(record, error, attempt)
                else:
                    attempt += 1
                place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
                self.log.warning("event-failed", **place, attempt=attempt, reason=reason(error))
            await wait_for(self._stop, backoff.next())
        raise StoppingError

    async def work(self, bound: Bound, envelopes: list[Envelope]) -> None:
        """Handle events in one transaction with their inbox rows; those that were handled before are passed over."""
        async with transaction(self.pool) as tx:
            if fresh := await inbox.new_ones(tx, self.group, envelopes):
                await bound.handle(tx, fresh)
        self.trouble = None

    async def _watch(self) -> None:
        """Measure the lag, and return when told to stop or when nothing moves though there is something to read.

        A broker's restart or a rebalance can leave aiokafka's consumer alive and idle for good (aiokafka #1154,
        faststream #1414). Other connections than the consumer's own are asked, for that one may be what is stuck.
        """
        probe = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        loop = asyncio.get_running_loop()
        seen, moved_at = dict[str, int](), loop.time()
        try:
            await probe.start()
            await admin.start()
            while not self._stop.is_set() and self._broken is None:
                offsets, lag = await self._progress(probe, admin)
                if lag == 0 or offsets != seen or self._working:
                    seen, moved_at = offsets, loop.time()
                if loop.time() - moved_at > self.stalled_after:
                    self._broken = f"{lag} events to read, and nothing is read"
                await wait_for(self._stop, WATCH_SECONDS)
        finally:
            await probe.stop()
            await admin.close()

    async def _progress(self, probe: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> tuple[dict[str, int], int]:
        """Where the group stands, and how many events it has before it."""
        topics = await admin.describe_topics(list(self.bound))
        ends = await probe.end_offsets(
            [TopicPartition(t["topic"], p["partition"]) for t in topics for p in t["partitions"]]
        )
        committed = await admin.list_consumer_group_offsets(self.group)
        offsets, lags = dict[str, int](), dict.fromkeys(self.bound, 0)
        for partition, end in ends.items():
            at = committed[partition].offset if partition in committed else 0
            offsets[str(partition)] = max(at, 0)
            lags[partition.topic] += end - max(at, 0)
        for topic, lag in lags.items():
            CONSUMER_LAG.labels(topic).set(lag)
        return offsets, sum(lags.values())

    async def _end(self, broker: KafkaBroker) -> None:
        if self._broken:
            CONSUMER_RESTARTS.inc()
            self.log.warning("consumer-made-anew", group=self.group, reason=self._broken)
        try:
            await asyncio.wait_for(broker.stop(), COMMIT_SECONDS)
        except (TimeoutError, KafkaError) as error:
            self.log.warning("consumer-not-closed", group=self.group, reason=repr(error))


async def _undecoded(message: KafkaMessage) -> Any:
    return message.body
