"""Loading and importing: real data as it is, other registers' dumps row by row, and nothing twice or emptied."""

import asyncio
import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.kernel.database import open_pool
from services.publication.domain import extract, v2
from services.publication.domain.history import Seen
from services.registry.commands.importing import UnreadableFileError, import_file
from services.registry.commands.load import load
from services.registry.register import Register, new_register
from services.registry.settings import RegistrySettings
from services.registry.store import units
from services.registry.store.audit import broken_chain
from tests.integration.registry.helpers import NUMBER, OTHER, WORK_EMAIL, Person, facts
from tests.units import CODE, DAY, LUND

DATA = Path(__file__).parents[3] / "deploy" / "data"
NEW = "43038662"
SUMMARY = "1 new, 1 changed, 1 unchanged, {} refused."


def v1_row(code: str, name: str, **other: Any) -> dict[str, Any]:
    return {
        "Skolenhetskod": code, "Namn": name, "Status": "Aktiv", "Kommun": {"Kommunkod": "1281", "Namn": "Lund"},
        "Huvudman": {"PeOrgNr": LUND, "Namn": "LUNDS KOMMUN", "Typ": "Kommun"}, "Rektorsnamn": None, "Epost": "",
        "Skolformer": [{"type": "Grundskola", "SkolformID": 5, "Ak7": True, "Ak8": True, "Ak9": False}],
    } | other  # fmt: skip


def v2_row(code: str, name: str, **other: Any) -> dict[str, Any]:
    attributes = {"displayName": name, "status": "AKTIV", "municipalityCode": "1281", "schoolTypes": ["GR"],
                  "url": None, "addresses": []}  # fmt: skip
    return {"data": {"type": "schoolunit", "schoolUnitCode": code, "attributes": attributes | other},
            "included": {"type": "organizer", "organizationNumber": LUND}}  # fmt: skip


def csv_row(code: str, name: str, **other: str) -> dict[str, str]:
    return {"SKOLENHETSKOD": code, "SKOLENHETENS NAMN": name, "ORGANISATIONSNR": LUND, "KOMMUN": "1281",
            "STATUS": "AKTIV", "SKOLFORMER": "GR", "ÅRSKURSER": "GR:7 GR:8", "WEBB": ""} | other  # fmt: skip


V1 = [v1_row(NEW, "Ny skola"), v1_row(CODE, "Nytt namn"), v1_row(OTHER, "Andra skolan"),
      v1_row("38271940", "Fel huvudman", Huvudman={"PeOrgNr": "2120000019"}), v1_row(NEW, "En gång till"),
      v1_row("38271940", "Konstig", Skolformer="Grundskola"), {"Namn": "Utan kod"}]  # fmt: skip
V2 = [v2_row(NEW, "Ny skola"), v2_row(CODE, "Nytt namn"), v2_row(OTHER, "Andra skolan"),
      v2_row("38271940", "", schoolTypes=["GR"]), v2_row("38271940", "Okänd", schoolTypes=["HÖGSKOLA"]),
      v2_row("1234", "För kort kod"), v2_row(LUND, "Ett bolag", url="nowhere")]  # fmt: skip
CSV = [csv_row(NEW, "Ny skola"), csv_row(CODE, "Nytt namn"), csv_row(OTHER, "Andra skolan"),
       csv_row("38271940", "Utan nollor", KOMMUN="136"), csv_row("38271940", "Fel adress", WEBB="nowhere")]  # fmt: skip


