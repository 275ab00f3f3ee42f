"""Files that harm their reader, and workers that are killed: the service stands, and a file is applied once or not."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest

from services.kernel.database import transaction
from services.registry.commands import bulk_job, companies_job
from services.registry.commands.command import MOST_ATTEMPTS
from services.registry.commands.reading import read
from services.registry.domain.bulk_columns import BY_NAME
from services.registry.domain.rules import RulesBrokenError
from services.registry.register import Register
from services.registry.settings import RegistrySettings
from services.registry.sheets import as_excel
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, OTHER, SECRET, Person, facts, waiting_for_locks
from tests.integration.registry.test_bulk import a_csv, apply, both, changes, checked, codes, seen, send, work_off
from tests.integration.registry.test_companies import send as send_extract
from tests.units import CODE

HELD = {
    "before it writes": f"SELECT FROM school_unit WHERE code = '{OTHER}' FOR UPDATE",
    "when all but the events is written": "LOCK TABLE outbox IN SHARE MODE",
}


def a_book(units: int) -> bytes:
    rows = [{"schoolUnitCode": str(10_000_000 + number), "version": "1"} for number in range(units)]
    return as_excel([dict.fromkeys(BY_NAME, "x") | row for row in rows])


async def refused(register: Register, content: bytes) -> list[str]:
    with pytest.raises(RulesBrokenError) as raised:
        await read(register, content)
    return [broken.rule.code for broken in raised.value.broken]


async def test_a_book_that_takes_too_much_memory_harms_its_reader_alone(register: Register, karin: Person) -> None:
    bounds = replace(register.bulk, reading_bytes=40_000_000)

    assert await refused(replace(register, bulk=bounds), a_book(2000)) == ["file-too-heavy"]
    assert len(await read(register, a_book(1))) == 1
    assert (await karin.see()).status_code == 200


async def test_a_book_that_takes_too_long_is_let_go_and_no_reader_is_left(register: Register) -> None:
    bounds = replace(register.bulk, reading_seconds=1)

    assert await refused(replace(register, bulk=bounds), a_book(4000)) == ["file-too-heavy"]
    assert readers() == []


def readers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "services.registry.reader" in child.cmdline()]


async def test_a_reader_that_is_killed_leaves_a_clear_answer_and_one_that_nobody_waits_for_ends(
    register: Register, karin: Person
) -> None:
    sending = asyncio.create_task(send(karin, a_book(4000)))
    (reader,) = await begun()
    reader.kill()
    answer = await sending

    assert codes(answer) == ["file-too-heavy"]
    reading = asyncio.create_task(read(register, a_book(4000)))
    await begun()
    reading.cancel()
    await asyncio.wait([reading])
    assert readers() == []


async def begun() -> list[psutil.Process]:
    async with asyncio.timeout(20):
        while not (found := readers()):  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)
    return found


async def test_the_reader_is_told_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, register: Register) -> None:
    monkeypatch.setenv("REGISTRY_VAULT_SECRET", SECRET)
    reading = asyncio.create_task(read(register, a_book(500)))
    (reader,) = await begun()
    environment = reader.environ()
    await reading

    assert set(environment) <= {"PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "LC_CTYPE"}


async def test_a_file_that_kills_its_worker_time_after_time_fails_and_holds_up_nobody(
    register: Register, karin: Person
) -> None:
    poison = (await send(karin, a_csv((await both(karin))[0]))).json()["uploadId"]
    await register.pool.execute("UPDATE bulk_row SET cells = 'no sealed cells'")
    good = (await send(karin, a_csv((await both(karin))[0] | {"displayName": "Nytt"}))).json()["uploadId"]

    failures = await work_as_the_service_does(bulk_job.advance_next, register)

    assert failures == MOST_ATTEMPTS
    assert (await seen(karin, poison))["state"] == "failed"
    assert (await seen(karin, good))["state"] == "checked"
    assert codes(await apply(karin, await seen(karin, poison))) == ["file-changes-nothing"]
    assert await register.pool.fetchval("SELECT count(*) FROM bulk_row WHERE upload_id = $1", UUID(poison)) == 0
    assert await audit.broken_chain(register.pool) == []


async def test_an_extract_that_kills_its_worker_time_after_time_fails(register: Register, as_person: AsPerson) -> None:
    ada = as_person(ADA, "register-administration")
    rows = {"organizationNumber": "2120001355", "displayName": "Malmö stad", "organizerType": "KOMMUN"}
    import_id = (await send_extract(ada, rows)).json()["importId"]
    await register.pool.execute("UPDATE companies_row SET said = '{}'")

    failures = await work_as_the_service_does(companies_job.advance_next, register)

    found = (await ada.http.get(f"/companies-imports/{import_id}")).json()
    headers = {"If-Match": f'"{found["version"]}"', "Idempotency-Key": "choose what failed"}
    chosen = await ada.http.post(
        f"/companies-imports/{import_id}/application", json={"kinds": ["new"]}, headers=headers
    )
    assert (failures, found["state"]) == (MOST_ATTEMPTS, "failed")
    assert codes(chosen) == ["nothing-chosen"]
    assert await audit.broken_chain(register.pool) == []


async def work_as_the_service_does(step: Any, register: Register) -> int:
    """Take steps until there is none left, and begin again when one fails; gives how many did."""
    failures = 0
    while True:
        try:
            if not await step(register):
                return failures
        except Exception:  # noqa: BLE001 - whatever it is, the service starts the job again
            failures += 1


async def test_steps_that_end_are_not_counted(register: Register, karin: Person) -> None:
    found = await checked(register, karin, a_csv((await both(karin))[0] | {"displayName": "Nytt"}))
    counted = "SELECT attempts FROM bulk_upload WHERE id = $1"

    assert await register.pool.fetchval(counted, UUID(found["uploadId"])) == 0


@pytest.mark.parametrize("moment", HELD)
async def test_a_worker_killed_while_it_applies_leaves_all_or_nothing_and_the_file_is_applied_once(
    register: Register, karin: Person, settings: RegistrySettings, moment: str
) -> None:
    one, other = await both(karin)
    found = await checked(register, karin, a_csv(one | {"displayName": "Ett"}, other | {"displayName": "Två"}))
    assert set(await changes(karin, found)) == {CODE, OTHER}
    await apply(karin, found)

    async with killed_at(register, settings, HELD[moment]):
        half = [(await karin.see(code)).json()["version"] for code in (CODE, OTHER)]
    await work_off(register)

    assert half == [1, 1], "nothing of it is seen while it is not all done"
    assert (await seen(karin, found["uploadId"]))["state"] == "applied"
    units = [(await karin.see(code)).json() for code in (CODE, OTHER)]
    assert [(unit["version"], unit["unit"]["displayName"]) for unit in units] == [(2, "Ett"), (2, "Två")]
    assert len(await facts(register, "school-unit.edited")) == 2
    assert len(await facts(register, "bulk.applied")) == 1
    assert await audit.broken_chain(register.pool) == []


@asynccontextmanager
async def killed_at(register: Register, settings: RegistrySettings, held: str) -> AsyncIterator[None]:
    """Run the service itself, hold it up at a lock and kill it there; the lock is let go at the end."""
    environment = os.environ | {
        "REGISTRY_DATABASE_URL": settings.database_url, "REGISTRY_VAULT_SECRET": SECRET,
        "REGISTRY_KAFKA_BOOTSTRAP": "localhost:1", "REGISTRY_HTTP_PORT": "0",
    }  # fmt: skip
    async with transaction(register.pool) as tx:
        await tx.execute(held)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.registry", "serve", env=environment, cwd=Path(__file__).parents[3],
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await waiting_for_locks(register, 1, seconds=120)  # a process must start first
        finally:
            process.send_signal(signal.SIGKILL)
            assert await process.wait() == -signal.SIGKILL
        yield
