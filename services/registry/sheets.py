"""An organizer's units as Excel and as CSV (docs/manual/fil.md, docs/api/registry.md)."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

import xlsxwriter

from services.registry.domain.bulk_columns import COLUMNS, VERSION, Column
from services.registry.domain.bulk_files import GUARDED
from services.registry.domain.bulk_words import in_words

LONGEST_LIST = 255
"""What Excel takes as the words of a validation list."""
RISKY = re.compile(r"[=@\t\r]|[+-](?![0-9 ()/-]+$)|" + GUARDED.pattern)
"""What a spreadsheet would take for a formula; a telephone number's + is none. And what reading would unguard."""
VALUES = "Värden"


def as_csv(units: Sequence[Mapping[str, str]]) -> bytes:
    """UTF-8 with a byte order mark and semicolons, as Excel in Swedish opens it; the heading has the fields' names."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([column.name for column in COLUMNS])
    writer.writerows([[_guarded(unit[column.name]) for column in COLUMNS] for unit in units])
    return out.getvalue().encode("utf-8-sig")


def as_excel(units: Sequence[Mapping[str, str]]) -> bytes:
    """Excel: the fields' names in a hidden row, Swedish headings that stay in sight, lists where values are limited."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        text, heading = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "text_wrap": True})
        sheet = book.add_worksheet("Skolenheter")
        for number, column in enumerate(COLUMNS):
            hidden = {"hidden": True} if column.name == VERSION else {}
            sheet.set_column(number, number, column.width, text, hidden)
            sheet.write_string(0, number, column.name)
            sheet.write_string(1, number, column.heading, heading)
            _allow(sheet, number, column, len(units))
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.freeze_panes(2, 3)
        for place, unit in enumerate(units, 2):
            for number, column in enumerate(COLUMNS):
                if said := unit[column.name]:
                    sheet.write_string(place, number, in_words(said) if column.has_words else _kept(said), text)
        _write_values(book.add_worksheet(VALUES), heading)
    return out.getvalue()


def _allow(sheet: xlsxwriter.worksheet.Worksheet, number: int, column: Column, units: int) -> None:
    words = [in_words(value) for value in column.values]
    if column.kind in {"choice", "yes-no"} and len(",".join(words)) <= LONGEST_LIST:
        told = {"error_title": column.heading, "error_message": "Välj ett av värdena i listan."}
        sheet.data_validation(2, number, units + 2, number, {"validate": "list", "source": words, **told})


def _write_values(sheet: xlsxwriter.worksheet.Worksheet, heading: xlsxwriter.format.Format) -> None:
    """A page that tells what each column takes, and by which codes programs say it."""
    sheet.set_column(0, 2, 60)
    for number, title in enumerate(("Kolumn", "Värden", "Koder, som också går bra")):
        sheet.write_string(0, number, title, heading)
    for place, column in enumerate((c for c in COLUMNS if c.values), 1):
        several = " (flera värden skiljs med kommatecken)" if column.kind == "codes" else ""
        sheet.write_string(place, 0, column.heading)
        sheet.write_string(place, 1, ", ".join(map(in_words, column.values)) + several)
        sheet.write_string(place, 2, ", ".join(column.values) if column.has_words else "")


def _kept(text: str) -> str:
    """With an apostrophe more where reading takes one off."""
    return GUARDED.sub("''", text)


def _guarded(text: str) -> str:
    return f"'{text}" if RISKY.match(text) else text
