"""Files of the companies register: compared by a job, applied as the administration chooses, each once."""

import asyncio
import csv
import io
import os
import signal
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from services.kernel.database import transaction
from services.registry.commands.companies_job import CHUNK, advance, advance_next
from services.registry.register import Register
from services.registry.settings import RegistrySettings
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, KARIN, SECRET, Person, facts, the_day, waiting_for_locks
from tests.units import INDEPENDENT, LUND

NEW = "2120001355"
PERSONS_OWN = "9001012385"
BASE = {"organizationNumber": LUND, "displayName": "Lunds kommun"}
SCHOOL = {"organizationNumber": INDEPENDENT, "displayName": "Friskolan AB"}
AN_EXTRACT = date(2026, 6, 1)


@pytest_asyncio.fixture
async def ada(as_person: AsPerson) -> Person:
    """Of the register administration."""
    return as_person(ADA, "register-administration")


def a_file(*rows: dict[str, str]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


async def send(
    person: Person, *rows: dict[str, str], as_of: date = AN_EXTRACT, complete: bool = False, key: str = ""
) -> httpx.Response:
    query = {"fileName": "foretag.csv", "asOf": as_of.isoformat(), "complete": str(complete).lower()}
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await person.http.post("/companies-imports", params=query, content=a_file(*rows), headers=headers)


async def compared(register: Register, person: Person, *rows: dict[str, str], **how: Any) -> dict[str, Any]:
    answer = await send(person, *rows, **how)
    assert answer.status_code == 202, answer.text
    await work_off(register)
    return await seen(person, answer.json()["importId"])


async def work_off(register: Register) -> None:
    while await advance_next(register):
        pass


async def seen(person: Person, import_id: str) -> dict[str, Any]:
    return dict((await person.http.get(f"/companies-imports/{import_id}")).json())


async def differences(person: Person, found: dict[str, Any], **query: str) -> list[dict[str, Any]]:
    answer = await person.http.get(f"/companies-imports/{found['importId']}/differences", params=query)
    return list(answer.json()["differences"])


async def choose(person: Person, found: dict[str, Any], key: str = "", **choice: Any) -> httpx.Response:
    headers = {"If-Match": f'"{found["version"]}"', "Idempotency-Key": key or str(uuid4())}
    return await person.http.post(f"/companies-imports/{found['importId']}/application", json=choice, headers=headers)


async def test_differences_are_listed_and_nothing_is_changed_by_that(register: Register, ada: Person) -> None:
    found = await compared(
        register, ada, BASE | {"displayName": "Lunds stad", "locality": "Lund", "municipalityCode": "1281"}, SCHOOL,
        {"organizationNumber": NEW, "displayName": "Nya förbundet", "organizerType": "KOMMFORB"},
    )  # fmt: skip

    assert (found["state"], found["progress"]) == ("compared", {"done": 3, "total": 3})
    assert {kind: counts["found"] for kind, counts in found["differences"].items()} == {
        "new": 1, "changed": 1, "gone": 0,
    }  # fmt: skip
    listed = {each["organizationNumber"]: each for each in await differences(ada, found)}
    assert {c["field"]: (c["before"], c["after"]) for c in listed[LUND]["changed"]} == {
        "displayName": ("Lunds kommun", "Lunds stad"), "address/locality": (None, "Lund"),
    }  # fmt: skip
    assert listed[NEW]["kind"] == "new"
    assert await facts(register, "organizer.edited") == []


async def test_all_are_applied_once_each_with_its_event(register: Register, ada: Person) -> None:
    found = await compared(
        register, ada, BASE | {"displayName": "Lunds stad", "email": "kommun@lund.se"},
        {"organizationNumber": NEW, "displayName": "Nya förbundet", "organizerType": "KOMMFORB"},
    )  # fmt: skip
    key = str(uuid4())
    answer = await choose(ada, found, key, kinds=["new", "changed"])
    again = await choose(ada, found, key, kinds=["new", "changed"])
    await work_off(register)

    assert answer.status_code == 202, answer.text
    assert again.content == answer.content
    (edited,) = await facts(register, "organizer.edited")
    assert (edited.body["cause"], edited.body["process"]) == (
        "import", {"type": "companies-register", "id": found["importId"]},
    )  # fmt: skip
    assert edited.body["organizer"]["email"] == [{"providerType": "SCB", "email": "kommun@lund.se"}]
    assert [e.body["organizationNumber"] for e in await facts(register, "organizer.registered")][-1] == NEW
    done = await seen(ada, found["importId"])
    assert (done["state"], done["progress"]) == ("applied", {"done": 2, "total": 2})
    one = (await ada.http.get(f"/organizers/{LUND}")).json()
    assert one["baseData"]["asOf"] == AN_EXTRACT.isoformat()
    assert (await ada.http.get(f"/organizers/{NEW}")).json()["organizer"]["legalEntityStatus"] == "INKLUDERAD_SKV"
    assert await audit.broken_chain(register.pool) == []


async def test_the_same_file_twice_finds_nothing_the_second_time(register: Register, ada: Person) -> None:
    row = BASE | {"displayName": "Lunds stad"}
    found = await compared(register, ada, row)
    await choose(ada, found, kinds=["changed"])
    await work_off(register)

    again = await compared(register, ada, row)

    assert again["differences"]["changed"]["found"] == 0
    assert (await choose(ada, again, kinds=["changed"])).json()["errors"][0]["code"] == "nothing-chosen"
    assert len(await facts(register, "organizer.edited")) == 1


async def test_two_imports_of_the_same_change_apply_it_once(register: Register, ada: Person) -> None:
    row = BASE | {"displayName": "Lunds stad"}
    first, second = await compared(register, ada, row), await compared(register, ada, row)
    for found in (first, second):
        assert (await choose(ada, found, kinds=["changed"])).status_code == 202
    await work_off(register)

    outcomes = [(await seen(ada, found["importId"]))["differences"]["changed"] for found in (first, second)]
    assert [(each["applied"], each["outdated"]) for each in outcomes] == [(1, 0), (0, 1)]
    assert len(await facts(register, "organizer.edited")) == 1


async def test_only_the_chosen_organizers_are_changed(register: Register, ada: Person) -> None:
    found = await compared(register, ada, BASE | {"displayName": "A"}, SCHOOL | {"displayName": "B"})
    await choose(ada, found, organizationNumbers=[INDEPENDENT])
    await work_off(register)
    (edited,) = await facts(register, "organizer.edited")
    rest = await choose(ada, await seen(ada, found["importId"]), kinds=["changed"])
    await work_off(register)

    assert edited.body["organizationNumber"] == INDEPENDENT
    assert rest.status_code == 202
    assert [e.body["organizationNumber"] for e in await facts(register, "organizer.edited")] == [INDEPENDENT, LUND]


async def test_own_contact_values_stay_also_when_edited_meanwhile(
    register: Register, ada: Person, karin: Person
) -> None:
    found = await compared(register, ada, BASE | {"displayName": "Lunds stad", "email": "kommun@lund.se"})
    headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid4())}
    await karin.http.put(f"/organizers/{LUND}", json={"email": "skola@lund.se"}, headers=headers)
    await choose(ada, found, kinds=["changed"])
    await work_off(register)

    now = (await karin.http.get(f"/organizers/{LUND}")).json()
    assert now["organizer"]["email"] == [
        {"providerType": "SCB", "email": "kommun@lund.se"}, {"providerType": "SKOLVERKET", "email": "skola@lund.se"},
    ]  # fmt: skip
    assert (now["organizer"]["displayName"], now["version"]) == ("Lunds stad", 3)
    mine = await ada.http.get("/me/data")
    assert {(a["about"], a["channel"]) for a in mine.json()["actions"]} >= {(LUND, "file")}


