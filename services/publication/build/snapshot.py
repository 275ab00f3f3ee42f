"""Building a day's snapshot: a pure function of the events, streamed so that memory stays small."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
import structlog

from services.kernel.database import Pool
from services.publication.build import extract, files
from services.publication.build.around import Around, Gathered, around
from services.publication.build.extract import Extract
from services.publication.build.files import Folder
from services.publication.build.v2_files import URLS, V2Files
from services.publication.domain import extract as layout
from services.publication.domain.history import Kind, Seen, View
from services.publication.store import history

log = structlog.get_logger(__name__)
FILES = f"{URLS}/extract"


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
        gathered, answers = Gathered(), V2Files(folder, here, self.publisher)
        programmes = await history.programmes(self.pool, view.day)
        with Extract(folder.path / FILES, datetime.fromisoformat(view.extract_date), programmes) as sheets:
            async for chunk in history.in_view(self.pool, "unit", view.day):
                await asyncio.to_thread(_units, chunk, here, gathered, answers, sheets)
        await asyncio.to_thread(answers.finish, gathered)
        await asyncio.to_thread(_count_files, folder)
        return await asyncio.to_thread(self._finish, folder, view, gathered.units, len(here.organizers))

    async def _held(self, kind: Kind, view: View) -> dict[str, Seen]:
        return {seen.id: seen async for chunk in history.in_view(self.pool, kind, view.day) for seen in chunk}

    def _finish(self, folder: Folder, view: View, units: int, organizers: int) -> Built:
        digest = folder.digest.hexdigest()
        there = sum(1 for _ in (folder.path / URLS / "v2" / "school-units").glob("*.json")) if units else 0
        if there != units:
            raise RuntimeError(f"{there} unit files written for {units} units")
        content = {"publicFrom": view.day, "extractDate": view.extract_date, "sha256": digest, "schoolUnits": units,
                   "organizers": organizers}  # fmt: skip
        (folder.path / files.MANIFEST).write_bytes(orjson.dumps(content))
        path = files.finish(self.root, folder, f"{view.day.isoformat()}-{digest[:12]}")
        log.info("snapshot-built", day=view.day.isoformat(), sha256=digest, school_units=units)
        return Built(path, digest, units, organizers)


def _units(chunk: list[Seen], here: Around, gathered: Gathered, answers: V2Files, sheets: Extract) -> None:
    for unit in chunk:
        gathered.add(unit)
        answers.unit(unit)
        owner = here.organizers.get(unit.body["organizationNumber"])
        for school_type, cells in layout.sheet_rows(unit, owner, here.places, sheets.programmes):
            sheets.add_cells(school_type, cells)
        sheets.add_line(layout.csv_row(unit, owner, here.places))


def _count_files(folder: Folder) -> None:
    """Count the extract's files in, each with its checksum beside it."""
    for name in extract.names():
        path = folder.path / FILES / name
        content = path.read_bytes()
        folder.date(path)
        folder.count(name, content)
        folder.write(f"{FILES}/{name}.sha256", f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
