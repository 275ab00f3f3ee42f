"""The extract's workbook: a sheet a school type, every cell text.

xlsxwriter makes it with the headings alone; the rows, which it cannot keep from one day to the next, are put in here.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZipFile
from zlib import DEFLATED, MAX_WBITS, compressobj, crc32

import xlsxwriter

from services.publication.build.files import Folder
from services.publication.build.kept import Keeping
from services.publication.build.streams import Deflated
from services.publication.domain.extract import width

ROW, END = "\x01", b"\x02"
"""In a kept row: where its number comes, and its end. Neither can be in a cell."""
MOST_ROWS = 1_048_576
"""A sheet has no more: rather no file than one that lacks units."""
DIMENSION, ROWS_END = re.compile(b"<dimension[^>]*/>"), b"</sheetData>"
BOOK = "xl/workbook.xml"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def column(number: int) -> str:
    """A column's letters: A for 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


COLUMNS = [column(number) for number in range(1000)]


def stands_for_last(number: int) -> int:
    """A sheet's last row, until it is known: another of each sheet's."""
    return MOST_ROWS - number


def row(cells: Sequence[str]) -> bytes:
    """A row as it is kept: without its number. What is empty is no cell."""
    found = "".join(
        f'<c r="{name}{ROW}" t="inlineStr"><is><t{_space(text)}>{escape(_writable(text))}</t></is></c>'
        for name, text in zip(COLUMNS, cells, strict=False)
        if text
    )
    return f'<row r="{ROW}">{found}</row>'.encode() + END


class Sheet:
    """A sheet being written, which has its headings."""

    def __init__(self, folder: Folder, name: str, number: int, with_header: bytes, keeping: Keeping) -> None:
        self.number = number
        self.name, self.path = name, folder.place(f"{Path(name).stem}.half")
        self.out, self.next = Deflated(folder, self.path.name, keeping), 2
        # Readers may take the dimension that it has now, one row, for what there is.
        head, end, tail = DIMENSION.sub(b"", with_header).partition(ROWS_END)
        self.out.write(head)
        self.tail = end + tail

    def write(self, rows: bytes) -> None:
        """Write rows as they are kept."""
        found = rows.split(END)[:-1]
        if self.next + len(found) > MOST_ROWS + 1:
            raise ValueError(f"{self.name} takes no more rows")
        if found:
            numbered = enumerate(found, start=self.next)
            self.out.write(b"".join(one.replace(ROW.encode(), b"%d" % number) for number, one in numbered))
            self.next += len(found)

    def with_last(self, content: bytes) -> bytes:
        """Let what says where the sheet ends say so: it was made before that was known."""
        return content.replace(b"%d" % stands_for_last(self.number), b"%d" % (self.next - 1))

    def close(self) -> None:
        """No more rows come."""
        self.out.write(self.with_last(self.tail))
        self.out.close()


class Zip:
    """A zip file (APPNOTE 6.3.10) of parts that may be packed already. All its times are the format's first."""

    TIME = 0, 0x21

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.central = file, list[bytes]()

    def add(self, name: str, content: bytes) -> None:
        """A part as it is."""
        packer = compressobj(6, DEFLATED, -MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
        self._head(name, crc32(content), len(packed), len(content))
        self.file.write(packed)

    def add_sheet(self, sheet: Sheet) -> None:
        """A sheet that is written."""
        self._head(sheet.name, sheet.out.check, sheet.out.packed, sheet.out.size)
        with sheet.path.open("rb") as packed:
            while part := packed.read(1 << 20):
                self.file.write(part)
        sheet.path.unlink()

    def close(self) -> None:
        """Write the directory."""
        begin = self.file.tell()
        self.file.write(b"".join(self.central))
        size, count = self.file.tell() - begin, len(self.central)
        self.file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, begin, 0))
        self.file.close()

    def _head(self, name: str, check: int, packed: int, size: int) -> None:
        common = struct.pack("<5H3L2H", 20, 0, DEFLATED, *self.TIME, check, packed, size, len(name), 0)
        at = struct.pack("<3H2L", 0, 0, 0, 0, self.file.tell())
        self.central.append(b"PK\1\2" + struct.pack("<H", 20) + common + at + name.encode())
        self.file.write(b"PK\3\4" + common + name.encode())


class Workbook:
    """A workbook being written: its sheets by name."""

    def __init__(
        self, folder: Folder, name: str, headers: Mapping[str, Sequence[str]], made_at: datetime, keeping: Keeping
    ) -> None:
        self.folder, self.name = folder, name
        self.parts = _with_headers(headers, made_at)
        self.sheets = {
            name: Sheet(folder, part, number, self.parts.pop(part), keeping)
            for number, name in enumerate(headers, start=1)
            if (part := f"xl/worksheets/sheet{number}.xml")
        }

    def close(self) -> None:
        """No more rows come: put the sheets together."""
        book = Zip(self.folder.open(self.name))
        for sheet in self.sheets.values():
            self.parts[BOOK] = sheet.with_last(self.parts[BOOK])
        for name, content in self.parts.items():
            book.add(name, content)
        for sheet in self.sheets.values():
            sheet.close()
            book.add_sheet(sheet)
        book.close()
        self.folder.rows[self.name] = sum(sheet.next - 2 for sheet in self.sheets.values())


def _with_headers(headers: Mapping[str, Sequence[str]], made_at: datetime) -> dict[str, bytes]:
    whole = BytesIO()
    with xlsxwriter.Workbook(whole, {"constant_memory": True, "in_memory": True}) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        for number, (name, titles) in enumerate(headers.items(), start=1):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, title in enumerate(titles):
                sheet.write_string(0, place, title, bold)
                sheet.set_column(place, place, width(title))
            whole_sheet = f"A1:{column(len(titles) - 1)}{stands_for_last(number)}"
            sheet.autofilter(whole_sheet)
            # Codes are text, for their leading zeros: no green corners.
            sheet.ignore_errors({"number_stored_as_text": whole_sheet})
    with ZipFile(whole) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def _writable(text: str) -> str:
    """What XML cannot have, as spreadsheets write it (ECMA-376, ST_Xstring)."""
    if UNWRITABLE.search(text) is None:
        return text
    return UNWRITABLE.sub(lambda found: f"_x{ord(found[0][0]):04X}_{found[0][1:]}", text)


def _space(text: str) -> str:
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