async def test_what_a_column_does_not_say_stays_and_an_empty_value_removes(register: Register, ada: Person) -> None:
    filled = BASE | {
        "email": "kommun@lund.se",
        "phoneNumber": "046-1 00 00",
        "locality": "Lund",
        "postalCode": "221 00",
    }
    await choose(ada, await compared(register, ada, filled), kinds=["changed"])
    await work_off(register)
    found = await compared(register, ada, BASE | {"email": ""})

    (listed,) = await differences(ada, found)
    assert [(c["field"], c["before"], c["after"]) for c in listed["changed"]] == [("email/SCB", "kommun@lund.se", None)]


async def test_a_whole_extract_finds_the_gone_and_applies_them_only_when_chosen(
    register: Register, ada: Person
) -> None:
    partial = await compared(register, ada, BASE)
    whole = await compared(register, ada, BASE, complete=True)
    await choose(ada, whole, kinds=["gone"])
    await work_off(register)

    assert partial["differences"]["gone"]["found"] == 0
    assert [each["organizationNumber"] for each in await differences(ada, whole, kind="gone")] == [INDEPENDENT]
    one = (await ada.http.get(f"/organizers/{INDEPENDENT}")).json()["organizer"]
    assert one["companyStatus"] == "EJ_LANGRE_AKTIV"
    again = await compared(register, ada, BASE, complete=True)
    assert again["differences"]["gone"]["found"] == 0


