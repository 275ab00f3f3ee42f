"""Every statement fits the migrated database; every migration goes up, down, and up again."""

import ast
import asyncio
import re
from pathlib import Path

import asyncpg
import pytest

from services.kernel.database import migrate, run_dbmate
from tests.conftest import NewDatabase
from tests.house.code import SERVICES, SERVICES_FOLDER, SQL, short, sources, sql_constants, tree

WITH_DATABASE = [s for s in SERVICES if (SERVICES_FOLDER / s / "migrations").exists()]
TABLES = """
SELECT coalesce(array_agg(tablename::text ORDER BY tablename), '{}') FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT LIKE '%\\_migrations'
"""
REAL_SQL = re.compile(r"\b(FROM|INTO|SET|TABLE|SELECT pg_)\b")


def packages(service: str) -> list[str]:
    return ["services.kernel", f"services.{service}.store"]


@pytest.mark.parametrize("service", WITH_DATABASE)
async def test_every_statement_can_be_prepared(service: str, database: NewDatabase) -> None:
    connection = await asyncpg.connect(await database(service))
    wrong = {}
    for package in packages(service):
        for name, statement in sql_constants(package).items():
            try:
                await connection.prepare(statement)
            except asyncpg.PostgresError as error:
                wrong[name] = str(error)
    await connection.close()

    assert wrong == {}


@pytest.mark.parametrize("path", sources("services"), ids=short)
def test_sql_stands_in_the_store_alone(path: Path) -> None:
    own = path.relative_to(SERVICES_FOLDER).parts
    if own[0] == "kernel" or "store" in own:
        return
    constants = [node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)]
    statements = [text for text in constants if isinstance(text, str) and SQL.match(text) and REAL_SQL.search(text)]

    assert statements == []


def test_no_two_advisory_locks_have_the_same_number() -> None:
    """They share one number space in a database: two that meet would make edits wait for the relay."""
    places: dict[int, list[str]] = {}
    for path in sources("services"):
        for name, number in re.findall(r"^(\w*LOCK\w*) = ([0-9_]+)$", path.read_text(), re.MULTILINE):
            places.setdefault(int(number), []).append(f"{short(path)} {name}")

    assert {number: names for number, names in places.items() if len(names) > 1} == {}
    assert places


def migrations(service: str) -> list[Path]:
    return sorted((SERVICES_FOLDER / service / "migrations").glob("*"))


@pytest.mark.parametrize("service", [*WITH_DATABASE, "kernel"])
def test_migrations_are_numbered_without_gaps_and_can_be_undone(service: str) -> None:
    for number, path in enumerate(migrations(service), start=1):
        assert re.fullmatch(rf"{number:04}_[a-z0-9_]+\.sql", path.name)
        assert re.search(r"^-- migrate:up", path.read_text(), re.MULTILINE)
        assert re.search(r"^-- migrate:down\n+\S", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("service", WITH_DATABASE)
async def test_migrations_go_up_down_and_up_again(service: str, database: NewDatabase) -> None:
    url, folder = await database(service), SERVICES_FOLDER / service / "migrations"
    connection = await asyncpg.connect(url)
    before = await connection.fetchval(TABLES)

    for _ in migrations(service):
        await asyncio.to_thread(run_dbmate, url, folder, "rollback")
    undone = await connection.fetchval(TABLES)
    await asyncio.to_thread(migrate, url, folder)

    assert undone == ["idempotency", "inbox", "outbox", "outbox_closed_epoch", "outbox_unsent"]
    assert await connection.fetchval(TABLES) == before
    await connection.close()
