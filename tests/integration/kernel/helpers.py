"""What the kernel's tests share: a thing's events, jobs that run for a while, a look into a topic."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.stack.kafka import KafkaServer, create_topics
from services.contracts.event import Event, TopicName
from services.kernel.database import Connection, Pool, transaction
from services.kernel.envelope import Envelope, read, seal
from services.kernel.outbox import append
from services.kernel.service import Health, Job, keep_running

ROOT = Path(__file__).parents[3]
TOPIC = TopicName("things.events", partitions=3)


class ThingMoved(Event, type="thing.moved", version=1, topic=TOPIC, key="thing"):
    """An event that means nothing, for testing the kernel alone."""

    thing: str
    number: int
    day: str | None = None

    def epoch(self) -> str | None:
        return self.day


def moved(thing: str, number: int, **more: Any) -> Envelope:
    return seal(ThingMoved(thing=thing, number=number, **more), source="tests")


async def new_prefix(kafka: KafkaServer) -> str:
    """A topic of its own for a test."""
    prefix = f"k{uuid4().hex[:8]}-"
    await create_topics(kafka.bootstrap, {prefix + TOPIC: (TOPIC.partitions, {})})
    return prefix


async def write(pool: Pool, *envelopes: Envelope) -> None:
    async with transaction(pool) as tx:
        await append(tx, *envelopes)


@asynccontextmanager
async def running(*jobs: Job) -> AsyncIterator[None]:
    """Run jobs as a service does: started again when they fail, told to stop at the end."""
    stop = asyncio.Event()
    health = Health(jobs, (), stop)
    tasks = [asyncio.create_task(keep_running(job, stop, health)) for job in jobs]
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 30)


async def until(condition: Callable[[], Awaitable[object]], seconds: float = 60) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for is in a database, a topic
            await asyncio.sleep(0.02)


async def records(bootstrap: str, topic: str, partitions_of_topic: int = TOPIC.partitions) -> list[Any]:
    """All that a topic holds now, in order per partition."""
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await reader.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(partitions_of_topic)]
        reader.assign(partitions)
        await reader.seek_to_beginning(*partitions)
        found = []
        for partition, end in (await reader.end_offsets(partitions)).items():
            while await reader.position(partition) < end:
                found.append(await reader.getone(partition))
        return found
    finally:
        await reader.stop()


class Ledger:
    """A handler that writes each event it handles into a table, as a service would."""

    def __init__(self) -> None:
        self.refused: set[int] = set()
        self.attempts: list[int] = []

    async def handle(self, tx: Connection, envelope: Envelope) -> None:
        event = read(envelope, ThingMoved)
        self.attempts.append(event.number)
        if event.number in self.refused:
            raise RuntimeError(f"refused {event.number}")
        await note(tx, event)

    async def handle_all(self, tx: Connection, envelopes: list[Envelope]) -> None:
        for envelope in envelopes:
            await self.handle(tx, envelope)


async def make_ledger(pool: Pool) -> None:
    await pool.execute("CREATE TABLE ledger (place bigserial, thing text, number int)")


async def note(tx: Connection, event: ThingMoved) -> None:
    await tx.execute("INSERT INTO ledger (thing, number) VALUES ($1, $2)", event.thing, event.number)


async def handled(pool: Pool) -> list[int]:
    return [row["number"] for row in await pool.fetch("SELECT number FROM ledger ORDER BY place")]


async def unsent(pool: Pool) -> int:
    count: int = await pool.fetchval("SELECT count(*) FROM outbox_unsent")
    return count


class Worker:
    """A process of its own that runs one of `workers.py`, to be killed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def says(self, word: str, seconds: float = 40) -> None:
        """Wait until it prints a line with a word."""
        assert self.process.stdout
        async with asyncio.timeout(seconds):
            while line := await self.process.stdout.readline():
                if word in line.decode():
                    return
        raise AssertionError(f"it ended without saying {word!r}")

    async def all_it_says(self) -> str:
        """Wait until it ends."""
        said, _ = await self.process.communicate()
        assert self.process.returncode == 0
        return said.decode()

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def worker(kind: str, *arguments: str) -> AsyncIterator[Worker]:
    command = [sys.executable, "-m", "tests.integration.kernel.workers", kind, *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Worker(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def connected(url: str) -> Connection:
    connection: Connection = await asyncpg.connect(url)
    return connection
