"""Hostile and odd files: read within bounds, or refused as a whole with a code."""

import io
import json
import random
import zipfile

import pytest
import xlsxwriter

from services.eservice import texts
from services.registry.domain.bulk_columns import COLUMNS
from services.registry.domain.bulk_files import MOST_UNPACKED, read_rows
from services.registry.domain.bulk_words import CODES, WORDS, in_codes, in_words
from services.registry.domain.rules import RulesBrokenError
from services.registry.sheets import as_csv, as_excel

HEADING = b"schoolUnitCode;version;displayName\n"


def refused(content: bytes, most: int = 10) -> str:
    with pytest.raises(RulesBrokenError) as raised:
        read_rows(content, most)
    (broken,) = raised.value.broken
    assert broken.pointer == "/file"
    return broken.rule.code


def a_book(*rows: list[object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The book with one part put in another's place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, part if each == name else old.read(each))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (HEADING, "file-empty"),
        (b"PK\x03\x04 no book", "file-kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old book", "file-column-needed"),
        (b"\x81" + HEADING, "file-encoding"),
        ("schoolUnitCode;displayName\n1;A".encode("utf-16"), "file-encoding"),
        (b"a;b\n1;2", "file-column-needed"),
        (b"displayName;version\nA;1", "file-column-needed"),
        (b"schoolUnitCode;rektorsHemadress\n1;A", "file-columns"),
        (b"schoolUnitCode;Namn;displayName\n1;A;B", "file-columns"),
        (HEADING + b"1;1;A\n" * 11, "file-too-many-rows"),
        (b"{", "file-kind"),
        (b"{}", "file-kind"),
        (b"[1]", "file-kind"),
        (b"[" * 100_000, "file-kind"),
        (b'[{"schoolUnitCode": "1", "displayName": {"a": 1}}]', "file-kind"),
        (b'[{"schoolUnitCode": "1", "displayName": "\\ud800"}]', "file-kind"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_code(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_a_book_that_unpacks_to_too_much_is_refused_unread() -> None:
    sheet = b"<worksheet>" + b" " * MOST_UNPACKED + b"</worksheet>"
    content = with_part(a_book(["schoolUnitCode"], ["1"]), "xl/worksheets/sheet1.xml", sheet)

    assert len(content) < 100_000
    assert refused(content) == "file-unpacked"


def test_entities_within_entities_are_refused() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a0 "ha">{entities}]><worksheet>&a11;</worksheet>'
    content = with_part(a_book(["schoolUnitCode"], ["1"]), "xl/worksheets/sheet1.xml", text.encode())

    assert refused(content) in {"file-kind", "file-empty"}


@pytest.mark.parametrize(
    ("name", "end", "element"),
    [
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>"),
        ("xl/styles.xml", b"</fonts>", b"<font/>"),
        ("xl/sharedStrings.xml", b"</sst>", b"<si/>"),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"<row/>"),
    ],
)
def test_a_book_of_more_elements_than_its_rows_need_is_refused_unread(name: str, end: bytes, element: bytes) -> None:
    book = a_book(["schoolUnitCode"], ["1"])
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        part = packed.read(name).replace(end, element * 500_000 + end)
    content = with_part(book, name, part)

    assert len(content) < 30_000
    assert refused(content) == "file-unpacked"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_book_that_declares_entities_is_refused(encoding: str) -> None:
    declared = f'<!DOCTYPE s [<!ENTITY a "{"<xf/>" * 9}">]>'
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declared}<styleSheet>&a;</styleSheet>'
    content = with_part(a_book(["schoolUnitCode"], ["1"]), "xl/styles.xml", text.encode(encoding))

    assert refused(content) == "file-kind"


def test_a_full_book_of_as_many_rows_as_may_be_is_read() -> None:
    rows = [{column.name: f"{column.name} {place}" for column in COLUMNS} for place in range(300)]

    assert len(read_rows(as_excel(rows), 300)) == 300


def test_a_book_that_is_damaged_anywhere_is_read_or_refused() -> None:
    """Whatever is wrong in which part: no other error comes out (1,500 more were tried by hand)."""
    book, chance = as_excel([{column.name: "x" for column in COLUMNS}] * 2), random.Random(5)  # noqa: S311 - no secret
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        names = packed.namelist()
    refusals = 0
    for _ in range(60):
        name = chance.choice(names)
        with zipfile.ZipFile(io.BytesIO(book)) as packed:
            part = bytearray(packed.read(name))
        for _ in range(4):
            place = chance.randrange(len(part))
            part[place : place + chance.randrange(1, 20)] = chance.randbytes(1)
        try:
            read_rows(with_part(book, name, bytes(part)), 10)
        except RulesBrokenError:
            refusals += 1
    assert refusals > 0


def test_a_book_cut_short_is_refused() -> None:
    content = a_book(["schoolUnitCode"], ["1"])

    assert refused(content[: len(content) // 2]) == "file-kind"


def test_formulas_are_found_and_never_worked_out() -> None:
    (row,) = read_rows(a_book(["schoolUnitCode", "displayName"], ["27508103", '=HYPERLINK("http://x","y")']), 10)

    assert row.formulas == ["displayName"]
    assert row.cells["displayName"] == ""


def test_numbers_that_a_spreadsheet_made_of_codes_are_codes_again() -> None:
    book = a_book(["Skolenhetskod", "Version", "Besöksadress, postnummer", "Resursskola"], [27508103, 1, 22363, True])
    (row,) = read_rows(book, 10)

    assert list(row.cells.values()) == ["27508103", "1", "22363", "Ja"]


def test_a_cut_row_is_no_row_that_empties_cells() -> None:
    cut, long, whole = read_rows(HEADING + b"1;1\n2;1;A;B\n3;1;A;;\n", 10)

    assert (cut.whole, long.whole, whole.whole) == (False, False, True)


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    assert [row.place for row in read_rows(HEADING + b"1;1;A\n;;\n2;1;B\n", 10)] == [2, 4]


def test_a_book_behind_a_password_is_refused() -> None:
    content = bytearray(a_book(["schoolUnitCode"], ["1"]))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := content.find(signature, place + 1)) >= 0:
            content[place + flags] |= 1

    assert refused(bytes(content)) == "file-kind"


def test_an_object_says_only_what_it_names() -> None:
    rows = read_rows(json.dumps([{"schoolUnitCode": "1", "url": None}, {"schoolUnitCode": "2"}]).encode(), 10)

    assert [dict(row.cells) for row in rows] == [{"schoolUnitCode": "1", "url": ""}, {"schoolUnitCode": "2"}]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-2+A3", "+A1"])
def test_what_a_spreadsheet_would_work_out_is_guarded_and_comes_back(text: str) -> None:
    unit = {column.name: "" for column in COLUMNS} | {"schoolUnitCode": "1", "displayName": text}
    (of_csv,), (of_book,) = read_rows(as_csv([unit]), 10), read_rows(as_excel([unit]), 10)

    assert of_csv.cells["displayName"] == of_book.cells["displayName"] == text
    assert f";'{text};" in as_csv([unit]).decode()
    assert of_book.formulas == []


@pytest.mark.parametrize("text", ["+46 46-35 90 00", "'quoted"])
def test_what_is_no_formula_is_left_alone(text: str) -> None:
    unit = {column.name: "" for column in COLUMNS} | {"schoolUnitCode": "1", "displayName": text}

    assert f";{text};" in as_csv([unit]).decode()
    assert read_rows(as_csv([unit]), 10)[0].cells["displayName"] == text


@pytest.mark.parametrize("text", ["Kalle'-skolan", "O'-Brien", "x'=y", "'=x", "''=x", "'-", "'x"])
def test_an_apostrophe_of_the_text_itself_comes_back(text: str) -> None:
    unit = {column.name: "" for column in COLUMNS} | {"schoolUnitCode": "1", "displayName": text}

    assert [read_rows(write([unit]), 10)[0].cells["displayName"] for write in (as_csv, as_excel)] == [text, text]


def test_files_and_pages_have_the_same_words() -> None:
    shown = texts.UNIT_TYPES | texts.ORIENTATIONS | texts.SCHOOL_TYPES | texts.VUX_PARTS | texts.REPORTS

    assert shown == WORDS
    assert len(CODES) == len(WORDS), "no word means two codes"
    assert {value for column in COLUMNS if column.has_words for value in column.values} == set(WORDS)
    assert all(in_codes(in_words(code).upper()) == code for code in WORDS)
