"""Building a day's snapshot: a pure function of the events, streamed so that memory stays small."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import orjson
import structlog

from services.kernel.database import Pool
from services.publication.build import extract, files
from services.publication.build.around import Gathered, around
from services.publication.build.extract import Extract, ExtractRows
from services.publication.build.files import Folder
from services.publication.build.v1_files import V1Files
from services.publication.build.v2_files import URLS, V2Files
from services.publication.domain.history import Kind, Seen, View
from services.publication.store import history

log = structlog.get_logger(__name__)
FILES = f"{URLS}/extract"


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
    """Builds into `root`; `base` is the public address that links carry."""

    pool: Pool
    root: Path
    base: str
    publisher: str

    async def build(self, view: View) -> Built:
        """Build the view beside the current snapshot, verify it, and give it its name. Does not switch to it."""
        folder = files.begin(self.root, view.day)
        here = around(
            view, self.base, *[await self._held(kind, view) for kind in ("organizer", "provider", "contract")]
        )
        programmes = await history.programmes(self.pool, view.day)
        gathered, second, first = Gathered(), V2Files(folder, here, self.publisher), V1Files(folder, here, programmes)
        with Extract(folder.path / FILES, datetime.fromisoformat(view.extract_date), programmes) as sheets:
            async for chunk in history.in_view(self.pool, "unit", view.day):
                await asyncio.to_thread(_units, chunk, gathered, (second, first, ExtractRows(sheets, here)))
        await asyncio.to_thread(second.finish, gathered)
        await asyncio.to_thread(first.finish)
        await asyncio.to_thread(_count_files, folder)
        return await asyncio.to_thread(self._finish, folder, view, gathered.units, len(here.organizers))

    async def _held(self, kind: Kind, view: View) -> dict[str, Seen]:
        return {seen.id: seen async for chunk in history.in_view(self.pool, kind, view.day) for seen in chunk}

    def _finish(self, folder: Folder, view: View, units: int, organizers: int) -> Built:
        digest = folder.digest.hexdigest()
        there = sum(1 for _ in (folder.path / URLS / "v2" / "school-units").glob("*.json")) if units else 0
        if there != units:
            raise RuntimeError(f"{there} unit files written for {units} units")
        content = {"form": files.FORM, "publicFrom": view.day, "extractDate": view.extract_date, "sha256": digest,
                   "schoolUnits": units, "organizers": organizers}  # fmt: skip
        (folder.path / files.MANIFEST).write_bytes(orjson.dumps(content))
        path = files.finish(self.root, folder, f"{view.day.isoformat()}-{digest[:12]}")
        log.info("snapshot-built", day=view.day.isoformat(), sha256=digest, school_units=units)
        return Built(path, digest, units, organizers)


def _units(chunk: list[Seen], gathered: Gathered, families: Iterable[Family]) -> None:
    for unit in chunk:
        gathered.add(unit)
        for family in families:
            family.unit(unit)


def _count_files(folder: Folder) -> None:
    """Count the extract's files in, each with its checksum beside it."""
    for name in extract.names():
        path = folder.path / FILES / name
        content = path.read_bytes()
        folder.date(path)
        folder.count(name, content)
        folder.write(f"{FILES}/{name}.sha256", f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
