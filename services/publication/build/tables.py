"""The day's small tables: organizers, education providers, contracts, and what changed since the day before."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path

import orjson

from services.publication.build.around import Around
from services.publication.build.files import Folder
from services.publication.domain import tables
from services.publication.domain.extract import harmless
from services.publication.domain.tables import Cells
from services.publication.domain.v3 import Said


def write_tables(folder: Folder, at: str, around: Around) -> None:
    """Organizers, providers and contracts as CSV."""
    organizers = map(tables.organizer_row, around.organizers.values())
    providers = map(tables.provider_row, around.providers.values())
    contracts = [
        row
        for contract in around.contracts.values()
        for row in tables.contract_rows(contract, around.organizers, around.providers)
    ]
    folder.write(f"{at}/huvudman.csv", as_csv([tables.names(tables.ORGANIZERS), *organizers]))
    folder.write(f"{at}/utbildningsanordnare.csv", as_csv([tables.names(tables.PROVIDERS), *providers]))
    folder.write(f"{at}/entreprenad.csv", as_csv([tables.names(tables.CONTRACTS), *contracts]))


class ChangesFiles:
    """Takes what changed since the view of the day before: a line an entity, and a row a field."""

    def __init__(self, folder: Path) -> None:
        self.lines = (folder / "andringar.jsonl").open("wb")
        self.rows = (folder / "andringar.csv").open("wb")
        self.rows.write(as_csv([tables.names(tables.CHANGES)]))

    def add(self, found: Sequence[Said]) -> None:
        """Write some."""
        self.lines.writelines(orjson.dumps(one) + b"\n" for one in found)
        self.rows.write(as_csv(row for one in found for row in _change_rows(one)))

    def close(self) -> None:
        """Nothing more comes."""
        self.lines.close()
        self.rows.close()


def as_csv(rows: Iterable[Cells]) -> bytes:
    """Lines of CSV (RFC 4180), in UTF-8."""
    text = StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) if cell else "" for cell in row] for row in rows)
    return text.getvalue().encode()


def _change_rows(one: Said) -> Iterable[Cells]:
    changes: Sequence[Mapping[str, object]] = one["changes"]
    for change in changes:
        values = ["" if change[name] is None else orjson.dumps(change[name]).decode() for name in ("before", "after")]
        yield [one["type"], one["id"], one["what"], str(change["field"]), *values]
