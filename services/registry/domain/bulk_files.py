"""Files with many school units: Excel, CSV and JSON read into rows. Everything in them is a stranger's.

A file is read within bounds: so many bytes unpacked, so many rows and columns; no formula is worked out.
"""

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from services.registry.domain.bulk import OURS, UNIT_TWICE, Row
from services.registry.domain.bulk_columns import CODE, COLUMNS, NAMES, NO, YES
from services.registry.domain.rules import Broken, Rule, RulesBrokenError

FILE_KIND = Rule("file-kind", "The file is neither Excel (xlsx), CSV nor JSON, or it is damaged", OURS)
FILE_UNPACKED = Rule("file-unpacked", "The file unpacks to far more than a register of schools can be", OURS)
FILE_ENCODING = Rule("file-encoding", "The text is neither UTF-8 nor Windows-1252", OURS)
FILE_COLUMNS = Rule("file-columns", "The file has columns that are not known, or one twice", OURS)
FILE_COLUMN_NEEDED = Rule("file-column-needed", "The file has no column for the school unit code", OURS)
FILE_EMPTY = Rule("file-empty", "The file has no rows", OURS)
FILE_TOO_MANY = Rule("file-too-many-rows", "The file has too many rows", OURS)
FILE_TOO_HEAVY = Rule("file-too-heavy", "The file takes more time or memory to read than a file is given", OURS)

MOST_UNPACKED = 40_000_000
MOST_PARTS = 200
MOST_COLUMNS = 200
MOST_EMPTY_ROWS = 10_000
MOST_MARKS = 50_000
MARKS_A_CELL = 8
"""A part of the book costs by its elements, not its bytes: `<xf/>` is five bytes and forty microseconds. Excel writes
two elements for a cell and two for its text, each with an end."""
CELLS = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml")
GUARDED = re.compile(r"^'(?='*[=@+\-\t\r])")
"""What a spreadsheet must not take for a formula is written behind an apostrophe (sheets.py); it is taken off. Only the
first of a text: one within it is the text's own."""

Cells = Sequence[Any]


class Formula:
    """What stands for a formula's cell."""


class Unsaid:
    """What stands for a field that a JSON object does not name: it stays."""


def read_rows(content: bytes, most: int) -> list[Row]:
    """The rows of a file. Raises RulesBrokenError, at /file, when it cannot be taken as a whole."""
    lines = _sheet(content, most) if is_excel(content) else _text_lines(content)
    rows = list(_rows(lines, most))
    if not rows:
        raise _refused(FILE_EMPTY)
    return rows


def is_excel(content: bytes) -> bool:
    """Whether it says that it is packed, as Excel's files are."""
    return content.startswith(b"PK")


def twice(rows: Sequence[Row], earlier: AbstractSet[str]) -> dict[int, Broken]:
    """The rows, by place, whose unit stands in an earlier one too; `earlier`: codes of rows before these."""
    seen, found = set(earlier), dict[int, Broken]()
    for row in rows:
        if row.code and row.code in seen:
            found[row.place] = UNIT_TWICE.broken_at(f"/{CODE}")
        seen.add(row.code)
    return found


def _rows(lines: Iterator[tuple[int, Cells]], most: int) -> Iterator[Row]:
    names: list[str] = []
    count = 0
    for place, cells in lines:
        if not any(_is_there(cell) for cell in cells):
            continue
        if not names:
            names = _names(cells)
        elif not _is_heading(cells):
            count += 1
            if count > most:
                raise _refused(FILE_TOO_MANY, most=most)
            yield _row(place, names, cells)


