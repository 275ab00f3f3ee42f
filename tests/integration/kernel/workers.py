"""Processes that the tests kill: `python -m tests.integration.kernel.workers KIND ARGUMENTS`."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog
from fastapi import FastAPI

from services.kernel.consumer import Bound, Consumer
from services.kernel.database import Connection, open_pool
from services.kernel.envelope import Envelope, read
from services.kernel.relay import Relay
from services.kernel.service import database_check, run
from services.kernel.settings import ServiceSettings
from services.kernel.telemetry import configure, span, traceparent
from tests.integration.kernel.helpers import TOPIC, Ledger, ThingMoved


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - the test reads it


class RelayThatNeverMarks(Relay):
    """Sends a round, has it confirmed, and stands still before it marks it."""

    async def _mark(self, _connection: Connection, positions: list[int]) -> None:
        if positions:
            say("confirmed")
            await asyncio.Event().wait()


class ConsumerThatNeverCommits(Consumer):
    """Commits to its database, and stands still before it commits the offset."""

    async def _take(self, bound: Bound, records: Sequence[Any]) -> None:
        await super()._take(bound, records)
        say("worked")
        await asyncio.Event().wait()


async def stand_still(tx: Connection, envelope: Envelope) -> None:
    await Ledger().handle(tx, envelope)
    say(f"working {read(envelope, ThingMoved).number}")
    await asyncio.Event().wait()


async def relay(kind: type[Relay], url: str, bootstrap: str, prefix: str) -> None:
    async with open_pool(url) as pool:
        say("starts")
        await kind(pool, url, bootstrap, topic_prefix=prefix, batch=200).run(asyncio.Event())


async def consumer(kind: type[Consumer], url: str, bootstrap: str, prefix: str) -> None:
    async with open_pool(url) as pool:
        hearing = kind(bootstrap, "ledger", prefix, pool)
        hearing.on(TOPIC, stand_still if kind is Consumer else Ledger().handle)
        await hearing.run(asyncio.Event())


class Slow:
    """A job that ends when it is told to."""

    name = "slow-job"

    async def run(self, stop: asyncio.Event) -> None:
        say("job runs")
        await stop.wait()
        say("job ended")


async def service(url: str, port: str) -> None:
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> str:
        say("request began")
        await asyncio.sleep(1)
        say("request ended")
        return "finished"

    settings = ServiceSettings(database_url=url, http_port=int(port))
    async with open_pool(url) as pool:
        await run(app, settings=settings, jobs=[Slow()], ready=[database_check(pool)])
    say("stopped")


async def traced(endpoint: str) -> None:
    settings = ServiceSettings(database_url="", http_port=1, otlp_endpoint=endpoint or None)
    configure("traced", settings)
    with span("click"):
        structlog.get_logger().info("clicked", email="karin@example.org", traced=traceparent())


KINDS: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    "relay": lambda *a: relay(Relay, *a),
    "relay-never-marks": lambda *a: relay(RelayThatNeverMarks, *a),
    "consumer-stands-still": lambda *a: consumer(Consumer, *a),
    "consumer-never-commits": lambda *a: consumer(ConsumerThatNeverCommits, *a),
    "service": service,
    "traced": traced,
}

if __name__ == "__main__":
    asyncio.run(KINDS[sys.argv[1]](*sys.argv[2:]))
