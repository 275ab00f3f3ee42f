"""Building a day's snapshot: a pure function of the events, streamed so that memory stays small."""

import asyncio
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import orjson
import structlog

from services.kernel.database import Pool
from services.publication.build import differences, files
from services.publication.build.around import Around, Gathered, around
from services.publication.build.catalogues import AT, write_catalogues
from services.publication.build.data_files import DataFiles
from services.publication.build.extract import Extract, ExtractRows
from services.publication.build.files import Folder
from services.publication.build.tables import ChangesFiles, write_tables
from services.publication.build.v1_files import V1Files
from services.publication.build.v2_files import URLS, V2Files
from services.publication.domain.catalogue import Publisher
from services.publication.domain.history import Kind, Seen, View
from services.publication.store import history

log = structlog.get_logger(__name__)


class Family(Protocol):
    """What is made of each unit for one kind of readers."""

    def unit(self, unit: Seen) -> None:
        """Write what they read of a unit."""


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
        """Build the view beside the current snapshot, verify it, and give it its name. Does not switch to it."""
        folder = files.begin(self.root, view.day, files.dated(view.day, self.zone))
        here = around(
            view, self.base, *[await self._held(kind, view) for kind in ("organizer", "provider", "contract")]
        )
        programmes = await history.programmes(self.pool, view.day)
        gathered, second = Gathered(), V2Files(folder, here, self.publisher.name)
        first, at = V1Files(folder, here, programmes), folder.path / AT
        with Extract(at, datetime.fromisoformat(view.extract_date), programmes) as sheets, DataFiles(at, here) as data:
            async for chunk in history.in_view(self.pool, "unit", view.day):
                await asyncio.to_thread(_units, chunk, gathered, (second, first, ExtractRows(sheets, here), data))
        await asyncio.to_thread(second.finish, gathered)
        await asyncio.to_thread(first.finish)
        await asyncio.to_thread(write_tables, folder, AT, here)
        await self._changes(folder, here)
        await asyncio.to_thread(write_catalogues, folder, view, self.publisher, self.base)
        return await asyncio.to_thread(self._finish, folder, view, gathered.units, len(here.organizers))

    async def _changes(self, folder: Folder, here: Around) -> None:
        with closing(ChangesFiles(folder.path / AT)) as file:
            async for found in differences.since_yesterday(self.pool, here.view, here.places, self.base):
                await asyncio.to_thread(file.add, found)

    async def _held(self, kind: Kind, view: View) -> dict[str, Seen]:
        return {seen.id: seen async for chunk in history.in_view(self.pool, kind, view.day) for seen in chunk}

    def _finish(self, folder: Folder, view: View, units: int, organizers: int) -> Built:
        digest = folder.digest.hexdigest()
        there = sum(1 for _ in (folder.path / URLS / "v2" / "school-units").glob("*.json")) if units else 0
        if there != units:
            raise RuntimeError(f"{there} unit files written for {units} units")
        content = {"form": files.FORM, "publicFrom": view.day, "extractDate": view.extract_date, "sha256": digest,
                   "dated": folder.seconds, "schoolUnits": units, "organizers": organizers}  # fmt: skip
        (folder.path / files.MANIFEST).write_bytes(orjson.dumps(content))
        path = files.finish(self.root, folder, f"{view.day.isoformat()}-{digest[:12]}")
        log.info("snapshot-built", day=view.day.isoformat(), sha256=digest, school_units=units)
        return Built(path, digest, units, organizers)


def _units(chunk: list[Seen], gathered: Gathered, families: Iterable[Family]) -> None:
    for unit in chunk:
        gathered.add(unit)
        for family in families:
            family.unit(unit)