def _names(cells: Cells) -> list[str]:
    texts = [_cell(cell).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    unknown = [text[:50] for text in texts if text.lower() not in NAMES]
    names = [NAMES.get(text.lower(), "") for text in texts]
    if unknown and len(unknown) == len(texts):
        raise _refused(FILE_COLUMN_NEEDED)
    if unknown or len(set(names)) < len(names):
        raise _refused(FILE_COLUMNS, columns=", ".join(unknown or sorted({n for n in names if names.count(n) > 1})))
    if CODE not in names:
        raise _refused(FILE_COLUMN_NEEDED)
    return names


def _is_heading(cells: Cells) -> bool:
    """The Excel file has the fields' names in a hidden row, and the Swedish headings below."""
    return all(_cell(cell).strip().lower() in NAMES for cell in cells if _is_there(cell))


def _row(place: int, names: Sequence[str], cells: Cells) -> Row:
    cells = [*cells]
    while len(cells) > len(names) and not _is_there(cells[-1]):
        cells.pop()
    formulas = [name for name, cell in zip(names, cells, strict=False) if isinstance(cell, Formula)]
    said = [(name, cell) for name, cell in zip(names, cells, strict=False) if not isinstance(cell, Unsaid)]
    texts = {name: GUARDED.sub("", _cell(cell)) for name, cell in said}
    return replace(Row(place, texts), formulas=formulas, whole=len(cells) == len(names))


def _is_there(cell: Any) -> bool:
    return cell is not None and cell != ""


def _cell(cell: Any) -> str:
    """A cell as text. A whole number has no decimals: spreadsheets make numbers of codes."""
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, list):
        return ", ".join(map(_cell, cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "" if cell is None or isinstance(cell, Formula | Unsaid) else str(cell)


def _sheet(content: bytes, most: int) -> Iterator[tuple[int, Cells]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise _refused(FILE_UNPACKED)
            for part in parts:
                _weigh(part.filename, packed.read(part), most)
        # What is read of a part is never more than the size it declares: zipfile stops there.
        yield from _cells_of_the_book(content)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        EOFError,
        OSError,
    ) as e:
        raise _refused(FILE_KIND) from e
    except RuntimeError as error:  # locked with a password, or packed in a way that zipfile has not
        raise _refused(FILE_KIND) from error


def _weigh(name: str, part: bytes, most: int) -> None:
    """Refuse a part with more elements than so many rows need, or with entities that could make them."""
    marks = part.count(b"<")  # the same byte in each encoding that expat reads
    if marks > MOST_MARKS + (MARKS_A_CELL * len(COLUMNS) * most if CELLS.fullmatch(name) else 0):
        raise _refused(FILE_UNPACKED)
    if b"<!DOCTYPE" in part.replace(b"\0", b""):  # UTF-16 has zeros between
        raise _refused(FILE_KIND)


def _cells_of_the_book(content: bytes) -> Iterator[tuple[int, Cells]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not to be trusted
        empty = 0
        for place, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            found = [Formula() if cell.data_type == "f" else cell.value for cell in cells]
            empty = 0 if any(map(_is_there, found)) else empty + 1
            if empty > MOST_EMPTY_ROWS:
                return
            yield place, found
    finally:
        book.close()


def _text_lines(content: bytes) -> Iterator[tuple[int, Cells]]:
    text = _decoded(content)
    if text.lstrip()[:1] in {"[", "{"}:
        yield from _json_lines(text)
        return
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        yield from ((place, cells) for place, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1))
    except csv.Error as error:
        raise _refused(FILE_KIND) from error


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise _refused(FILE_ENCODING)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(FILE_ENCODING)


def _json_lines(text: str) -> Iterator[tuple[int, Cells]]:
    """Objects as rows; place 1 is the first. The heading is every name that an object has."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half a character, as JSON can have it, is no text
    except (ValueError, RecursionError) as error:
        raise _refused(FILE_KIND) from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _refused(FILE_KIND)
    names = list(islice(dict.fromkeys(name for each in found for name in each), MOST_COLUMNS + 1))
    yield 0, names
    for place, each in enumerate(found, 1):
        yield place, [_plain(each[name]) if name in each else Unsaid() for name in names]


def _plain(value: Any) -> Any:
    inner = value if isinstance(value, list) else [value]
    if any(isinstance(each, list | dict) for each in inner):
        raise _refused(FILE_KIND)
    return value


def _refused(rule: Rule, **params: Any) -> RulesBrokenError:
    return RulesBrokenError([rule.broken_at("/file", **params)])
