"""A build's own threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

Found = TypeVar("Found")


class Threads:
    """None of them works on once the block has ended, however it ended: so what they write to may be removed."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(thread_name_prefix="build")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait for what is being done; what is not begun is dropped."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self.pool.shutdown)

    async def do(self, work: Callable[..., Found], *given: object) -> Found:
        """Do something in one of them."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, work, *given)

    async def do_all(self, works: list[Callable[[], object]]) -> None:
        """Do several things at a time. Raises what the first that fails raises."""
        await asyncio.gather(*map(self.do, works))
