"""Building a day's snapshot: a pure function of the events, streamed so that memory stays small."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import structlog

from services.kernel.database import Pool
from services.publication.build import differences, files, reuse
from services.publication.build.around import Around, Gathered, around
from services.publication.build.catalogues import AT, write_catalogues
from services.publication.build.files import Folder
from services.publication.build.kept import BrokenError, Keeping, Kept
from services.publication.build.tables import ChangesFiles, write_tables
from services.publication.build.threads import Threads
from services.publication.build.units import AllUnits, planned, read
from services.publication.build.v2_files import URLS, V2Others
from services.publication.domain.catalogue import Publisher
from services.publication.domain.history import Kind, Seen, View
from services.publication.store import history

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """A finished snapshot."""

    path: Path
    sha256: str
    units: int
    organizers: int


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds into `root`; `base` is the public address that links carry, `zone` the one whose midnight ends a day."""

    pool: Pool
    root: Path
    base: str
    publisher: Publisher
    zone: ZoneInfo

    async def build(self, view: View) -> Built:
        """Build the view beside the current snapshot, verify it, and give it its name. Does not switch to it.

        What is as it was in the last snapshot is taken from there, to the same bytes as when all is made anew.
        """
        before = await asyncio.to_thread(reuse.last, self.root, view)
        try:
            return await self._build(view, before)
        except BrokenError as error:
            log.warning("snapshot-kept-is-broken", day=view.day.isoformat(), unit=str(error))
            return await self._build(view, None)
        finally:
            if before:
                before.close()

    async def _build(self, view: View, before: Kept | None) -> Built:
        async with self._folder(view) as folder, Threads() as threads:
            return await self._build_in(folder, threads, view, before)

    @asynccontextmanager
    async def _folder(self, view: View) -> AsyncIterator[Folder]:
        folder = await asyncio.to_thread(files.begin, self.root, view.day, files.dated(view.day, self.zone))
        try:
            yield folder
        finally:
            await asyncio.to_thread(folder.end)

    async def _build_in(self, folder: Folder, threads: Threads, view: View, before: Kept | None) -> Built:
        held = [await self._held(kind, view) for kind in ("organizer", "provider", "contract")]
        here = around(view, self.base, *held)
        plan = await reuse.plan(self.pool, before, view, here) if before else None
        programmes = plan.programmes if plan else await history.programmes(self.pool, view.day)
        keeping, gathered = Keeping(folder, view.day.isoformat(), before), Gathered()
        blocks, all_units = reuse.Blocks(keeping), AllUnits(folder, here, programmes, keeping, threads)
        source = planned(plan, blocks, all_units) if plan else read(self.pool, view, blocks, all_units)
        await all_units.take_all(source, gathered)
        others = V2Others(folder, here, gathered, all_units.index)
        await threads.do(others.write, self.publisher.name, keeping)
        await threads.do(blocks.finish, here, programmes)
        await threads.do(write_tables, folder, AT, here)
        await self._changes(folder, threads, here)
        await threads.do(write_catalogues, folder, view, self.publisher, self.base)
        return await threads.do(self._finish, folder, view, gathered.units, len(here.organizers))

    async def _changes(self, folder: Folder, threads: Threads, here: Around) -> None:
        with closing(ChangesFiles(folder, AT)) as file:
            async for found in differences.since_yesterday(self.pool, here):
                await threads.do(file.add, found)

    async def _held(self, kind: Kind, view: View) -> dict[str, Seen]:
        return {seen.id: seen async for chunk in history.in_view(self.pool, kind, view.day) for seen in chunk}

    def _finish(self, folder: Folder, view: View, units: int, organizers: int) -> Built:
        digest = folder.sha256()
        there = sum(1 for _ in (folder.path / URLS / "v2" / "school-units").iterdir())
        if there != units:
            raise RuntimeError(f"{there} unit files written for {units} units")
        content = {"form": files.FORM, "publicFrom": view.day, "extractDate": view.extract_date, "sha256": digest,
                   "dated": folder.seconds, "schoolUnits": units, "organizers": organizers}  # fmt: skip
        (folder.path / files.MANIFEST).write_bytes(orjson.dumps(content))
        path = files.finish(self.root, folder, f"{view.day.isoformat()}-{digest[:12]}")
        log.info("snapshot-built", day=view.day.isoformat(), sha256=digest, school_units=units)
        return Built(path, digest, units, organizers)