def as_csv(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_file(folder: Path, content: Any) -> Path:
    path = folder / "dump"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


async def body(register: Register, code: str = CODE) -> dict[str, Any]:
    found: dict[str, Any] = await register.pool.fetchval("SELECT body FROM school_unit WHERE code = $1", code)
    return found


async def assert_books_agree(register: Register) -> None:
    """Every unit has as many audit rows and events as versions."""
    assert await broken_chain(register.pool) == []
    said = [(e.body["schoolUnitCode"], e.body["version"]) for e in await facts(register, "school-unit")]
    rows = await register.pool.fetch("SELECT code, version FROM school_unit")
    assert sorted(said) == sorted((row["code"], n) for row in rows for n in range(1, row["version"] + 1))


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (V1, ["organizer-unknown", "code-twice", "form-unknown", "form-unknown"]),
        (V2, ["malformed", "malformed", "malformed", "malformed"]),
        (CSV, ["malformed", "url-form"]),
    ],
    ids=["v1", "v2", "csv"],
)
async def test_every_row_is_told_of_and_a_second_time_changes_nothing(
    register: Register, tmp_path: Path, content: list[Any], refused: list[str]
) -> None:
    file = as_csv(tmp_path / "dump.csv", content) if content is CSV else as_file(tmp_path, content)

    report = await import_file(register, file)
    again = await import_file(register, file)

    assert str(report) == SUMMARY.format(len(refused))
    assert [(row.number, row.unit, str(row.result)) for row in report.rows[:3]] == [
        (1, NEW, "new"), (2, CODE, "changed"), (3, OTHER, "unchanged"),
    ]  # fmt: skip
    assert report.rows[1].reason == "displayName"
    assert [(row.number, row.code) for row in report.rows[3:]] == list(enumerate(refused, 4))
    assert all(row.reason for row in report.rows[3:])
    assert str(again) == f"0 new, 0 changed, 3 unchanged, {len(refused)} refused."
    assert (await body(register))["displayName"] == "Nytt namn"
    await assert_books_agree(register)


async def test_an_import_empties_nothing(register: Register, karin: Person, tmp_path: Path) -> None:
    await karin.edit(
        1, headMasterPersonalIdentityNumber=NUMBER, headMasterWorkEmail=WORK_EMAIL, headMaster="Rut Rektor",
        url="https://svalebo.example.org", schoolTypes=["GR", "GY"],
        schoolTypeProperties={"gr": {"grades": ["7", "8"]}, "gy": {"programmes": ["NA"], "csnCode": "12"}},
        addresses=[
            {"type": "BESOKSADRESS", "streetAddress": "Gatan 1", "postalCode": "22222", "locality": "Lund",
             "geoCoordinates": {"latitude": "55.70", "longitude": "13.19"}},
            {"type": "LEVERANSADRESS", "streetAddress": "Bakgatan 1"},
        ],
    )  # fmt: skip
    before = await body(register)
    gymnasium = {"type": "Gymnasieskola", "SkolformID": 1, "NA": True, "TE": False}
    compulsory = {"type": "Grundskola", "Ak7": True, "Ak8": True}
    row = v1_row(
        CODE, "Svaleboskolan", Webbadress=None, Besoksadress={"Adress": "Gatan 2", "Postnr": "222 22", "Ort": ""},
        Skolformer=[compulsory, gymnasium],
    )  # fmt: skip

    report = await import_file(register, as_file(tmp_path, {"Skolenheter": [row]}))

    assert report.rows[0].reason == "addresses/BESOKSADRESS/streetAddress"
    before["addresses"][0]["streetAddress"] = "Gatan 2"
    assert await body(register) == before
    unit = await units.find(register.pool, register.vault, CODE)
    assert unit
    assert (unit.unit.private.personal_identity_number, unit.unit.private.work_email) == (NUMBER, WORK_EMAIL)


async def test_a_school_type_that_ends_takes_its_details_with_it(register: Register, tmp_path: Path) -> None:
    report = await import_file(register, as_file(tmp_path, v2_row(CODE, "Svaleboskolan", schoolTypes=["FTH"])))

    assert report.rows[0].reason == "schoolTypes, schoolTypeProperties/gr/grades"
    assert (await body(register))["schoolTypes"] == ["FTH"]


async def test_a_place_said_in_one_system_does_not_keep_the_others_old_numbers(
    register: Register, tmp_path: Path
) -> None:
    places = ["55,7047 13,1910", "55.6050 13.0038"]
    rows = [csv_row(CODE, "Svaleboskolan", LATITUD=p.split()[0], LONGITUD=p.split()[1]) for p in places]

    for row in rows:
        await import_file(register, as_csv(tmp_path / "dump.csv", [row], delimiter=";"))

    place = (await body(register))["addresses"][0]["geoCoordinates"]
    assert place["latitude"] == "55.6050"
    assert abs(float(place["coordinateSweRefN"]) - 6_164_000) < 1000


