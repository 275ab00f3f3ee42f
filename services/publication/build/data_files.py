"""School units for programs: JSON lines in full, GeoJSON for maps, Parquet for analysis. Streamed: none is kept."""

import gzip
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
import pyarrow as pa
from pyarrow import parquet

from services.publication.build.around import Around
from services.publication.domain import v3
from services.publication.domain.history import Seen

GROUP = 10_000
"""Rows in one of Parquet's groups."""
TEXT, TEXTS = pa.string(), pa.list_(pa.string())
SCHEMA = pa.schema(
    [("schoolUnitCode", TEXT), ("displayName", TEXT), ("schoolName", TEXT), ("status", TEXT), ("schoolUnitType", TEXT),
     ("orientationType", TEXT), ("schoolTypes", TEXTS), ("grades", TEXTS), ("programmes", TEXTS),
     ("schoolTypeParts", TEXTS), ("organizationNumber", TEXT), ("organizerName", TEXT), ("organizerType", TEXT),
     ("municipalityCode", TEXT), ("municipalityName", TEXT), ("countyCode", TEXT), ("countyName", TEXT),
     ("headMaster", TEXT), ("email", TEXT), ("phoneNumber", TEXT), ("url", TEXT), ("streetAddress", TEXT),
     ("postalCode", TEXT), ("locality", TEXT), ("latitude", pa.float64()), ("longitude", pa.float64()),
     ("specialSupportSchool", pa.bool_()), ("hospitalSchool", pa.bool_()), ("startDate", pa.date32()),
     ("endDate", pa.date32()), ("created", pa.date32()), ("modified", pa.date32())]
)  # fmt: skip
ON_MAP = ("schoolUnitCode", "displayName", "status", "schoolTypes", "organizer", "municipality", "location")


class DataFiles:
    """Writes each unit as it comes."""

    def __init__(self, folder: Path, around: Around) -> None:
        self.around, self.open = around, ExitStack()
        # Neither a name nor a time in the packed file: the same units give the same bytes.
        packed = self.open.enter_context((folder / "skolenheter.jsonl.gz").open("wb"))
        self.lines = self.open.enter_context(gzip.GzipFile("", "wb", 6, packed, mtime=0))
        self.map = self.open.enter_context((folder / "skolenheter.geojson").open("wb"))
        self.map.write(b'{"type":"FeatureCollection","features":[')
        self.table = self.open.enter_context(
            parquet.ParquetWriter(folder / "skolenheter.parquet", SCHEMA, compression="zstd")
        )
        self.rows: list[dict[str, Any]] = []
        self.between = b"\n"

    def unit(self, unit: Seen) -> None:
        """A unit in each of the files; on the map only where it is known where."""
        here = self.around
        said = v3.unit(unit, here.organizers.get(unit.body["organizationNumber"]), here.places, here.base)
        self.lines.write(orjson.dumps(said) + b"\n")
        if said["location"]:
            self.map.write(self.between + orjson.dumps(v3.feature(v3.only(said, ON_MAP))))
            self.between = b",\n"
        self.rows.append(_flat(said))
        if len(self.rows) == GROUP:
            self._write_rows()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.map.write(b"\n]}\n")
            self._write_rows()
        self.open.close()

    def _write_rows(self) -> None:
        self.table.write_table(pa.Table.from_pylist(self.rows, SCHEMA))
        self.rows.clear()


def _flat(said: v3.Said) -> dict[str, Any]:
    """A unit as a row: what is in others beside it, days as days."""
    address: v3.Said = next((one for one in said["addresses"] if one["type"] == "BESOKSADRESS"), {})
    municipality, county, owner = said["municipality"] or {}, said["county"] or {}, said["organizer"]
    found: Sequence[Mapping[str, Any]] = list(said["schoolTypeProperties"].values())
    lists = {name: [value for one in found for value in one.get(name) or ()]
             for name in ("grades", "programmes", "schoolTypeParts")}  # fmt: skip
    days = {name: said[name] and date.fromisoformat(said[name])
            for name in ("startDate", "endDate", "created", "modified")}  # fmt: skip
    return said | lists | days | address | (said["location"] or {}) | {
        "organizationNumber": owner["organizationNumber"], "organizerName": owner["displayName"],
        "organizerType": owner["organizerType"], "municipalityCode": municipality.get("municipalityCode"),
        "municipalityName": municipality.get("displayName"), "countyCode": county.get("countyCode"),
        "countyName": county.get("displayName"),
    }  # fmt: skip
