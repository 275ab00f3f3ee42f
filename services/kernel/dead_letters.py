"""Events that could not be handled: put aside with the reason, and handled again when someone asks for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pydantic import ValidationError

from services.kernel.envelope import text_headers
from services.kernel.telemetry import DEAD_LETTERS

log = structlog.get_logger(__name__)

LONGEST_REASON = 500


class DeadLetters:
    """A group's dead letters: one topic, one partition, kept for ever. The producer is made when it is first needed."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.bootstrap, self.topic = bootstrap, topic
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._producer:
            await self._producer.stop()
            self._producer = None

    async def put(self, record: Any, error: Exception, attempts: int) -> None:
        """Put a record aside, whole, with the reason. Waits for Kafka's answer: what is put aside is not lost."""
        if self._producer is None:
            producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, enable_idempotence=True, acks="all")
            await producer.start()
            self._producer = producer
        headers = {name: value for name, value in record.headers if not name.startswith("dl_")}
        origin = text_headers((name, value) for name, value in record.headers if name.startswith("dl_"))
        why = {
            "dl_reason": reason(error),
            "dl_topic": origin.get("dl_topic", record.topic),
            "dl_partition": origin.get("dl_partition", str(record.partition)),
            "dl_offset": origin.get("dl_offset", str(record.offset)),
            "dl_attempts": str(attempts),
            "dl_at": datetime.now(UTC).isoformat(),
        }
        told = [*headers.items(), *((name, text.encode()) for name, text in why.items())]
        await self._producer.send_and_wait(self.topic, record.value, key=record.key, headers=told)
        DEAD_LETTERS.labels(record.topic).inc()
        log.error("dead-letter", topic=record.topic, partition=record.partition, offset=record.offset, **why)

    async def ensure_topic(self, admin: AIOKafkaAdminClient, like: str) -> None:
        """Make the topic where it is not there yet, with as many replicas as another one has."""
        if self.topic in await admin.list_topics():
            return
        (model,) = await admin.describe_topics([like])
        replicas = len(model["partitions"][0]["replicas"])
        await admin.create_topics([NewTopic(self.topic, 1, replicas, topic_configs={"retention.ms": "-1"})])

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[AsyncIterator[Any]]:
        """Give those that lie there now and were not replayed before; asking for the next one takes the last."""
        reader = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            group_id=f"{self.topic}.replay",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        partition = TopicPartition(self.topic, 0)
        reader.assign([partition])
        await reader.start()
        try:
            end = (await reader.end_offsets([partition]))[partition]
            yield _up_to(reader, partition, end)
        finally:
            await reader.stop()


def reason(error: Exception) -> str:
    """What went wrong, in one line without the data: pydantic's own text repeats what it was given."""
    if isinstance(error, ValidationError):
        places = [f"{'/'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors(include_input=False)]
        return f"does not fit {error.title}: {', '.join(places)}"[:LONGEST_REASON]
    return f"{type(error).__name__}: {error}"[:LONGEST_REASON]


async def _up_to(reader: AIOKafkaConsumer, partition: TopicPartition, end: int) -> AsyncIterator[Any]:
    while await reader.position(partition) < end:
        yield await reader.getone(partition)
        await reader.commit()
