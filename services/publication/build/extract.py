"""The extract's files: a workbook with a sheet a school type, and CSV. The same units give the same bytes."""

import csv
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import xlsxwriter

from services.publication.build.around import Around
from services.publication.domain.extract import CSV_HEADER, SHEETS, Programmes, csv_row, harmless, header, sheet_rows
from services.publication.domain.history import Seen

DATA = "skolenheter"


class Extract:
    """Takes rows one by one and keeps none: cost and memory stay small at any size."""

    def __init__(self, folder: Path, made_at: datetime, programmes: Programmes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.programmes = programmes
        self.workbook = xlsxwriter.Workbook(
            str(folder / f"{DATA}.xlsx"),
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
             "strings_to_numbers": False, "tmpdir": str(folder)},
        )  # fmt: skip
        self.workbook.set_properties({"created": made_at.replace(tzinfo=None)})
        bold = self.workbook.add_format({"bold": True})
        self.sheets = {code: self.workbook.add_worksheet(name) for code, name in SHEETS.items()}
        self.next_row = dict.fromkeys(SHEETS, 1)
        for code, sheet in self.sheets.items():
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(header(code, programmes)):
                sheet.write_string(0, column, name, bold)
        self.plain = (folder / f"{DATA}.csv").open("w", encoding="utf-8", newline="")
        self.excel = (folder / f"{DATA}-excel.csv").open("w", encoding="utf-8-sig", newline="")
        self.writers = [csv.writer(self.plain), csv.writer(self.excel, delimiter=";")]
        self.add_line(list(CSV_HEADER))

    def add_cells(self, school_type: str, cells: list[str]) -> None:
        """Add a row to a school type's sheet, every cell as text: codes keep their zeros. What is empty is no cell."""
        row, sheet = self.next_row[school_type], self.sheets[school_type]
        self.next_row[school_type] = row + 1
        for column, text in enumerate(cells):
            if text:
                self._written(sheet.write_string(row, column, text), school_type)

    @staticmethod
    def _written(status: int, school_type: str) -> None:
        """Excel has 1,048,576 rows a sheet: rather no file than one that lacks units."""
        if status != 0:
            raise ValueError(f"The sheet of {school_type} takes no more")

    def add_line(self, cells: list[str]) -> None:
        """Add a line to both CSV files."""
        safe = [harmless(text) if text else "" for text in cells]
        for writer in self.writers:
            writer.writerow(safe)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.plain.close()
        self.excel.close()
        self.workbook.close()


class ExtractRows:
    """Adds each unit to the files."""

    def __init__(self, extract: Extract, around: Around) -> None:
        self.extract, self.around = extract, around

    def unit(self, unit: Seen) -> None:
        """A unit's row in each school type's sheet, and its line."""
        places = self.around.places
        owner = self.around.organizers.get(unit.body["organizationNumber"])
        for school_type, cells in sheet_rows(unit, owner, places, self.extract.programmes):
            self.extract.add_cells(school_type, cells)
        self.extract.add_line(csv_row(unit, owner, places))
