"""Rebuilding publication from Kafka alone, events a second, against a bare aiokafka consumer reading the same topic."""

import asyncio
import sys
import time

import uvloop
from aiokafka import AIOKafkaConsumer

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import Parts, copy_of, load_register, new_database, new_topics, parts, register
from bench.relay import MESSAGES, sent_bare
from deploy.stack.kafka import KafkaServer
from services.contracts.registry import TOPIC
from services.kernel.database import open_pool
from services.publication.commands import rebuild
from services.publication.consumers import consumer
from services.publication.settings import PublicationSettings
from services.registry.commands.register_day import close_due_days

TIMES, ROUNDS, BATCH = 10, 3, 2000


async def said(started: Parts, kafka: KafkaServer, prefix: str, times: int) -> int:
    """Have a register of a size, and its closed day, said in Kafka; gives the number of events."""
    url = new_database(started.postgres(), "registry")
    load_register(url, started.folder / "data", times)
    async with open_pool(url, size=2) as pool:
        await close_due_days(register(url, pool))
        messages = [row for row in await pool.fetch(MESSAGES) if row["topic"] == TOPIC]
    await sent_bare(kafka, prefix, messages)
    return len(messages)


async def read_bare(kafka: KafkaServer, topic: str, events: int) -> float:
    """Events a second from the first poll until the last one is there."""
    reader = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka.bootstrap, group_id=None, auto_offset_reset="earliest",
        fetch_max_bytes=64 * 1024 * 1024, max_partition_fetch_bytes=8 * 1024 * 1024,
    )  # fmt: skip
    await reader.start()
    began, left = time.perf_counter(), events
    try:
        while left > 0:
            found = await reader.getmany(timeout_ms=1000, max_records=BATCH)
            left -= sum(map(len, found.values()))
        return events / (time.perf_counter() - began)
    finally:
        await reader.stop()


async def main(times: int) -> None:
    """Measure."""
    with parts() as started:
        kafka = await asyncio.to_thread(started.kafka)
        prefix = await new_topics(kafka)
        events = await said(started, kafka, prefix, times)
        new_database(started.postgres(), "publication")

        async def ours() -> float:
            settings = PublicationSettings(
                database_url=copy_of(started.postgres(), "publication"), kafka_bootstrap=kafka.bootstrap,
                topic_prefix=prefix, snapshot_dir=started.folder / "snapshots",
            )  # fmt: skip
            async with open_pool(settings.database_url) as pool:
                began = time.perf_counter()
                read = await rebuild.run(pool, consumer(settings, pool), rebuild.Teller(lambda _: None))
                assert (read.events, read.failed) == (events, 0), read
                return events / (time.perf_counter() - began)

        async def baseline() -> float:
            return await read_bare(kafka, f"{prefix}{TOPIC}", events)

        found = await in_turns(ROUNDS, ours, baseline)
    show(f"Publication rebuilt from Kafka, against a bare consumer ({events:,} events)", [
        Figure("events from an empty database on", "events/s", *found, Aim(least=0.3)),
    ])  # fmt: skip


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if sys.argv[1:] else TIMES))
