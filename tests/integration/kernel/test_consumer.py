"""The consumer: each event once, nothing lost, and no event that stops those behind it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from deploy.stack.kafka import KafkaServer
from services.kernel.consumer import Consumer
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read, text_headers, to_headers
from services.kernel.relay import Relay
from services.kernel.telemetry import span, traceparent
from tests.integration.kernel.conftest import Place
from tests.integration.kernel.helpers import (
    TOPIC,
    Ledger,
    ThingMoved,
    handled,
    moved,
    new_prefix,
    note,
    records,
    running,
    until,
    worker,
    write,
)

BATCH = pytest.mark.parametrize("batch", [False, True], ids=["one-by-one", "in-batches"])


def consumer(place: Place, ledger: Ledger, *, batch: bool = False) -> Consumer:
    made = Consumer(place.bootstrap, "ledger", place.prefix, place.pool)
    made.on(TOPIC, ledger.handle, batch=batch)
    return made


async def send(place: Place, *envelopes: Envelope) -> None:
    """Send to Kafka without a relay."""
    producer = AIOKafkaProducer(bootstrap_servers=place.bootstrap)
    await producer.start()
    for e in envelopes:
        headers = [(name, text.encode()) for name, text in to_headers(e).items()]
        topic, key = place.prefix + e.topic, e.key.encode()
        await producer.send_and_wait(topic, e.data, key=key, partition=e.partition, headers=headers)
    await producer.stop()


async def has(place: Place, *numbers: int) -> bool:
    return set(numbers) <= set(await handled(place.pool))


async def offset(place: Place) -> int:
    """How far the group has come, over all partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=place.bootstrap)
    await admin.start()
    found = await admin.list_consumer_group_offsets(place.prefix + "ledger")
    await admin.close()
    return sum(at.offset for partition, at in found.items())


@BATCH
async def test_an_event_that_comes_twice_is_handled_once(place: Place, *, batch: bool) -> None:
    first, last = moved("thing", 1), moved("thing", 2)
    await send(place, first, first, last)

    async with running(consumer(place, Ledger(), batch=batch)):
        await until(lambda: has(place, 2))

    assert await handled(place.pool) == [1, 2]


async def test_a_new_group_hears_what_was_said_before_it(place: Place) -> None:
    await send(place, moved("thing", 1))

    async with running(consumer(place, Ledger())):
        await until(lambda: has(place, 1))


@pytest.mark.parametrize(
    ("kind", "word", "handled_before"),
    [("consumer-stands-still", "working", []), ("consumer-never-commits", "worked", [1])],
    ids=["before-the-commit", "between-commit-and-offset"],
)
async def test_a_consumer_that_is_killed_loses_nothing_and_repeats_nothing(
    place: Place, kind: str, word: str, handled_before: list[int]
) -> None:
    await send(place, moved("thing", 1), moved("thing", 2))

    async with worker(kind, place.url, place.bootstrap, place.prefix) as killed:
        await killed.says(word)
        await killed.kill()
    assert (await handled(place.pool))[:1] == handled_before
    async with running(consumer(place, Ledger())):
        await until(lambda: has(place, 1, 2))

    assert await handled(place.pool) == [1, 2]


async def test_the_offset_is_committed_after_the_work(place: Place) -> None:
    ledger = Ledger()
    seen_while_working: list[int] = []

    async def handle(tx: Connection, envelope: Envelope) -> None:
        seen_while_working.append(await offset(place))
        await ledger.handle(tx, envelope)

    await send(place, moved("thing", 1))
    hearing = Consumer(place.bootstrap, "ledger", place.prefix, place.pool)
    hearing.on(TOPIC, handle)

    async with running(hearing):
        await until(lambda: came_to(place, 1))

    assert seen_while_working == [0]


async def came_to(place: Place, expected: int) -> bool:
    return await offset(place) == expected


@BATCH
async def test_an_event_that_fails_is_tried_again_in_place_before_those_behind_it(place: Place, *, batch: bool) -> None:
    ledger = Ledger()
    ledger.refused = {2}
    await send(place, moved("thing", 1), moved("thing", 2), moved("thing", 3))

    async with running(consumer(place, ledger, batch=batch)):
        await until(lambda: tried(ledger, 2, times=3))
        ledger.refused.clear()
        await until(lambda: has(place, 1, 2, 3))

    assert await handled(place.pool) == [1, 2, 3]


async def tried(ledger: Ledger, number: int, times: int) -> bool:
    return ledger.attempts.count(number) >= times


@BATCH
async def test_a_poison_event_is_put_aside_with_its_reason_and_can_be_replayed(place: Place, *, batch: bool) -> None:
    ledger = Ledger()
    ledger.refused = {2}
    await send(place, moved("thing", 1), moved("thing", 2), moved("thing", 3))
    hearing = consumer(place, ledger, batch=batch)

    async with running(hearing):
        await until(lambda: has(place, 1, 3))

    (letter,) = await records(place.bootstrap, hearing.dead_letters.topic, 1)
    headers = text_headers(letter.headers)
    assert headers["dl_reason"] == "RuntimeError: refused 2"
    assert headers["dl_topic"] == place.prefix + TOPIC
    assert headers["ce_type"] == "thing.moved.v1"
    assert ThingMoved.model_validate_json(letter.value).number == 2

    assert (await hearing.replay()).failed == 1
    ledger.refused.clear()
    assert (await hearing.replay()).handled == 1
    assert await handled(place.pool) == [1, 3, 2]
    assert (await hearing.replay()).handled == 0


