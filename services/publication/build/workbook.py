"""The extract's workbook: a sheet a school type, every cell text. Made of rows that are kept, as openpyxl cannot and xlsxwriter does not."""

import re
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zlib import DEFLATED, MAX_WBITS, compressobj, crc32

from services.publication.build.kept import Keeping
from services.publication.build.streams import Deflated

ROW, END = "\x01", b"\x02"
"""In a kept row: where its number comes, and its end. Neither can be in a cell."""
MOST_ROWS = 1_048_576
"""A sheet has no more; what is beyond is in the other files."""
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
SHEET_HEAD = f"""{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" \
topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"""
SHEET_TAIL = "</sheetData></worksheet>"
STYLES = f"""{XML}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>\
</fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>\
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>"""


def column(number: int) -> str:
    """A column's letters: A for 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


COLUMNS = [column(number) for number in range(1000)]


def row(cells: Sequence[str], style: int = 0) -> bytes:
    """A row as it is kept: without its number. What is empty is no cell."""
    said = f' s="{style}"' if style else ""
    found = "".join(
        f'<c r="{name}{ROW}" t="inlineStr"{said}><is><t{_space(text)}>{escape(_writable(text))}</t></is></c>'
        for name, text in zip(COLUMNS, cells, strict=False)
        if text
    )
    return f'<row r="{ROW}">{found}</row>'.encode() + END


class Sheet:
    """A sheet being written."""

    def __init__(self, folder: Path, number: int, header: Sequence[str], keeping: Keeping) -> None:
        self.path, self.name = folder / f"sheet{number}.half", f"xl/worksheets/sheet{number}.xml"
        self.out, self.next = Deflated(self.path, keeping), 1
        self.out.write(SHEET_HEAD.encode())
        self.write(row(header, style=1))

    def write(self, rows: bytes) -> None:
        """Write rows as they are kept."""
        found = rows.split(END)[:-1][: MOST_ROWS + 1 - self.next]
        if found:
            numbered = enumerate(found, start=self.next)
            self.out.write(b"".join(one.replace(ROW.encode(), b"%d" % number) for number, one in numbered))
            self.next += len(found)

    def close(self) -> None:
        """No more rows come."""
        self.out.write(SHEET_TAIL.encode())
        self.out.close()


class Zip:
    """A zip file (APPNOTE 6.3.10) of parts that may be packed already. All its times are the format's first."""

    TIME = 0, 0x21

    def __init__(self, path: Path) -> None:
        self.file, self.central = path.open("wb"), list[bytes]()

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


def write(path: Path, names: Sequence[str], sheets: Sequence[Sheet], made_at: datetime) -> None:
    """A workbook of sheets that are closed."""
    book = Zip(path)
    for name, content in _around(names, made_at).items():
        book.add(name, content.encode())
    for sheet in sheets:
        book.add_sheet(sheet)
    book.close()


def _around(names: Sequence[str], made_at: datetime) -> Mapping[str, str]:
    numbers = range(1, len(names) + 1)
    parts = {f"/xl/worksheets/sheet{n}.xml": f"{TYPE}.worksheet+xml" for n in numbers} | {
        "/xl/workbook.xml": f"{TYPE}.sheet.main+xml", "/xl/styles.xml": f"{TYPE}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }  # fmt: skip
    types = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    listed = "".join(f'<sheet name={quoteattr(names[n - 1])} sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    made = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    inside = {f"rId{n}": (f"{LINKS}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers}
    core = f"{PACKAGE}/relationships/metadata/core-properties"
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": _links({"rId1": (f"{LINKS}/officeDocument", "xl/workbook.xml"),
                               "rId2": (core, "docProps/core.xml")}),
        "docProps/core.xml": f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created></cp:coreProperties>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(inside | {"rId0": (f"{LINKS}/styles", "styles.xml")}),
        "xl/styles.xml": STYLES,
    }  # fmt: skip


def _links(found: Mapping[str, tuple[str, str]]) -> str:
    said = "".join(f'<Relationship Id="{n}" Type="{kind}" Target="{to}"/>' for n, (kind, to) in found.items())
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{said}</Relationships>'


def _writable(text: str) -> str:
    """What XML cannot have, as spreadsheets write it (ECMA-376, ST_Xstring)."""
    if UNWRITABLE.search(text) is None:
        return text
    return UNWRITABLE.sub(lambda found: f"_x{ord(found[0][0]):04X}_{found[0][1:]}", text)


def _space(text: str) -> str:
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
