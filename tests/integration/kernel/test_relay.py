"""The relay: nothing lost, in order per key, one at a time."""

import asyncio
import time
from collections import defaultdict
from typing import Any

from services.kernel.database import transaction
from services.kernel.envelope import partition_of, seal
from services.kernel.outbox import append_to_partition
from services.kernel.relay import LEADER_LOCK, TAKE, Relay
from tests.integration.kernel.conftest import Place
from tests.integration.kernel.helpers import (
    TOPIC,
    ThingMoved,
    connected,
    moved,
    records,
    running,
    unsent,
    until,
    worker,
    write,
)

THINGS = 20


def relay(place: Place) -> Relay:
    return Relay(place.pool, place.url, place.bootstrap, topic_prefix=place.prefix, batch=200)


async def all_sent(place: Place) -> bool:
    return await unsent(place.pool) == 0


async def sent_records(place: Place) -> list[Any]:
    return await records(place.bootstrap, place.prefix + TOPIC)


def first_occurrences(found: list[Any]) -> dict[str, list[int]]:
    """The numbers of each key in the order in which they first came."""
    per_key: dict[str, list[int]] = defaultdict(list)
    for record in found:
        number = ThingMoved.model_validate_json(record.value).number
        if number not in per_key[record.key.decode()]:
            per_key[record.key.decode()].append(number)
    return per_key


async def write_many(place: Place, count: int, first: int = 0) -> None:
    for start in range(first, first + count, 500):
        numbers = range(start, min(start + 500, first + count))
        await write(place.pool, *(moved(f"thing-{n % THINGS}", n) for n in numbers))


def expected(count: int) -> dict[str, list[int]]:
    return {f"thing-{t}": list(range(t, count, THINGS)) for t in range(THINGS)}


async def test_events_of_a_key_arrive_in_the_order_of_commit_on_the_partition_that_kafka_itself_would_choose(
    place: Place,
) -> None:
    await write_many(place, 3000)

    async with running(relay(place)):
        await until(lambda: all_sent(place))

    found = await sent_records(place)
    assert len(found) == 3000
    assert first_occurrences(found) == expected(3000)
    assert all(record.partition == partition_of(record.key.decode(), TOPIC.partitions) for record in found)


async def test_an_event_for_a_named_partition_goes_there(place: Place) -> None:
    async with transaction(place.pool) as tx:
        for partition in range(TOPIC.partitions):
            event = ThingMoved(thing="marker", number=partition)
            await append_to_partition(tx, seal(event, source="tests"), partition)

    async with running(relay(place)):
        await until(lambda: all_sent(place))

    found = {r.partition: ThingMoved.model_validate_json(r.value).number for r in await sent_records(place)}
    assert found == {0: 0, 1: 1, 2: 2}


async def test_a_commit_wakes_a_sleeping_relay_at_once(place: Place) -> None:
    async with running(relay(place)):
        await write(place.pool, moved("first", 1))
        await until(lambda: all_sent(place))
        await asyncio.sleep(1.5)  # until it sleeps: what it does when nothing happens is what is measured

        began = time.monotonic()
        await write(place.pool, moved("second", 2))
        await until(lambda: all_sent(place))

    assert time.monotonic() - began < 0.5


async def test_only_one_relay_leads_and_the_other_takes_over_when_it_dies(place: Place) -> None:
    async with worker("relay", place.url, place.bootstrap, place.prefix) as first:
        await first.says("relay-leads")
        async with running(relay(place)):
            await write(place.pool, moved("thing", 1))
            await until(lambda: all_sent(place))
            onlooker = await connected(place.url)
            assert not await onlooker.fetchval(TAKE, LEADER_LOCK)
            await onlooker.close()

            await first.kill()
            await write(place.pool, moved("thing", 2))
            await until(lambda: all_sent(place))

    assert first_occurrences(await sent_records(place)) == {"thing": [1, 2]}


async def test_a_relay_killed_while_it_sends_loses_nothing_and_keeps_the_order(place: Place) -> None:
    await write_many(place, 20_000)

    async with worker("relay", place.url, place.bootstrap, place.prefix) as killed:
        await until(lambda: some_sent(place))
        await killed.kill()
    left = await unsent(place.pool)
    async with running(relay(place)):
        await until(lambda: all_sent(place))

    assert left > 0, "it was killed too late"
    assert first_occurrences(await sent_records(place)) == expected(20_000)


async def some_sent(place: Place) -> bool:
    return await unsent(place.pool) < 20_000


async def test_a_relay_killed_between_confirmation_and_mark_sends_copies_and_nothing_is_lost(place: Place) -> None:
    await write_many(place, 1000)

    async with worker("relay-never-marks", place.url, place.bootstrap, place.prefix) as killed:
        await killed.says("confirmed")
        await killed.kill()
    async with running(relay(place)):
        await until(lambda: all_sent(place))

    found = await sent_records(place)
    assert len(found) > 1000, "copies were to be expected"
    assert first_occurrences(found) == expected(1000)


async def test_a_lost_database_connection_ends_the_lead_and_it_is_taken_again(place: Place) -> None:
    async with running(relay(place)):
        await write(place.pool, moved("thing", 1))
        await until(lambda: all_sent(place))

        await place.pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1", LEADER_LOCK
        )
        await write(place.pool, moved("thing", 2))
        await until(lambda: all_sent(place))

    assert first_occurrences(await sent_records(place)) == {"thing": [1, 2]}
