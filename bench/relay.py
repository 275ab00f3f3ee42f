"""Events a second that the relay takes from a backlog to Kafka, against a bare aiokafka producer sending the same.

The bare producer has the messages in memory and the same settings. Ours reads them from PostgreSQL, sends them in
order, and marks each as sent, durably, when Kafka has confirmed it.
"""

import asyncio
import time
from typing import Any

import asyncpg
import orjson
import uvloop
from aiokafka import AIOKafkaProducer

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import load_register, new_database, new_topics, parts
from deploy.stack.kafka import KafkaServer
from services.kernel.database import Pool, open_pool
from services.kernel.relay import LARGEST_BATCH, Relay
from tests.integration.kernel.helpers import running

BACKLOG, ROUNDS = 100_000, 5
LOOK_SECONDS = 0.02

MULTIPLY = """
INSERT INTO outbox (id, topic, partition, key, headers, body, epoch)
SELECT gen_random_uuid(), topic, partition, key, headers, body, epoch FROM outbox
WHERE position <= $1 LIMIT greatest(0, $2 - (SELECT count(*) FROM outbox))
"""
UNSEND = "INSERT INTO outbox_unsent SELECT position FROM outbox ORDER BY position"
STILL_UNSENT = "SELECT EXISTS (SELECT FROM outbox_unsent WHERE position = $1)"
MESSAGES = "SELECT topic, partition, key, headers, body FROM outbox ORDER BY position"


async def fill(pool: Pool) -> int:
    """Let real events lie in the outbox, as many as are wanted, none unsent; gives the last one's position."""
    real = await pool.fetchval("SELECT max(position) FROM outbox")
    while await pool.execute(MULTIPLY, real, BACKLOG) != "INSERT 0 0":
        pass
    await pool.execute("TRUNCATE outbox_unsent")
    await pool.execute("VACUUM ANALYZE outbox")
    last: int = await pool.fetchval("SELECT max(position) FROM outbox")
    return last


async def relayed(pool: Pool, last: int) -> float:
    """Events a second from the backlog's commit until the last one is marked. A relay is running."""
    await pool.execute(UNSEND)
    began = time.perf_counter()
    while await pool.fetchval(STILL_UNSENT, last):
        await asyncio.sleep(LOOK_SECONDS)
    return BACKLOG / (time.perf_counter() - began)


async def sent_bare(kafka: KafkaServer, prefix: str, messages: list[asyncpg.Record]) -> float:
    """Events a second from the first send until Kafka has confirmed all."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap, enable_idempotence=True, acks="all", max_batch_size=LARGEST_BATCH,
        compression_type="lz4",
    )  # fmt: skip
    await producer.start()
    began = time.perf_counter()
    try:
        waiting = [await producer.send(**message_of(prefix, row)) for row in messages]
        await asyncio.gather(*waiting)
        return len(messages) / (time.perf_counter() - began)
    finally:
        await producer.stop()


def message_of(prefix: str, row: asyncpg.Record) -> dict[str, Any]:
    """What aiokafka's producer is given."""
    headers = [(name, value.encode()) for name, value in orjson.loads(row["headers"]).items()]
    return {"topic": prefix + row["topic"], "value": row["body"], "key": row["key"].encode(),
            "partition": row["partition"], "headers": headers}  # fmt: skip


async def main() -> None:
    """Measure."""
    with parts() as started:
        server, kafka = started.postgres(), await asyncio.to_thread(started.kafka)
        url = new_database(server, "registry")
        load_register(url, started.folder / "data", 1)
        ours_to, bare_to = await new_topics(kafka), await new_topics(kafka)
        async with open_pool(url) as pool:
            last = await fill(pool)
            messages = await pool.fetch(MESSAGES)
            async with running(Relay(pool, url, kafka.bootstrap, topic_prefix=ours_to)):
                await relayed(pool, last)
                await sent_bare(kafka, bare_to, messages)
                found = await in_turns(ROUNDS, lambda: relayed(pool, last), lambda: sent_bare(kafka, bare_to, messages))
        show("Relay: a backlog against a bare producer that has it in memory",
             [Figure(f"{BACKLOG:,} events", "events/s", *found, Aim(least=0.5))])  # fmt: skip


if __name__ == "__main__":
    uvloop.run(main())
