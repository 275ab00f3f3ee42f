"""The extract as its readers open it: a workbook and CSV."""

import csv
import io
import zipfile

import openpyxl

from tests.integration.publication.helpers import Publication, Story, contents

CODE, ADULT, CLOSED = "10000011", "10000022", "10000033"
HOSTILE = '=HYPERLINK("http://evil.example","Klicka")'
COMMON = [
    "HUVUDMANNATYP", "LÄN", "LÄNSNAMN", "KOMMUN", "KOMMUNNAMN", "SKOLENHETSKOD", "SKOLENHETENS NAMN",
    "ORGANISATIONSNR", "HUVUDMANS NAMN", "ADRESS", "POSTNR", "POSTORT", "BESÖKSADRESS", "BESÖKSPOSTNR",
    "BESÖKSPOSTORT", "TELENR", "EPOST", "WEBB", "REKTORS NAMN", "INRIKTNING",
]  # fmt: skip
"""domain.md, section 6."""


async def extract(publication: Publication) -> dict[str, bytes]:
    story = Story()
    story.register(
        CODE, municipality_code="0180", school_types=("FKLASS", "GR", "GY"), url="-1+1", head_master="@Rut",
        school_type_properties={"gr": {"grades": ["1", "9"]}, "gy": {"programmes": ["NA25", "BF"]}},
        addresses=[{"type": "BESOKSADRESS", "streetAddress": 'Gatan "1"\nport 2, gården', "postalCode": "01234"}],
    )  # fmt: skip
    story.edit(CODE, display_name=HOSTILE)
    story.register(ADULT, school_types=("VUX",), school_type_properties={"vux": {"schoolTypeParts": ["VUXSFI"]}})
    story.register(CLOSED)
    story.close_unit(CLOSED)
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    return {name.removeprefix("extract/"): data for name, data in contents(publication.current).items()}


def lines(data: bytes, encoding: str, delimiter: str) -> list[dict[str, str]]:
    text = io.StringIO(data.decode(encoding), newline="")
    return list(csv.DictReader(text, delimiter=delimiter, strict=True))


async def test_a_sheet_a_school_type_with_the_columns_of_the_extract_and_text_in_every_cell(
    publication: Publication,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO((await extract(publication))["skolenheter.xlsx"]))

    tables = {sheet.title: list(sheet.iter_rows()) for sheet in book}
    headers = {name: [cell.value for cell in rows[0]] for name, rows in tables.items()}
    assert {name: len(rows) - 1 for name, rows in tables.items() if len(rows) > 1} == {
        "Förskoleklass": 1, "Grundskola": 1, "Gymnasieskola": 1, "Komvux": 1,
    }  # fmt: skip
    assert headers["Förskoleklass"] == COMMON
    assert headers["Grundskola"] == [*COMMON, "FKLASS", *(f"ÅR{grade}" for grade in range(1, 10))]
    assert headers["Gymnasieskola"] == [*COMMON, "BF", "NA25"]
    row = dict(zip(headers["Grundskola"], tables["Grundskola"][1], strict=True))
    assert {cell.data_type for name, cell in row.items() if cell.value is not None} == {"s"}
    assert (row["LÄN"].value, row["KOMMUN"].value, row["BESÖKSPOSTNR"].value) == ("01", "0180", "01234")
    assert row["SKOLENHETENS NAMN"].value == HOSTILE
    assert [row[name].value for name in ("FKLASS", "ÅR1", "ÅR2", "ÅR9")] == ["J", "J", "N", "J"]


async def test_each_sheet_has_its_headings_in_sight_columns_to_read_and_a_filter(publication: Publication) -> None:
    data = (await extract(publication))["skolenheter.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    parts = zipfile.ZipFile(io.BytesIO(data))

    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{max(sheet.max_row, 1)}"
    name, code = (book["Grundskola"].column_dimensions[letter] for letter in "GF")
    assert name.width > 30
    assert code.width > len("SKOLENHETSKOD")
    assert b"Grundskola!$A$1:$AD$2" in parts.read("xl/workbook.xml")
    assert b'numberStoredAsText="1"' in parts.read("xl/worksheets/sheet4.xml")
    assert not [part for part in parts.namelist() if b"10485" in parts.read(part)], "each sheet's end is told"


async def test_the_csv_is_rfc_4180_with_every_unit_once_and_no_formula(publication: Publication) -> None:
    files = await extract(publication)

    plain = lines(files["skolenheter.csv"], "utf-8", ",")
    excel = lines(files["skolenheter-excel.csv"], "utf-8-sig", ";")
    assert plain == excel
    assert files["skolenheter-excel.csv"].startswith(b"\xef\xbb\xbf")
    assert files["skolenheter.csv"].endswith(b"\r\n")
    assert list(plain[0])[: len(COMMON)] == COMMON
    assert [(line["SKOLENHETSKOD"], line["STATUS"]) for line in plain] == [
        (CODE, "AKTIV"), (ADULT, "AKTIV"), (CLOSED, "UPPHORT"),
    ]  # fmt: skip
    assert plain[0]["SKOLENHETENS NAMN"] == f"'{HOSTILE}"
    assert (plain[0]["WEBB"], plain[0]["REKTORS NAMN"]) == ("'-1+1", "'@Rut")
    assert plain[0]["BESÖKSADRESS"] == 'Gatan "1"\nport 2, gården'
    assert (plain[0]["ÅRSKURSER"], plain[0]["PROGRAM"]) == ("GR:1 GR:9", "GY:NA25 GY:BF")
    assert plain[1]["SKOLFORMSDELAR"] == "VUXSFI"