@pytest.mark.parametrize(
    "content",
    [
        {"Uttagsdatum": "2026-11-24T00:00:01+01:00", "Skolenheter": [
            {"Skolenhetskod": CODE, "Kommunkod": "1281", "PeOrgNr": LUND, "Skolenhetsnamn": "Nytt namn",
             "Status": "Aktiv"}]},
        {"meta": {}, "data": {"type": "schoolunit", "attributes": [
            {"schoolUnitCode": CODE, "name": "Nytt namn", "status": "AKTIV"}]}},
        '{"schoolUnitCode": "27508103", "displayName": "Nytt namn"}\n\n',
    ],
    ids=["v1-list", "v2-list", "json-lines"],
)  # fmt: skip
async def test_a_row_that_says_little_changes_what_it_says(register: Register, tmp_path: Path, content: Any) -> None:
    before = await body(register)

    report = await import_file(register, as_file(tmp_path, content))

    assert str(report) == "0 new, 1 changed, 0 unchanged, 0 refused."
    assert await body(register) == before | {"displayName": "Nytt namn"}


async def test_a_closed_unit_is_not_opened_by_an_old_dump(register: Register, tmp_path: Path) -> None:
    await import_file(register, as_file(tmp_path, v2_row(CODE, "Svaleboskolan", status="UPPHORT")))

    report = await import_file(register, as_file(tmp_path, v2_row(CODE, "Svaleboskolan", status="AKTIV")))

    assert [row.code for row in report.rows] == ["closed-unit-is-final"]
    assert (await body(register))["status"] == "UPPHORT"


@pytest.mark.parametrize(
    "content",
    [b"SKOLENHETSKOD;KOMMUN\n\xe5\xe4\xf6", b'[{"schoolUnitCode": "27508103"', b'{"a": 1}\n{"b"', b"NAMN,ORT\nx,y",
     b"[1, 2]", b""],
    ids=["not-utf-8", "half-a-file", "half-a-line", "other-columns", "no-rows", "empty"],
)  # fmt: skip
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    register: Register, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "dump").write_bytes(content)

    with pytest.raises(UnreadableFileError, match="dump"):
        await import_file(register, tmp_path / "dump")

    await assert_books_agree(register)


async def test_a_unit_that_comes_again_in_a_later_chunk_is_refused_there(register: Register, tmp_path: Path) -> None:
    rows = [v2_row(CODE, "Först"), *({"nothing": "known"} for _ in range(600)), v2_row(CODE, "Sist")]
    file = as_file(tmp_path, rows)

    first, second = await import_file(register, file), await import_file(register, file)

    assert (first.rows[0].result, first.rows[-1].code) == ("changed", "code-twice")
    assert (second.rows[0].result, second.rows[-1].code) == ("unchanged", "code-twice")


async def test_two_imports_at_once_write_each_unit_once(register: Register, tmp_path: Path) -> None:
    rows = [v2_row(str(30_000_001 + number), f"Skola {number}") for number in range(300)]
    files = []
    for name, content in (("one", rows), ("other", [*rows[::-1], v2_row(NEW, "Bara här")])):
        (tmp_path / name).mkdir()
        files.append(as_file(tmp_path / name, content))

    reports = await asyncio.gather(*(import_file(register, file) for file in files))

    assert sum(row.result == "new" for report in reports for row in report.rows) == 301
    await assert_books_agree(register)


async def test_real_data_are_loaded_once_and_what_is_published_of_them_can_be_imported_without_change(
    settings: RegistrySettings, tmp_path: Path
) -> None:
    async with open_pool(settings.database_url) as pool:
        register = new_register(settings, pool)
        at_once = await asyncio.gather(*(load(register, DATA, lambda *_: None) for _ in range(2)))
        again = await load(register, DATA, lambda *_: None)
        rows = await pool.fetch(
            "SELECT u.code, u.body, o.body AS owner FROM school_unit u JOIN organizer o ON o.number = u.organizer"
        )
        seen = [
            (_seen(row["code"], row["body"]), _seen(row["owner"]["organizationNumber"], row["owner"])) for row in rows
        ]

        details = [json.loads(v2.unit_detail(unit, owner, "", "")) for unit, owner in seen]
        lines = [dict(zip(extract.CSV_HEADER, extract.csv_row(unit, owner, {}), strict=True)) for unit, owner in seen]
        files = [as_file(tmp_path, details), as_csv(tmp_path / "extract.csv", lines), DATA / "school-units.jsonl"]
        reports = [await import_file(register, file) for file in files]

        assert (set(at_once), again, len(rows)) == ({1751, None}, None, 1751)
        assert [(file.name, report.told) for file, report in zip(files, reports, strict=True)] == [
            (file.name, []) for file in files
        ]
        await assert_books_agree(register)


def _seen(name: str, found: Mapping[str, Any]) -> Seen:
    return Seen(name, 1, DAY, DAY, dict(found))
