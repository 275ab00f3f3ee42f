"""Many units by one file: down and up again, checked row by row, applied all at once or not at all."""

import asyncio
import csv
import io
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio
from openpyxl import load_workbook

from services.registry.commands import bulk
from services.registry.commands.bulk_job import advance_next
from services.registry.commands.register_day import close_due_days
from services.registry.register import Register
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import (
    FRIDA,
    NUMBER,
    OTHER,
    WORK_EMAIL,
    Person,
    assert_days_add_up,
    facts,
    wait_days,
)
from tests.units import CODE, INDEPENDENT, LUND

FILES = f"/organizers/{LUND}/bulk-uploads"


@pytest_asyncio.fixture
async def frida(as_person: AsPerson) -> Person:
    """Contact person of another organizer."""
    return as_person(FRIDA)


async def down(person: Person, kind: str = "csv", organizer: str = LUND) -> bytes:
    answer = await person.http.get(f"/organizers/{organizer}/school-units.{kind}")
    assert answer.status_code == 200, answer.text
    return answer.content


async def rows_of(person: Person) -> dict[str, dict[str, str]]:
    """The units' rows as the CSV has them, by code."""
    text = (await down(person)).decode("utf-8-sig")
    return {row["schoolUnitCode"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}


async def both(person: Person) -> tuple[dict[str, str], dict[str, str]]:
    """The rows of Lund's two units."""
    rows = await rows_of(person)
    return rows[CODE], rows[OTHER]


def a_csv(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


async def send(person: Person, content: bytes, key: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await person.http.post(FILES, params={"fileName": "enheter.csv"}, content=content, headers=headers)


async def work_off(register: Register) -> None:
    while await advance_next(register):
        pass


async def checked(register: Register, person: Person, content: bytes) -> dict[str, Any]:
    answer = await send(person, content)
    assert answer.status_code == 202, answer.text
    await work_off(register)
    return await seen(person, answer.json()["uploadId"])


async def seen(person: Person, upload_id: str) -> dict[str, Any]:
    return dict((await person.http.get(f"/bulk-uploads/{upload_id}")).json())


async def changes(person: Person, found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    answer = await person.http.get(f"/bulk-uploads/{found['uploadId']}/changes")
    return {row["schoolUnitCode"]: row["changed"] for row in answer.json()["rows"]}


async def apply(person: Person, found: dict[str, Any], key: str = "") -> httpx.Response:
    headers = {"If-Match": f'"{found["version"]}"', "Idempotency-Key": key or str(uuid4())}
    return await person.http.post(f"/bulk-uploads/{found['uploadId']}/application", headers=headers)


def codes(answer: httpx.Response) -> list[str]:
    return [each["code"] for each in answer.json()["errors"]]


def told(found: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(each["row"], each["column"], each["code"]) for each in found["errors"]]


async def test_a_file_that_comes_back_as_it_was_changes_nothing(register: Register, karin: Person) -> None:
    address = {"type": "BESOKSADRESS", "streetAddress": "Tornavägen 9", "postalCode": "22363", "locality": "Lund",
               "geoCoordinates": {"latitude": "55.7132", "longitude": "13.2120"}}  # fmt: skip
    edited = await karin.edit(
        1, addresses=[address], phoneNumber="+46 46-35 90 00", headMaster="Rut Rektor", specialSupportSchool=False,
        headMasterPersonalIdentityNumber=NUMBER, headMasterWorkEmail=WORK_EMAIL, displayName="=SUM(A1)",
    )  # fmt: skip
    assert edited.status_code == 200, edited.text

    for kind in ("csv", "xlsx"):
        found = await checked(register, karin, await down(karin, kind))
        assert (found["state"], found["changed"], found["wrong"]) == ("checked", 0, 0), found["errors"]
        assert found["progress"] == {"done": 2, "total": 2}
        assert codes(await apply(karin, found)) == ["file-changes-nothing"]
    assert len(await facts(register, "school-unit.edited")) == 1


async def test_the_excel_file_has_lists_headings_and_no_identity_number(karin: Person) -> None:
    await karin.edit(1, headMasterPersonalIdentityNumber=NUMBER, headMaster="Rut Rektor")
    content = await down(karin, "xlsx")

    sheet = load_workbook(io.BytesIO(content))["Skolenheter"]
    lists = {str(each.formula1) for each in sheet.data_validations.dataValidation}
    assert '"Ja,Nej"' in lists
    assert (sheet.freeze_panes, sheet.row_dimensions[1].hidden, sheet["A2"].value) == ("D3", True, "Skolenhetskod")
    every = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Rut Rektor" in every
    assert NUMBER not in every
    assert NUMBER.encode() not in await down(karin)


async def test_changes_are_shown_and_then_applied_together_with_one_event(register: Register, karin: Person) -> None:
    one, other = await both(karin)
    one |= {"displayName": "Nya skolan", "schoolTypeProperties/gr/grades": "7, 8, 9"}
    other |= {"email": "andra@lund.se", "headMasterPersonalIdentityNumber": NUMBER}
    found = await checked(register, karin, a_csv(one, other))

    assert (found["state"], found["changed"]) == ("checked", 2)
    shown = await changes(karin, found)
    by_code = {code: {c["field"]: c["after"] for c in changed} for code, changed in shown.items()}
    assert by_code[one["schoolUnitCode"]] == {
        "displayName": "Nya skolan", "schoolTypeProperties/gr/grades": ["7", "8", "9"],
    }  # fmt: skip
    assert by_code[other["schoolUnitCode"]] == {"email": "andra@lund.se", "headMasterPersonalIdentityNumber": None}
    assert await facts(register, "school-unit.edited") == []

    key = str(uuid4())
    first, again = await apply(karin, found, key), await apply(karin, found, key)
    await work_off(register)

    assert (first.status_code, again.content) == (202, first.content)
    assert (await seen(karin, found["uploadId"]))["state"] == "applied"
    edited = await facts(register, "school-unit.edited")
    assert {e.body["process"]["type"] for e in edited} == {"bulk"}
    assert {e.body["schoolUnitCode"] for e in edited} == {CODE, OTHER}
    (applied,) = await facts(register, "bulk.applied")
    assert (applied.body["total"], len(applied.body["units"])) == (2, 2)
    entry = (await karin.http.get(f"/school-units/{CODE}/history")).json()["entries"][0]
    assert (entry["channel"], entry["actorRole"]) == ("file", "contact-person")
    assert await register.pool.fetchval("SELECT count(*) FROM bulk_row") == 0
    assert await audit.broken_chain(register.pool) == []


async def test_each_error_has_its_row_and_column_and_nothing_is_applied(register: Register, karin: Person) -> None:
    one, other = await both(karin)
    one |= {"email": "inte en adress", "hospitalSchool": "kanske"}
    other |= {"addresses/POSTADRESS/postalCode": "1", "displayName": ""}
    found = await checked(register, karin, a_csv(one, other, other | {"schoolUnitCode": "00000000"}, one))

    assert found["state"] == "refused"
    assert (2, "hospitalSchool", "file-value-unknown") in told(found)
    assert (3, "displayName", "name-needed") in told(found)
    assert (3, "addresses/POSTADRESS/postalCode", "postal-code-form") in told(found)
    assert (4, "schoolUnitCode", "file-unit-unknown") in told(found)
    assert (5, "schoolUnitCode", "file-unit-twice") in told(found)
    assert found["errors"][0]["heading"] == "Sjukhusskola"
    assert codes(await apply(karin, found)) == ["file-changes-nothing"]
    assert await facts(register, "school-unit.edited") == []


async def test_others_units_are_as_unknown_as_codes_that_nothing_has(
    register: Register, karin: Person, frida: Person
) -> None:
    mine, none = {"schoolUnitCode": CODE, "version": "1"}, {"schoolUnitCode": "00000000", "version": "1"}
    content = a_csv(mine | {"displayName": "Tagen"}, none | {"displayName": "Tagen"})
    answer = await frida.http.post(
        f"/organizers/{INDEPENDENT}/bulk-uploads", params={"fileName": "x.csv"}, content=content,
        headers={"Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    await work_off(register)

    errors = (await seen(frida, answer.json()["uploadId"]))["errors"]
    assert [each["code"] for each in errors] == ["file-unit-unknown"] * 2
    assert {frozenset(each) for each in errors} == {frozenset(errors[0])}
    assert (await send(frida, content)).status_code == 404
    assert (await karin.http.get(f"/bulk-uploads/{answer.json()['uploadId']}")).status_code == 404
    assert (await frida.http.get(f"/organizers/{LUND}/school-units.xlsx")).status_code == 404


async def test_a_row_of_an_older_version_is_named_and_one_that_changes_nothing_passes(
    register: Register, karin: Person
) -> None:
    one, other = await both(karin)
    await karin.edit(1, phoneNumber="046-35 90 00")
    one |= {"displayName": "Annat namn"}
    found = await checked(register, karin, a_csv(one, other | {"version": "7"}))

    assert told(found) == [(2, "version", "file-row-outdated")]


async def test_an_edit_between_the_preview_and_the_application_leaves_every_unit_as_it_is(
    register: Register, karin: Person
) -> None:
    one, other = await both(karin)
    found = await checked(register, karin, a_csv(one | {"url": "https://a.se"}, other | {"url": "https://b.se"}))
    await karin.edit(1, phoneNumber="046-35 90 00")
    await apply(karin, found)
    await work_off(register)

    now = await seen(karin, found["uploadId"])
    assert (now["state"], told(now)) == ("outdated", [(2, "version", "file-row-outdated")])
    assert len(await facts(register, "school-unit.edited")) == 1
    assert await facts(register, "bulk.applied") == []


async def test_what_no_database_takes_is_an_error_of_its_row(register: Register, karin: Person) -> None:
    nul = chr(0)
    rows = [{"schoolUnitCode": f"2750{nul}8103", "version": 1, "displayName": "A"},
            {"schoolUnitCode": NUMBER, "version": 1, "displayName": "A"},
            {"schoolUnitCode": CODE, "version": 1, "municipalityCode": nul, "displayName": f"A{nul}"}]  # fmt: skip
    found = await checked(register, karin, json.dumps(rows).encode())

    assert [(row, code) for row, _, code in told(found)] == [
        (1, "file-unit-unknown"), (2, "file-unit-unknown"), (3, "bad-characters"), (3, "municipality-unknown"),
    ]  # fmt: skip
    kept = await register.pool.fetch("SELECT code FROM bulk_row ORDER BY place")
    assert [row["code"] for row in kept] == ["", "", CODE], "nothing but a code is kept unsealed"


async def test_columns_that_are_not_there_stay(register: Register, karin: Person) -> None:
    await karin.edit(1, headMaster="Rut Rektor", headMasterWorkEmail=WORK_EMAIL)
    found = await checked(register, karin, a_csv({"schoolUnitCode": CODE, "version": "2", "url": "https://svale.se"}))

    assert {c["field"] for c in (await changes(karin, found))[CODE]} == {"url"}


async def test_json_and_windows_csv_and_swedish_headings_are_read(register: Register, karin: Person) -> None:
    as_json = json.dumps([{"schoolUnitCode": CODE, "version": 1, "schoolTypes": ["FKLASS", "GR"]},
                          {"schoolUnitCode": OTHER, "version": 1, "url": "https://a.se"}]).encode()  # fmt: skip
    of_json = await changes(karin, await checked(register, karin, as_json))
    windows = a_csv({"Skolenhetskod": CODE, "Version": "1", "Namn": "Ängsskolan"}, encoding="cp1252")
    of_windows = await changes(karin, await checked(register, karin, windows))

    assert {code: [c["field"] for c in changed] for code, changed in of_json.items()} == {
        CODE: ["schoolTypes"], OTHER: ["url"],
    }  # fmt: skip
    assert [c["after"] for c in of_windows[CODE]] == ["Ängsskolan"]


async def test_the_excel_file_has_swedish_words_and_words_and_codes_are_taken(
    register: Register, karin: Person
) -> None:
    one, other = await both(karin)
    sheet = load_workbook(io.BytesIO(await down(karin, "xlsx")))["Skolenheter"]
    lists = " ".join(str(each.formula1) for each in sheet.data_validations.dataValidation)
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert "Central insamlingsenhet" in lists
    assert {"Skolenhet", "Grundskola"} <= cells

    words = {"schoolTypes": "grundskola,  Öppen  FRITIDSVERKSAMHET; FKLASS", "schoolUnitType": "skolenhet"}
    found = await checked(register, karin, a_csv(one | words, other | {"schoolTypes": "Grundskolan"}))
    assert told(found) == [(3, "schoolTypes", "file-value-unknown")]
    found = await checked(register, karin, a_csv(one | words, other | {"schoolTypes": "grundskola"}))
    after = {c["field"]: c["after"] for c in (await changes(karin, found))[CODE]}

    assert after == {"schoolTypes": ["FKLASS", "OPPFTH", "GR"]}
    assert set(await changes(karin, found)) == {CODE}, "what a word says of the other unit stands already"


async def test_moving_a_place_in_one_system_moves_the_other(register: Register, karin: Person) -> None:
    place = {"latitude": "55.7132", "longitude": "13.2120"}
    await karin.edit(1, addresses=[{"type": "BESOKSADRESS", "streetAddress": "Gatan 1", "geoCoordinates": place}])
    row = (await rows_of(karin))[CODE] | {"addresses/BESOKSADRESS/geoCoordinates/latitude": "55.7200"}
    found = await checked(register, karin, a_csv(row))

    fields = {c["field"].rpartition("/")[2] for c in (await changes(karin, found))[CODE]}
    assert fields == {"latitude", "coordinateSweRefN", "coordinateSweRefE"}


async def test_what_nobody_applies_is_forgotten(register: Register, karin: Person) -> None:
    found = await checked(register, karin, a_csv((await rows_of(karin))[CODE] | {"displayName": "Nytt"}))
    await bulk.lapse(register)
    early = await seen(karin, found["uploadId"])
    await register.pool.execute("UPDATE bulk_upload SET uploaded_at = now() - interval '25 hours'")
    await bulk.lapse(register)

    assert early["state"] == "checked"
    assert (await seen(karin, found["uploadId"]))["state"] == "lapsed"
    assert await register.pool.fetchval("SELECT count(*) FROM bulk_row") == 0
    assert await audit.broken_chain(register.pool) == []


async def test_what_the_file_says_is_sealed(register: Register, karin: Person) -> None:
    await checked(register, karin, a_csv((await rows_of(karin))[CODE] | {"headMasterPersonalIdentityNumber": NUMBER}))

    kept = [bytes(row["cells"]) for row in await register.pool.fetch("SELECT cells FROM bulk_row")]
    assert kept
    assert not any(NUMBER.encode() in each or b"Svalebo" in each for each in kept)
    assert not any(NUMBER in str(row) for row in await register.pool.fetch("SELECT changed, context FROM audit"))


async def test_two_files_at_once_lose_nothing(register: Register, karin: Person) -> None:
    row = (await rows_of(karin))[CODE]
    first = await checked(register, karin, a_csv(row | {"url": "https://a.se"}))
    second = await checked(register, karin, a_csv(row | {"email": "b@lund.se"}))
    await asyncio.gather(apply(karin, first), apply(karin, second))
    await asyncio.gather(work_off(register), work_off(register))

    states = {(await seen(karin, found["uploadId"]))["state"] for found in (first, second)}
    assert states == {"applied", "outdated"}
    assert len(await facts(register, "school-unit.edited")) == 1


async def test_a_busy_file_and_a_stale_version_are_refused(register: Register, karin: Person) -> None:
    begun = (await send(karin, await down(karin))).json()
    busy = await apply(karin, begun)
    await work_off(register)

    assert (busy.status_code, busy.json()["code"]) == (409, "upload-busy")
    assert (await apply(karin, begun)).status_code == 412
    assert (await karin.http.get(f"/bulk-uploads/{UUID(int=0)}")).status_code == 404


async def test_days_add_up_after_a_file(register: Register, karin: Person) -> None:
    found = await checked(register, karin, a_csv((await rows_of(karin))[CODE] | {"displayName": "Nytt"}))
    await apply(karin, found)
    await work_off(register)
    await wait_days(register, 1)
    await close_due_days(register)

    await assert_days_add_up(register)
