"""The operator's commands, as processes of their own."""

import asyncio
import csv
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from services.registry.register import Register
from services.registry.settings import RegistrySettings
from tests.integration.kernel.helpers import until
from tests.integration.registry.helpers import SECRET, the_day
from tests.units import CODE, LUND

ROOT = Path(__file__).parents[3]
HEAVY = ("fastapi", "uvicorn", "faststream", "aiokafka", "opentelemetry", "pyproj")
pytestmark = pytest.mark.usefixtures("register")
Run = Callable[..., Awaitable[tuple[int, str]]]


def own_settings(settings: RegistrySettings) -> dict[str, str]:
    return {"REGISTRY_DATABASE_URL": settings.database_url, "REGISTRY_VAULT_SECRET": SECRET}


async def units_of(register: Register) -> int:
    """How many units were imported."""
    count: int = await register.pool.fetchval("SELECT count(*) FROM school_unit WHERE code LIKE '3000%'")
    return count


@pytest.fixture
def command(settings: RegistrySettings) -> Run:
    """Give a function: run a command on this register's database, and get its exit code and all it says."""

    async def run(*words: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.registry", *words, cwd=ROOT, env=os.environ | own_settings(settings),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    return run


async def test_status_tells_the_clock_in_the_registers_zone(register: Register, command: Run) -> None:
    day = await the_day(register)

    code, said = await command("status")

    assert code == 0
    assert said.startswith(f"day {day} clock {day}T12:0")
    assert "+01:00 offset" in said or "+02:00 offset" in said


async def test_verify_audit_names_what_was_altered(register: Register, command: Run) -> None:
    whole = await command("verify-audit")
    async with register.pool.acquire() as connection:
        await connection.execute("ALTER TABLE audit DISABLE TRIGGER audit_is_only_added_to")
        await connection.execute("UPDATE audit SET actor = 'other' WHERE aggregate = $1", CODE)

    assert whole == (0, "The audit log is whole.\n")
    assert await command("verify-audit") == (1, f"altered: {CODE} version 1\n")


async def test_import_tells_each_row_and_writes_all_to_the_report(command: Run, tmp_path: Path) -> None:
    dump, report = tmp_path / "dump.json", tmp_path / "report.csv"
    rows = [{"schoolUnitCode": CODE, "displayName": "Nytt namn"}, {"schoolUnitCode": "10023937"}, {"other": 1}]
    dump.write_text(json.dumps(rows))

    code, said = await command("import", str(dump), "--report", str(report))

    assert code == 0
    assert said.splitlines() == [
        f"row 1 {CODE} changed displayName",
        "row 3 refused form-unknown: neither a v1 nor a v2 school unit, nor a row of the extract",
        "0 new, 1 changed, 1 unchanged, 1 refused.",
    ]
    with report.open(encoding="utf-8", newline="") as file:
        written = [(row["row"], row["schoolUnitCode"], row["result"], row["code"]) for row in csv.DictReader(file)]
    assert written == [
        ("1", CODE, "changed", ""), ("2", "10023937", "unchanged", ""), ("3", "", "refused", "form-unknown"),
    ]  # fmt: skip


async def test_an_import_that_was_killed_is_completed_by_the_next(
    register: Register, settings: RegistrySettings, command: Run, tmp_path: Path
) -> None:
    usual = {"organizationNumber": LUND, "status": "AKTIV", "municipalityCode": "1281", "schoolTypes": ["GR"]}
    rows = [usual | {"schoolUnitCode": str(30_000_000 + n), "displayName": f"Skola {n}"} for n in range(3000)]
    (tmp_path / "dump.json").write_text(json.dumps(rows))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.registry", "import", str(tmp_path / "dump.json"),
        cwd=ROOT, env=os.environ | own_settings(settings), stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip

    await until(lambda: units_of(register))
    process.kill()
    await process.wait()
    taken = await units_of(register)
    _, said = await command("import", str(tmp_path / "dump.json"))

    assert taken % 500 == 0, "whole chunks only"
    assert said.splitlines()[-1] == f"{3000 - taken} new, 0 changed, {taken} unchanged, 0 refused."
    assert (await command("verify-audit"))[0] == 0


async def test_a_file_that_cannot_be_read_ends_with_2(command: Run, tmp_path: Path) -> None:
    (tmp_path / "dump.csv").write_text("NAMN\nx")

    assert await command("import", str(tmp_path / "dump.csv")) == (
        2, "dump.csv has no column SKOLENHETSKOD or schoolUnitCode\n",
    )  # fmt: skip


async def test_the_clock_is_not_moved_where_the_setting_does_not_allow_it(register: Register, command: Run) -> None:
    day = await the_day(register)

    code, said = await command("close-day")

    assert (code, said) == (1, "The clock may not be moved here. \n")
    assert await the_day(register) == day


async def test_a_command_that_only_looks_imports_nothing_heavy() -> None:
    look = f"import sys, services.registry.__main__; print([name for name in {HEAVY} if name in sys.modules])"

    process = await asyncio.create_subprocess_exec(sys.executable, "-c", look, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()

    assert said.decode().strip() == "[]"
