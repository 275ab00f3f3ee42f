"""Forget everything that was heard, and hear it anew from Kafka: what is public is a function of the events alone."""

import time
from collections.abc import Callable

from services.kernel.consumer import Consumer
from services.kernel.database import Pool, transaction
from services.kernel.rereading import Read, is_heard, read_again
from services.publication.store import rebuilding

TELL_SECONDS = 2.0


class IsRunningError(Exception):
    """The service is running, and would hear at the same time."""


class Teller:
    """Tells how far it is, how fast, and how long it will take; not more often than people read."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say, self.began, self.told = say, time.monotonic(), 0.0

    def __call__(self, events: int, total: int) -> None:
        """Tell, if it is time to."""
        now = time.monotonic()
        if now - self.told < TELL_SECONDS and events < total:
            return
        self.told = now
        rate = events / max(now - self.began, 0.001)
        left = (total - events) / max(rate, 1)
        self.say(f"{events:,} of {total:,} events, {rate:,.0f} a second, {left:,.0f} s left")


async def refuse_running(consumer: Consumer) -> None:
    """Raise IsRunningError where the service runs: nothing is taken away under it."""
    if await is_heard(consumer):
        raise IsRunningError("Publication is running. Stop it, rebuild, and start it again.")


async def run(pool: Pool, consumer: Consumer, teller: Teller) -> Read:
    """Forget and hear. Raises IsRunningError. Until it has ended the service does not start."""
    await refuse_running(consumer)
    async with transaction(pool) as tx:
        await rebuilding.forget(tx, consumer.group)
    read = await read_again(consumer, teller)
    await rebuilding.end(pool)
    return read
