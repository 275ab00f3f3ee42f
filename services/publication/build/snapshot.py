"""Building a day's snapshot: a pure function of the events, streamed so that memory stays small."""

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import orjson
import structlog

from services.kernel.database import Pool
from services.publication.build import extract, files
from services.publication.build.extract import Extract
from services.publication.build.files import Folder
from services.publication.domain import extract as layout
from services.publication.domain import v2
from services.publication.domain.history import Seen, View
from services.publication.store import history

log = structlog.get_logger(__name__)

URLS = "skolenhetsregistret"
INDEX = "index.jsonl"


@dataclass(slots=True)
class Gathered:
    """What the lists and the organizers need of the units: their codes, and rows and index lines put together."""

    units: int = 0
    rows: bytearray = field(default_factory=bytearray)
    index: bytearray = field(default_factory=bytearray)
    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


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
        organizers = {
            seen.id: seen async for chunk in history.in_view(self.pool, "organizer", view.day) for seen in chunk
        }
        places = place_names(organizers)
        gathered = Gathered()
        made_at = datetime.fromisoformat(view.extract_date)
        programmes = await history.programmes(self.pool, view.day)
        with Extract(folder.path / URLS / "extract", made_at, programmes) as sheets:
            async for chunk in history.in_view(self.pool, "unit", view.day):
                await asyncio.to_thread(self._units, folder, chunk, organizers, places, gathered, sheets, view)
        await asyncio.to_thread(self._rest, folder, organizers, gathered, view)
        return await asyncio.to_thread(self._finish, folder, view, gathered.units, len(organizers))

    def _units(
        self,
        folder: Folder,
        chunk: list[Seen],
        organizers: dict[str, Seen],
        places: dict[str, str],
        gathered: Gathered,
        sheets: Extract,
        view: View,
    ) -> None:
        for unit in chunk:
            owner = organizers.get(unit.body["organizationNumber"])
            answer = v2.unit_detail(unit, owner, view.extract_date, self.base)
            folder.write(f"{URLS}/v2/school-units/{unit.id}.json", answer)
            gather(gathered, unit)
            for school_type, cells in layout.sheet_rows(unit, owner, places, sheets.programmes):
                sheets.add_cells(school_type, cells)
            sheets.add_line(layout.csv_row(unit, owner, places))

    def _rest(self, folder: Folder, organizers: dict[str, Seen], gathered: Gathered, view: View) -> None:
        """The organizers, the whole lists, api-info, the index of the filters, and the extract's checksums."""
        day = view.extract_date
        for organizer in organizers.values():
            codes, types = gathered.codes.get(organizer.id, []), gathered.types.get(organizer.id, set())
            answer = v2.organizer_detail(organizer, codes, types, day, self.base)
            folder.write(f"{URLS}/v2/organizers/{organizer.id}.json", answer)
        folder.write_packed(f"{URLS}/v2/school-units.json", v2.list_answer("schoolunit", [gathered.rows], day))
        rows = [v2.organizer_row(organizer) for organizer in organizers.values()]
        folder.write_packed(f"{URLS}/v2/organizers.json", v2.list_answer("organizer", rows, day))
        folder.write(f"{URLS}/v2/api-info.json", v2.api_info(self.publisher, f"{self.base}{v2.PATH}/openapi.json"))
        owners = b"".join(map(organizer_index, organizers.values()))
        folder.write(INDEX, bytes(gathered.index) + owners)
        for name in extract.names():
            path = folder.path / URLS / "extract" / name
            content = path.read_bytes()
            folder.date(path)
            folder.count(name, content)
            folder.write(f"{URLS}/extract/{name}.sha256", f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())

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


def place_names(organizers: dict[str, Seen]) -> dict[str, str]:
    """The municipalities' names, which only the municipal organizers carry (openapi-v2.md, General)."""
    return {
        place["municipalityCode"]: place["displayName"]
        for seen in organizers.values()
        for place in seen.body.get("municipalities", ())
    }


def gather(gathered: Gathered, unit: Seen) -> None:
    """Keep of a unit what lists, filters and its organizer need."""
    body = unit.body
    row = v2.unit_row(unit)
    gathered.units += 1
    gathered.rows += b"," + row if gathered.rows else row
    facets = ["unit", body["organizationNumber"], body.get("schoolTypes", []), body["status"],
              body.get("municipalityCode"), body["schoolUnitType"], unit.modified, orjson.Fragment(row)]  # fmt: skip
    gathered.index += orjson.dumps(facets) + b"\n"
    gathered.codes[body["organizationNumber"]].append(unit.id)
    gathered.types[body["organizationNumber"]].update(body.get("schoolTypes", []))


def organizer_index(organizer: Seen) -> bytes:
    """An organizer's line of the index."""
    row = orjson.Fragment(v2.organizer_row(organizer))
    return orjson.dumps(["organizer", organizer.body["organizerType"], organizer.modified, row]) + b"\n"
