"""School units for programs: JSON lines in full, GeoJSON for maps, Parquet for analysis."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
import pyarrow as pa
from pyarrow import ipc, parquet

from services.publication.build.around import Around
from services.publication.build.blocks import Block, Pieces
from services.publication.build.files import Folder
from services.publication.build.kept import Keeping
from services.publication.build.streams import Gzip
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


class JsonLines:
    """Every unit in full, a line each; packed."""

    def __init__(self, folder: Folder, at: str, keeping: Keeping) -> None:
        self.name, self.counted, self.rows = f"{at}/skolenheter.jsonl.gz", folder.rows, 0
        # The catalogues count it in, with its checksum.
        self.out = Gzip(folder, self.name, keeping, counts=False)

    def make(self, said: Sequence[v3.Said]) -> Pieces:
        """What a block's units are, whatever the day."""
        return {"jsonl": [orjson.dumps(one) + b"\n" for one in said]}

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        self.out.write(b"".join(block.whole("jsonl") for block in blocks))
        self.rows += sum(len(block.units) for block in blocks)

    def finish(self) -> None:
        """No more comes."""
        self.out.close()
        self.counted[self.name] = self.rows


class Map:
    """The units that are known to lie somewhere, as GeoJSON."""

    def __init__(self, folder: Folder, at: str) -> None:
        self.name, self.counted, self.rows = f"{at}/skolenheter.geojson", folder.rows, 0
        self.file = folder.open(self.name)
        self.file.write(b'{"type":"FeatureCollection","features":[')

    def make(self, said: Sequence[v3.Said]) -> Pieces:
        """What a block's units are, whatever the day."""
        places = [orjson.dumps(v3.feature(v3.only(one, ON_MAP))) for one in said if one["location"]]
        return {"map": [b",\n" + place for place in places]}

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        content = b"".join(block.whole("map") for block in blocks)
        self.file.write(content if self.rows else content[1:])
        self.rows += sum(len(block.sizes["map"]) for block in blocks)

    def finish(self) -> None:
        """No more comes."""
        self.file.write(b"\n]}\n")
        self.file.close()
        self.counted[self.name] = self.rows


class Table:
    """Every unit as a row of a Parquet file. A block is kept as Arrow has it, so that nothing is read as text again."""

    def __init__(self, folder: Folder, at: str) -> None:
        self.name, self.counted = f"{at}/skolenheter.parquet", folder.rows
        self.batches, self.rows, self.written = list[pa.RecordBatch](), 0, 0
        path = folder.place(self.name)
        self.writer = parquet.ParquetWriter(path, SCHEMA, compression="zstd")
        folder.opened.callback(self.writer.close)

    def make(self, said: Sequence[v3.Said]) -> Pieces:
        """What a block's units are, whatever the day."""
        rows = [_flat(one) for one in said]
        return {"table": [pa.RecordBatch.from_pylist(rows, SCHEMA).serialize().to_pybytes()]}

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        for block in blocks:
            batch = ipc.read_record_batch(pa.py_buffer(block.whole("table")), SCHEMA)
            self.batches.append(batch)
            self.rows += batch.num_rows
        while self.rows >= GROUP:
            self._write(GROUP)

    def finish(self) -> None:
        """No more comes."""
        self._write(self.rows)
        self.writer.close()
        self.counted[self.name] = self.written

    def _write(self, rows: int) -> None:
        table = pa.Table.from_batches(self.batches, SCHEMA)
        self.writer.write_table(table.slice(0, rows).combine_chunks())
        self.batches, self.rows = table.slice(rows).to_batches(), self.rows - rows
        self.written += rows


class DataFiles:
    """All three: what v3 tells of a unit is made once for them."""

    def __init__(self, folder: Folder, at: str, around: Around, keeping: Keeping) -> None:
        self.around = around
        self.files = (JsonLines(folder, at, keeping), Map(folder, at), Table(folder, at))

    def make(self, units: Sequence[Seen]) -> Pieces:
        """What a block's units are, whatever the day."""
        here = self.around
        said = [v3.unit(u, here.organizers.get(u.body["organizationNumber"]), here.places, here.base) for u in units]
        return {name: pieces for file in self.files for name, pieces in file.make(said).items()}

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        for file in self.files:
            file.take(blocks)

    def finish(self) -> None:
        """No more comes."""
        for file in self.files:
            file.finish()


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
