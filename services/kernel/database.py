"""PostgreSQL: pool, transactions and migrations."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit

import asyncpg
import orjson
import structlog

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection, Pool = asyncpg.Connection, asyncpg.Pool

JSON_TYPES = ("json", "jsonb")
TRANSIENT = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ActiveSQLTransactionError,
)
"""What is wrong with the surroundings and not with the event: tried again for as long as it lasts.

The last one: of a statement that was cancelled between its two steps asyncpg leaves a session that is within a
transaction; whoever begins another isolation there is refused once.
"""

KERNEL_MIGRATIONS = Path(__file__).parent / "migrations"
KERNEL_TABLE = "kernel_migrations"
RETRY_SECONDS = 1
CLOSE_SECONDS = 5

log = structlog.get_logger(__name__)


class MigrationError(Exception):
    """A migration did not run; the message is dbmate's."""


def _encode(value: Any) -> str:
    return orjson.dumps(value).decode()


async def prepare_connection(connection: Connection) -> None:
    """Give a connection the JSON codecs that all SQL here counts on."""
    for name in JSON_TYPES:
        await connection.set_type_codec(name, schema="pg_catalog", encoder=_encode, decoder=orjson.loads)


@asynccontextmanager
async def open_pool(url: str, *, size: int = 10) -> AsyncIterator[Pool]:
    """Open a pool of at most `size` connections, closed at the end. `url` is a postgresql:// address.

    Waits, with a log line, while the server is away or starting.
    """
    pool = await _opened(url, size)
    try:
        yield pool
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), CLOSE_SECONDS)
        pool.terminate()


async def _nothing_to_reset(_connection: Connection) -> None:
    """No statement here changes its session, so the usual RESET ALL would be one more round trip for nothing.

    asyncpg has ended an open transaction before it asks this.
    """


async def _opened(url: str, size: int) -> Pool:
    while True:
        # A new one for each try: asyncpg closes a pool whose first connection failed, for good.
        pool = asyncpg.create_pool(
            url, min_size=1, max_size=size, init=prepare_connection, reset=_nothing_to_reset, command_timeout=60
        )
        try:
            await pool
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError) as error:
            log.warning("waits-for-database", reason=repr(error))
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return pool


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One transaction at READ COMMITTED: committed when the block ends, rolled back when it raises."""
    async with pool.acquire() as connection, connection.transaction(isolation="read_committed"):
        yield cast("Connection", connection)


def is_transient(error: Exception) -> bool:
    """Whether the surroundings are at fault. asyncpg tells a closed connection and a wrong call by one class."""
    return isinstance(error, TRANSIENT) or (isinstance(error, asyncpg.InterfaceError) and "clos" in str(error))


def migrate(url: str, *folders: Path) -> None:
    """Bring a database up to date: the kernel's tables first, then each folder's. Raises MigrationError."""
    run_dbmate(url, KERNEL_MIGRATIONS, "migrate", table=KERNEL_TABLE)
    for folder in folders:
        run_dbmate(url, folder, "migrate")


def run_dbmate(url: str, folder: Path, command: str, *, table: str = "schema_migrations") -> None:
    """Run one dbmate command (its wheel carries the program). Raises MigrationError.

    dbmate takes no lock: when two processes migrate at once, one fails, and finds the work done when it looks again.
    """
    program = shutil.which("dbmate", path=str(Path(sys.executable).parent)) or "dbmate"
    options = ["--url", _dbmate_url(url), "--migrations-dir", str(folder), "--migrations-table", table]
    for attempt in (1, 2):
        done = subprocess.run(  # noqa: S603 - our own arguments
            [program, *options, "--no-dump-schema", command], check=False, capture_output=True, text=True
        )
        if done.returncode == 0:
            return
        log.warning("migration-failed", folder=folder.parent.name, attempt=attempt, reason=done.stderr)
    raise MigrationError(f"{folder}: {done.stderr.strip()}")


def _dbmate_url(url: str) -> str:
    parts = urlsplit(url)
    query = parts.query or urlencode({"sslmode": "disable"})
    return parts._replace(scheme="postgres", query=query).geturl()