async def test_rows_that_cannot_be_taken_are_told_with_their_reasons(register: Register, ada: Person) -> None:
    found = await compared(
        register, ada, BASE, BASE, {"organizationNumber": "2120001133", "displayName": "Fel siffra"},
        {"organizationNumber": PERSONS_OWN, "displayName": "En person"},
        {"organizationNumber": NEW, "displayName": "Ingen typ"},
        SCHOOL | {"municipalityCode": "9999"}, SCHOOL | {"email": "nej"},
    )  # fmt: skip

    told = {row["row"]: (row["organizationNumber"], row["code"]) for row in found["refused"]["rows"]}
    assert told == {
        2: (LUND, "row-twice"), 3: ("2120001133", "number-form"), 4: ("", "personal-number"), 5: (NEW, "type-needed"),
        6: (INDEPENDENT, "place-unknown"), 7: (INDEPENDENT, "malformed"),
    }  # fmt: skip
    assert found["refused"]["count"] == 6
    assert PERSONS_OWN not in str(await register.pool.fetch("SELECT * FROM companies_import"))


async def test_an_older_extract_does_not_undo_a_newer(register: Register, ada: Person) -> None:
    older_first = await compared(register, ada, SCHOOL | {"displayName": "Gammalt namn"})
    await compared(register, ada, BASE, SCHOOL, as_of=AN_EXTRACT + timedelta(days=30))
    found = await compared(register, ada, BASE | {"displayName": "Gammalt namn"})
    await choose(ada, older_first, kinds=["changed"])
    await work_off(register)

    assert [row["code"] for row in found["refused"]["rows"]] == ["older-extract"]
    assert (await seen(ada, older_first["importId"]))["differences"]["changed"]["outdated"] == 1
    assert await facts(register, "organizer.edited") == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"namn;ort\na;b\n", "no column"),
        (b"[1, 2]", "not a list of companies"),
        (b'{"organizationNumber": ', "not JSON"),
        (b"", "no column"),
        (b"organizationNumber;displayName\n", "no rows"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(ada: Person, content: bytes, words: str) -> None:
    query = {"fileName": "x.csv", "asOf": "2026-01-01"}
    answer = await ada.http.post(
        "/companies-imports", params=query, content=content, headers={"Idempotency-Key": str(uuid4())}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "file-unreadable")
    assert words in answer.json()["detail"]


async def test_a_file_that_is_too_large_is_refused(ada: Person) -> None:
    query = {"fileName": "x.csv", "asOf": "2026-01-01"}
    answer = await ada.http.post(
        "/companies-imports", params=query, content=b"x" * 2_000_001, headers={"Idempotency-Key": str(uuid4())}
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")


async def test_json_lines_are_read_too(register: Register, ada: Person) -> None:
    query = {"fileName": "x.jsonl", "asOf": "2026-01-01"}
    content = f'{{"organizationNumber": "{LUND}", "displayName": "Lunds stad", "phoneNumber": null}}\n'
    answer = await ada.http.post(
        "/companies-imports", params=query, content=content, headers={"Idempotency-Key": str(uuid4())}
    )
    await work_off(register)

    found = await seen(ada, answer.json()["importId"])
    assert [c["field"] for d in await differences(ada, found) for c in d["changed"]] == ["displayName"]


async def test_an_extract_of_a_day_to_come_is_refused(register: Register, ada: Person) -> None:
    answer = await send(ada, BASE, as_of=await the_day(register) + timedelta(days=1))

    assert [each["code"] for each in answer.json()["errors"]] == ["extract-date-to-come"]


async def test_an_import_under_way_takes_no_choice_and_a_stale_one_neither(register: Register, ada: Person) -> None:
    begun = (await send(ada, BASE | {"displayName": "A"})).json()
    busy = await choose(ada, begun, kinds=["changed"])
    await work_off(register)
    stale = await choose(ada, begun, kinds=["changed"])

    assert (busy.status_code, busy.json()["code"]) == (409, "import-busy")
    assert stale.status_code == 412


async def test_nobody_but_the_administration_sees_or_does_any_of_it(
    register: Register, ada: Person, karin: Person, as_person: AsPerson
) -> None:
    found = await compared(register, ada, BASE | {"displayName": "A"})
    claims_to_be = as_person(KARIN, "register-administration")

    for person in (karin, claims_to_be):
        assert (await send(person, BASE)).status_code == 404
        assert (await choose(person, found, kinds=["changed"])).status_code == 404
        for path in ("", f"/{found['importId']}", f"/{found['importId']}/differences"):
            assert (await person.http.get(f"/companies-imports{path}")).status_code == 404
    assert await facts(register, "organizer.edited") == []


def many(count: int) -> list[dict[str, str]]:
    """New organizers, in the order of their numbers."""
    return [
        {"organizationNumber": f"55{nine:07}{check_digit(f'55{nine:07}')}", "displayName": f"Skola {nine}",
         "organizerType": "ENSKILD"}
        for nine in range(2_000_000, 2_000_000 + count)
    ]  # fmt: skip


def check_digit(nine: str) -> int:
    doubled = [int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(nine)]
    return -sum(n - 9 if n > 9 else n for n in doubled) % 10


async def test_a_job_that_is_killed_goes_on_where_it_was(
    register: Register, ada: Person, settings: RegistrySettings, tmp_path: Path
) -> None:
    """SIGKILL in the middle of comparing, and again of applying; each organizer is written and said once."""
    rows = many(3 * CHUNK)
    last = rows[-1] | {"displayName": "Var där redan"}
    await choose(ada, await compared(register, ada, last), kinds=["new"])
    await work_off(register)
    file = tmp_path / "foretag.csv"
    file.write_text(a_file(*rows), encoding="utf-8")

    await killed_while_waiting(register, settings, file, last["organizationNumber"])
    (import_id,) = await register.pool.fetch("SELECT id FROM companies_import WHERE state = 'comparing'")
    half = await seen(ada, str(import_id["id"]))
    await work_off(register)
    found = await seen(ada, half["importId"])
    await choose(ada, found, kinds=["new", "changed"])
    assert await advance(register, UUID(found["importId"]))
    applying = await seen(ada, found["importId"])
    await killed_while_waiting(register, settings, None, last["organizationNumber"])
    await work_off(register)

    assert half["progress"] == {"done": 2 * CHUNK, "total": 3 * CHUNK}
    assert found["differences"]["new"]["found"] == 3 * CHUNK - 1
    assert applying["progress"] == {"done": CHUNK, "total": 3 * CHUNK}
    assert (await seen(ada, found["importId"]))["progress"] == {"done": 3 * CHUNK, "total": 3 * CHUNK}
    said = Counter(e.body["organizationNumber"] for e in await facts(register, "organizer.registered"))
    assert {said[row["organizationNumber"]] for row in rows} == {1}
    assert len(await facts(register, "organizer.edited")) == 1
    assert await audit.broken_chain(register.pool) == []


async def killed_while_waiting(register: Register, settings: RegistrySettings, file: Path | None, number: str) -> None:
    """Run the job in a process of its own, and kill it when it waits for an organizer that we hold.

    With a file the operator's command is run, else the service itself.
    """
    environment = os.environ | {
        "REGISTRY_DATABASE_URL": settings.database_url, "REGISTRY_VAULT_SECRET": SECRET,
        "REGISTRY_KAFKA_BOOTSTRAP": "localhost:1", "REGISTRY_HTTP_PORT": "0",
    }  # fmt: skip
    command = ["import-companies", str(file), "--as-of", "2026-06-01"] if file else ["serve"]
    async with transaction(register.pool) as tx:
        await tx.execute("SELECT FROM organizer WHERE number = $1 FOR UPDATE", number)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.registry", *command, env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await waiting_for_locks(register, 1, seconds=120)  # a process must start first
        finally:
            process.send_signal(signal.SIGKILL)
            assert await process.wait() == -signal.SIGKILL


async def test_the_operators_command_tells_and_applies(
    register: Register, ada: Person, settings: RegistrySettings, tmp_path: Path
) -> None:
    file = tmp_path / "foretag.csv"
    file.write_text(
        a_file(BASE | {"displayName": "Lunds stad"}, {"organizationNumber": "2120001133", "displayName": "Fel"})
    )
    environment = os.environ | {"REGISTRY_DATABASE_URL": settings.database_url, "REGISTRY_VAULT_SECRET": SECRET}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.registry", "import-companies", str(file), "--as-of", "2026-06-01",
        "--apply", "changed", env=environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()

    lines = out.decode().splitlines()
    assert process.returncode == 0
    assert lines[0].startswith("row 2 2120001133 refused number-form")
    assert lines[1] == f"{LUND} Lunds kommun changed displayName"
    assert "1 changed (1 applied)" in lines[-1]
    (edited,) = await facts(register, "organizer.edited")
    assert edited.body["organizer"]["displayName"] == "Lunds stad"
    history = (await ada.http.get(f"/organizers/{LUND}/history")).json()["entries"][0]
    assert (history["actor"], history["actorRole"], history["channel"]) == ("operator", "operator", "file")


async def test_an_edit_waits_for_one_step_and_neither_loses(register: Register, ada: Person, karin: Person) -> None:
    found = await compared(register, ada, BASE | {"displayName": "Lunds stad"})
    await choose(ada, found, kinds=["changed"])
    headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid4())}
    sent = karin.http.put(f"/organizers/{LUND}", json={"url": "https://lund.se"}, headers=headers)
    answer, _ = await asyncio.gather(sent, work_off(register))

    now = (await karin.http.get(f"/organizers/{LUND}")).json()
    assert now["organizer"]["displayName"] == "Lunds stad"
    if answer.status_code == 412:
        assert (now["version"], "url" in now["organizer"]) == (2, False)
    else:
        assert (now["version"], now["organizer"]["url"]) == (3, "https://lund.se")