async def test_a_record_that_is_no_event_is_put_aside_at_once(place: Place) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=place.bootstrap)
    await producer.start()
    await producer.send_and_wait(place.prefix + TOPIC, b"what?", partition=0)
    await producer.stop()
    malformed = moved("thing", 1)
    object.__setattr__(malformed, "data", b'{"thing": 7}')
    await send(place, malformed, moved("thing", 2))
    hearing = consumer(place, Ledger())

    async with running(hearing):
        await until(lambda: has(place, 2))
        await until(lambda: letters(hearing, 2))


async def letters(hearing: Consumer, expected: int) -> bool:
    return len(await records(hearing.bootstrap, hearing.dead_letters.topic, 1)) == expected


async def test_a_database_that_is_away_makes_no_dead_letters(place: Place) -> None:
    failures = iter([OSError("away")] * 7)

    async def handle(tx: Connection, envelope: Envelope) -> None:
        if error := next(failures, None):
            raise error
        await note(tx, read(envelope, ThingMoved))

    hearing = Consumer(place.bootstrap, "ledger", place.prefix, place.pool)
    hearing.on(TOPIC, handle)
    await send(place, moved("thing", 1))

    async with running(hearing):
        await until(lambda: has(place, 1))
        assert await letters(hearing, 0)


async def test_a_batch_comes_in_one_transaction_with_its_places(place: Place) -> None:
    seen: list[tuple[int | None, int | None]] = []

    async def handle(tx: Connection, envelopes: list[Envelope]) -> None:
        seen.extend((envelope.partition, envelope.offset) for envelope in envelopes)
        await Ledger().handle_all(tx, envelopes)

    hearing = Consumer(place.bootstrap, "ledger", place.prefix, place.pool)
    hearing.on_batch(TOPIC, handle)
    await send(place, *(moved("thing", n) for n in range(5)))

    async with running(hearing):
        await until(lambda: has(place, *range(5)))

    assert [at for _, at in seen] == [0, 1, 2, 3, 4]
    assert await place.pool.fetchval("SELECT count(DISTINCT xmin::text) FROM ledger") < 5


async def test_a_rebalance_in_the_middle_repeats_nothing_and_loses_nothing(place: Place) -> None:
    numbers = range(600)
    await send(place, *(moved(f"thing-{n % 30}", n) for n in numbers))

    async with running(consumer(place, Ledger())):
        await until(lambda: some(place))
        async with running(consumer(place, Ledger())):
            await until(lambda: has(place, *numbers))

    assert sorted(await handled(place.pool)) == list(numbers)


async def some(place: Place) -> bool:
    return len(await handled(place.pool)) > 50


@BATCH
async def test_a_trace_goes_from_the_writer_through_kafka_to_the_handler(place: Place, *, batch: bool) -> None:
    trace.set_tracer_provider(TracerProvider())
    heard: dict[int, str | None] = {}

    async def handle(tx: Connection, envelope: Envelope) -> None:
        event = read(envelope, ThingMoved)
        heard[event.number] = traceparent()
        await note(tx, event)

    hearing = Consumer(place.bootstrap, "ledger", place.prefix, place.pool)
    hearing.on(TOPIC, handle, batch=batch)
    said: dict[int, str | None] = {}
    for number in (1, 2):
        with span("click"):
            said[number] = traceparent()
            await write(place.pool, moved("thing", number))

    relay = Relay(place.pool, place.url, place.bootstrap, topic_prefix=place.prefix)
    async with running(hearing, relay):
        await until(lambda: has(place, 1, 2))

    assert [trace_of(heard[n]) for n in (1, 2)] == [trace_of(said[n]) for n in (1, 2)]
    assert trace_of(said[1]) != trace_of(said[2])
    assert heard[1] != said[1], "the consumer's span is a child, not the same"


def trace_of(parent: str | None) -> str:
    assert parent
    return parent.split("-")[1]


async def test_two_handlers_for_one_topic_are_refused(place: Place) -> None:
    hearing = consumer(place, Ledger())

    with pytest.raises(ValueError, match="has a handler already"):
        hearing.on(TOPIC, Ledger().handle)


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker that may be killed."""
    server = KafkaServer(tmp_path / "kafka")
    server.start()
    yield server
    server.stop()


@pytest.mark.faults
async def test_after_the_broker_is_killed_under_load_all_goes_on_and_each_event_is_handled_once(
    place: Place, own_kafka: KafkaServer
) -> None:
    prefix = await new_prefix(own_kafka)
    here = Place(place.url, place.pool, own_kafka.bootstrap, prefix)
    hearing = Consumer(own_kafka.bootstrap, "ledger", prefix, place.pool, stalled_after=8)
    hearing.on(TOPIC, Ledger().handle, batch=True)
    relay = Relay(place.pool, place.url, own_kafka.bootstrap, topic_prefix=prefix)
    written = 0

    async with running(hearing, relay):
        for burst in range(4):
            if burst == 1:
                own_kafka.kill()
            if burst == 2:
                await asyncio.to_thread(own_kafka.start)
            await write(place.pool, *(moved(f"thing-{n % 9}", n) for n in range(written, written + 500)))
            written += 500
            if burst == 0:
                await until(lambda: some(here))
        await until(lambda: has(here, *range(written)), 120)

    assert sorted(await handled(place.pool)) == list(range(written))
