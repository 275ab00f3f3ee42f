"""Every unit of a view, block by block, through every family's files: made in one thread while others write."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial

from services.kernel.database import Pool
from services.publication.build.around import Around, Gathered
from services.publication.build.blocks import Block, Family, cut
from services.publication.build.catalogues import AT
from services.publication.build.data_files import DataFiles
from services.publication.build.extract import Lines, Workbook
from services.publication.build.files import Folder
from services.publication.build.kept import Keeping
from services.publication.build.reuse import Blocks, Known, Plan
from services.publication.build.threads import Threads
from services.publication.build.v1_files import V1Units
from services.publication.build.v2_files import V2Units
from services.publication.domain.extract import Programmes
from services.publication.domain.history import Seen, View
from services.publication.store import history


class AllUnits:
    """All families."""

    def __init__(
        self, folder: Folder, here: Around, programmes: Programmes, keeping: Keeping, threads: Threads
    ) -> None:
        self.threads = threads
        second = V2Units(folder, here, keeping)
        self.index = second.index
        self.families: Sequence[Family] = (
            second, V1Units(folder, here, programmes, keeping), Workbook(folder, AT, here, programmes, keeping),
            Lines(folder, AT, here), DataFiles(folder, AT, here, keeping),
        )  # fmt: skip

    async def take_all(self, source: AsyncIterator[Block], gathered: Gathered) -> None:
        """Write all blocks, a segment at a time: the next is made meanwhile."""
        segment: list[Block] = []
        writing: asyncio.Future[object] = asyncio.ensure_future(asyncio.sleep(0))
        try:
            async for block in source:
                if segment and block.begins_segment():
                    await writing
                    writing, segment = asyncio.ensure_future(self._take(segment)), []
                segment.append(block)
                for unit in block.units:
                    gathered.add(unit)
        finally:
            await writing
        await self._take(segment)
        await self.threads.do_all([family.finish for family in self.families])

    async def _take(self, segment: Sequence[Block]) -> None:
        if segment:
            await self.threads.do_all([partial(family.take, segment) for family in self.families])


async def planned(plan: Plan, blocks: Blocks, into: AllUnits) -> AsyncIterator[Block]:
    """Blocks as they are planned: from the last snapshot where they are as they were."""
    for one in plan.blocks:
        if isinstance(one, Known):
            yield blocks.taken(one)
        else:
            yield await into.threads.do(blocks.made, one, into.families)


async def read(pool: Pool, view: View, blocks: Blocks, into: AllUnits) -> AsyncIterator[Block]:
    """Every block, made anew."""
    units: list[Seen] = []
    async for chunk in history.in_view(pool, "unit", view.day):
        units += chunk
        *whole, units = cut(units, _code) if units else [[]]
        for block in await into.threads.do(_made, whole, blocks, into.families):
            yield block
    if units:
        yield await into.threads.do(blocks.made, units, into.families)


def _made(found: Sequence[Sequence[Seen]], blocks: Blocks, families: Sequence[Family]) -> list[Block]:
    return [blocks.made(units, families) for units in found]


def _code(unit: Seen) -> str:
    return unit.id
