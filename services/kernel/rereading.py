"""Reading topics anew from their beginning to where they end now, outside any group."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from services.kernel.consumer import Consumer
from services.kernel.database import is_transient
from services.kernel.dead_letters import reason
from services.kernel.envelope import from_record

POLL_MILLISECONDS, WAIT_SECONDS = 1000, 0.5
MOST = 2000
MEMBERS = 5
"""Their place in a group's description."""
Progress = Callable[[int, int], None]
"""Told (events read, events in all) after each batch."""


@dataclass(frozen=True, slots=True)
class Read:
    """How many events were read, and how many could not be handled: those are among the dead letters already."""

    events: int
    failed: int


async def is_heard(consumer: Consumer) -> bool:
    """Whether some process is hearing as the consumer's group now."""
    admin = AIOKafkaAdminClient(bootstrap_servers=consumer.bootstrap)
    await admin.start()
    try:
        (answer,) = await _described(admin, consumer.group)
        return any(group[MEMBERS] for group in answer.groups)
    finally:
        await admin.close()


async def _described(admin: AIOKafkaAdminClient, group: str) -> list[Any]:
    """A broker that has never had a group makes room for one when it is first asked."""
    while True:
        with suppress(GroupCoordinatorNotAvailableError):
            found: list[Any] = await admin.describe_consumer_groups([group])
            return found
        await asyncio.sleep(WAIT_SECONDS)


async def read_again(consumer: Consumer, progress: Progress) -> Read:
    """Give every event of the consumer's topics to its handlers, each partition in its order."""
    reader = AIOKafkaConsumer(
        *consumer.bound, bootstrap_servers=consumer.bootstrap, group_id=None, auto_offset_reset="earliest",
        fetch_max_bytes=64 * 1024 * 1024, max_partition_fetch_bytes=8 * 1024 * 1024,
    )  # fmt: skip
    await reader.start()
    try:
        return await _read(reader, consumer, progress)
    finally:
        await reader.stop()


async def _read(reader: AIOKafkaConsumer, consumer: Consumer, progress: Progress) -> Read:
    places = sorted(reader.assignment())
    begins, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
    total, events, failed = sum(ends[place] - begins[place] for place in places), 0, 0
    while behind := [place for place in places if await reader.position(place) < ends[place]]:
        found = await reader.getmany(*behind, timeout_ms=POLL_MILLISECONDS, max_records=MOST)
        for place, records in found.items():
            failed += await _hear(consumer, place.topic, records)
            events += len(records)
        progress(events, total)
    return Read(events, failed)


async def _hear(consumer: Consumer, topic: str, records: Sequence[Any]) -> int:
    """Handle records together, or one by one; gives how many failed."""
    try:
        await consumer.work(consumer.bound[topic], [from_record(record) for record in records])
    except Exception as error:
        if is_transient(error):
            raise
        if len(records) == 1:
            consumer.log.warning("event-failed", topic=topic, offset=records[0].offset, reason=reason(error))
            return 1
        return sum([await _hear(consumer, topic, [record]) for record in records])
    return 0
