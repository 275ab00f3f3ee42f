"""The snapshot that this process answers from: read once, held whole, replaced in one step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

import orjson

from services.publication.build import files
from services.publication.build.v1_files import INDEX as INDEX_V1
from services.publication.build.v1_files import PLACES
from services.publication.build.v2_files import INDEX, URLS
from services.publication.domain.lists import ListName, Rows, from_index


@dataclass(frozen=True, slots=True)
class Serving:
    """One day's view, ready to answer. A request holds one for its whole life: it never sees two days."""

    folder: Path
    day: date
    extract_date: str
    sha256: str
    dated: datetime
    lists: Mapping[ListName, Rows]
    places: Mapping[str, str]

    @property
    def urls(self) -> Path:
        """Where the ready-made answers lie, as their addresses do."""
        return self.folder / URLS

    def seconds_left(self, now: datetime) -> int:
        """How long this is expected to be the newest; below 0 where the next is late."""
        return int((self.dated + files.KEPT - now).total_seconds())

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.extract_date)


def read(folder: Path) -> Serving:
    """Read a snapshot's index and manifest."""
    about = files.manifest(folder)
    with (folder / INDEX).open("rb") as second, (folder / INDEX_V1).open("rb") as first:
        lists = from_index(chain(second, first))
    day = date.fromisoformat(about["publicFrom"])
    dated, places = datetime.fromtimestamp(about["dated"], UTC), orjson.loads((folder / PLACES).read_bytes())
    return Serving(folder, day, about["extractDate"], about["sha256"], dated, lists, places)
