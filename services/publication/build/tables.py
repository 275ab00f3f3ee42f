"""The day's small tables: organizers, education providers, contracts, and what changed since the day before."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

import orjson

from services.publication.build.around import Around
from services.publication.build.differences import Difference
from services.publication.build.files import Folder
from services.publication.domain import tables
from services.publication.domain.extract import harmless
from services.publication.domain.leaves import changed
from services.publication.domain.tables import Cells, Column


def write_tables(folder: Folder, at: str, around: Around) -> None:
    """Organizers, providers and contracts as CSV."""
    organizers = map(tables.organizer_row, around.organizers.values())
    providers = map(tables.provider_row, around.providers.values())
    contracts = [
        row
        for contract in around.contracts.values()
        for row in tables.contract_rows(contract, around.organizers, around.providers)
    ]
    _write(folder, f"{at}/huvudman.csv", tables.ORGANIZERS, list(organizers))
    _write(folder, f"{at}/utbildningsanordnare.csv", tables.PROVIDERS, list(providers))
    _write(folder, f"{at}/entreprenad.csv", tables.CONTRACTS, contracts)


class ChangesFiles:
    """Takes what changed since the view of the day before: a line an entity, and a row a plain value."""

    def __init__(self, folder: Folder, at: str) -> None:
        self.counted, self.names = folder.rows, (f"{at}/andringar.jsonl", f"{at}/andringar.csv")
        self.lines, self.rows = map(folder.open, self.names)
        self.counted.update(dict.fromkeys(self.names, 0))
        self.rows.write(as_csv([tables.names(tables.CHANGES)]))

    def add(self, found: Sequence[Difference]) -> None:
        """Write some."""
        rows = [row for one in found for row in _change_rows(one)]
        self.lines.writelines(orjson.dumps(one.told) + b"\n" for one in found)
        self.rows.write(as_csv(rows))
        for name, count in zip(self.names, (len(found), len(rows)), strict=True):
            self.counted[name] += count

    def close(self) -> None:
        """Nothing more comes."""
        self.lines.close()
        self.rows.close()


def as_csv(rows: Iterable[Cells]) -> bytes:
    """Lines of CSV (RFC 4180), in UTF-8."""
    text = StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) if cell else "" for cell in row] for row in rows)
    return text.getvalue().encode()


def _write(folder: Folder, name: str, columns: Sequence[Column], rows: Sequence[Cells]) -> None:
    folder.write(name, as_csv([tables.names(columns), *rows]))
    folder.rows[name] = len(rows)


def _change_rows(one: Difference) -> Iterator[Cells]:
    told = one.told
    about = [str(one.seq or ""), told["type"], told["id"], one.name, told["what"]]
    for change in told["changes"]:
        for values in changed(**change):
            yield [*about, *values]
