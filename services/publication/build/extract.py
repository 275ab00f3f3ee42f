"""The extract's files: a workbook with a sheet a school type, and CSV. The same units give the same bytes."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO

from services.publication.build import workbook
from services.publication.build.around import Around
from services.publication.build.blocks import Block, Pieces
from services.publication.build.files import Folder
from services.publication.build.kept import Keeping
from services.publication.domain.extract import CSV_HEADER, SHEETS, Programmes, csv_row, harmless, header, sheet_rows
from services.publication.domain.history import Seen
from services.publication.domain.tables import Cells

DATA = "skolenheter"
BOM = b"\xef\xbb\xbf"


class Lines:
    """Every unit once, in two forms of CSV."""

    def __init__(self, folder: Folder, at: str, around: Around) -> None:
        self.around, self.counted, self.rows = around, folder.rows, 0
        self.names = (f"{at}/{DATA}.csv", f"{at}/{DATA}-excel.csv")
        self.plain, self.excel = map(folder.open, self.names)
        self.plain.write(_line(list(CSV_HEADER), ","))
        self.excel.write(BOM + _line(list(CSV_HEADER), ";"))

    def make(self, units: Sequence[Seen]) -> Pieces:
        """What a block's units are, whatever the day."""
        here = self.around
        rows = [csv_row(unit, here.organizers.get(unit.body["organizationNumber"]), here.places) for unit in units]
        safe = [[harmless(text) if text else "" for text in row] for row in rows]
        return {"csv": [_line(row, ",") for row in safe], "csv excel": [_line(row, ";") for row in safe]}

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        self.plain.write(b"".join(block.whole("csv") for block in blocks))
        self.excel.write(b"".join(block.whole("csv excel") for block in blocks))
        self.rows += sum(len(block.units) for block in blocks)

    def finish(self) -> None:
        """No more comes."""
        self.plain.close()
        self.excel.close()
        self.counted.update(dict.fromkeys(self.names, self.rows))


class Workbook:
    """A row in the sheet of each of its school types."""

    def __init__(self, folder: Folder, at: str, around: Around, programmes: Programmes, keeping: Keeping) -> None:
        self.around, self.programmes = around, programmes
        headers = {name: header(code, programmes) for code, name in SHEETS.items()}
        made_at = datetime.fromisoformat(around.view.extract_date)
        self.book = workbook.Workbook(folder, f"{at}/{DATA}.xlsx", headers, made_at, keeping)

    def make(self, units: Sequence[Seen]) -> Pieces:
        """What a block's units are, whatever the day."""
        found: dict[str, list[bytes]] = {f"sheet {code}": [] for code in SHEETS}
        for school_type, cells in (row for unit in units for row in self._rows(unit)):
            found[f"sheet {school_type}"].append(workbook.row(cells))
        return found

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        for code, name in SHEETS.items():
            self.book.sheets[name].write(b"".join(block.whole(f"sheet {code}") for block in blocks))

    def finish(self) -> None:
        """No more comes: put the sheets together."""
        self.book.close()

    def _rows(self, unit: Seen) -> Iterator[tuple[str, Cells]]:
        owner = self.around.organizers.get(unit.body["organizationNumber"])
        return sheet_rows(unit, owner, self.around.places, self.programmes)


def _line(cells: Cells, delimiter: str) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue().encode()
