"""A build's threads end before what they write to is removed."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.publication.build.threads import Threads

TURNS = 100
"""Of the event loop: more than any answer needs to get through it."""


class Works:
    """Something that goes on until it may end, beside something that goes wrong."""

    def __init__(self) -> None:
        self.began, self.may_end, self.has_ended = threading.Event(), threading.Event(), False

    def goes_on(self) -> None:
        self.began.set()
        self.may_end.wait()
        self.has_ended = True

    def goes_wrong(self) -> None:
        self.began.wait()
        raise OSError("the disk is full")

    async def both(self) -> None:
        async with Threads() as threads:
            await threads.do_all([self.goes_on, self.goes_wrong])

    async def one(self) -> None:
        async with Threads() as threads:
            await threads.do(self.goes_on)


@pytest_asyncio.fixture
async def works() -> AsyncIterator[Works]:
    found = Works()
    yield found
    found.may_end.set()


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def test_a_build_that_fails_ends_when_all_its_threads_have(works: Works) -> None:
    build = asyncio.create_task(works.both())
    await asyncio.to_thread(works.began.wait)
    await turns()
    waits = not build.done()
    works.may_end.set()

    with pytest.raises(OSError, match="full"):
        await build

    assert waits
    assert works.has_ended


async def test_a_build_that_is_stopped_ends_when_all_its_threads_have(works: Works) -> None:
    build = asyncio.create_task(works.one())
    await asyncio.to_thread(works.began.wait)
    build.cancel()
    await turns()
    waits = not build.done()
    works.may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await build

    assert waits
    assert works.has_ended
