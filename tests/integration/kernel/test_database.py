"""Migrations, outbox rows, inbox, idempotency: what PostgreSQL does for the kernel."""

import asyncio
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from deploy.stack.postgres import PostgresServer
from services.kernel import idempotency
from services.kernel.database import (
    KERNEL_MIGRATIONS,
    KERNEL_TABLE,
    MigrationError,
    Pool,
    migrate,
    open_pool,
    run_dbmate,
    transaction,
)
from services.kernel.envelope import Envelope
from services.kernel.inbox import new_ones, once
from services.kernel.outbox import LARGEST_BODY, TooLargeError, append, counts
from services.kernel.problems import Problem
from tests.conftest import NewDatabase
from tests.integration.kernel.helpers import moved

REQUEST, OTHER = sha256(b"request").digest(), sha256(b"other").digest()


async def numbers(pool: Pool) -> list[str]:
    return [row["key"] for row in await pool.fetch("SELECT key FROM outbox ORDER BY position")]


async def test_events_of_a_transaction_that_failed_were_never_written(pool: Pool) -> None:
    async def fails() -> None:
        async with transaction(pool) as tx:
            await append(tx, moved("thing", 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()

    assert await numbers(pool) == []


async def test_rows_stand_in_the_order_given(pool: Pool) -> None:
    async with transaction(pool) as tx:
        await append(tx, *(moved(f"thing-{n}", n) for n in range(200)))

    assert await numbers(pool) == [f"thing-{n}" for n in range(200)]


async def test_an_event_that_no_broker_takes_is_refused_before_it_stops_the_relay(pool: Pool) -> None:
    async with transaction(pool) as tx:
        with pytest.raises(TooLargeError):
            await append(tx, moved("x" * LARGEST_BODY, 1))


async def test_an_epochs_events_are_counted_per_partition(pool: Pool) -> None:
    events = [moved(f"thing-{n}", n, day="2026-11-24") for n in range(60)]
    async with transaction(pool) as tx:
        await append(tx, *events, moved("other-day", 1, day="2026-11-25"), moved("no-day", 2))

        found = await counts(tx, "2026-11-24")

    assert sum(found.values()) == 60
    assert found == {p: sum(e.partition == p for e in events) for p in range(3)}


async def test_the_inbox_lets_each_event_through_once_for_each_consumer(pool: Pool) -> None:
    first, second = moved("thing", 1), moved("thing", 2)
    async with transaction(pool) as tx:
        assert await new_ones(tx, "one", [first, second, first]) == [first, second]
        assert await once(tx, "two", first)

    async with transaction(pool) as tx:
        assert await new_ones(tx, "one", [second, first]) == []
        assert not await once(tx, "two", first)


async def test_two_transactions_with_one_event_are_one_after_the_other(pool: Pool) -> None:
    event = moved("thing", 1)

    async def take(event: Envelope) -> bool:
        async with transaction(pool) as tx:
            return await once(tx, "one", event)

    assert sorted(await asyncio.gather(take(event), take(event))) == [False, True]


async def test_a_repeated_command_gets_its_first_answer(pool: Pool) -> None:
    async with transaction(pool) as tx:
        assert await idempotency.replayed(tx, "key", "karin", REQUEST) is None
        await idempotency.remember(tx, "key", "karin", REQUEST, 201, b'{"a":1}')

    async with transaction(pool) as tx:
        answer = await idempotency.replayed(tx, "key", "karin", REQUEST)

    assert answer == b'{"a":1}'
    assert answer is not None
    assert answer.status == 201


async def test_a_key_used_for_another_request_is_refused(pool: Pool) -> None:
    async with transaction(pool) as tx:
        await idempotency.replayed(tx, "key", "karin", REQUEST)
        await idempotency.remember(tx, "key", "karin", REQUEST, 200, b"")

    async with transaction(pool) as tx:
        with pytest.raises(Problem, match="idempotency-key-reused"):
            await idempotency.replayed(tx, "key", "karin", OTHER)
        assert await idempotency.replayed(tx, "key", "ulf", OTHER) is None


async def test_a_failed_command_leaves_its_key_free(pool: Pool) -> None:
    async def fails() -> None:
        async with transaction(pool) as tx:
            await idempotency.replayed(tx, "key", "karin", REQUEST)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()

    async with transaction(pool) as tx:
        assert await idempotency.replayed(tx, "key", "karin", REQUEST) is None


async def test_two_commands_with_one_key_at_once_are_done_once(pool: Pool) -> None:
    done: list[int] = []

    async def command(number: int) -> bytes:
        async with transaction(pool) as tx:
            if (answer := await idempotency.replayed(tx, "key", "karin", REQUEST)) is not None:
                return answer
            done.append(number)
            body = str(number).encode()
            await idempotency.remember(tx, "key", "karin", REQUEST, 200, body)
            return body

    answers = await asyncio.gather(*(command(n) for n in range(5)))

    assert len(done) == 1
    assert set(answers) == {str(done[0]).encode()}


async def test_an_answer_without_a_claim_is_a_mistake(pool: Pool) -> None:
    async with transaction(pool) as tx:
        with pytest.raises(LookupError):
            await idempotency.remember(tx, "key", "karin", REQUEST, 200, b"")


async def test_json_goes_in_and_comes_out_as_values(pool: Pool) -> None:
    assert await pool.fetchval("SELECT $1::jsonb", {"id": UUID(int=1), "å": [1]}) == {"id": str(UUID(int=1)), "å": [1]}


async def test_migrations_go_up_twice_down_and_up_again(database: NewDatabase) -> None:
    url = await database("kernel")

    await asyncio.to_thread(migrate, url)
    await asyncio.to_thread(run_dbmate, url, KERNEL_MIGRATIONS, "rollback", table=KERNEL_TABLE)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT to_regclass('outbox')") is None
    await connection.close()
    await asyncio.to_thread(migrate, url)


async def test_a_migration_that_fails_says_why(database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("broken") / "migrations"
    folder.mkdir()
    (folder / "0001_broken.sql").write_text("-- migrate:up\nCREATE TABEL x ();\n-- migrate:down\n")

    with pytest.raises(MigrationError, match="TABEL"):
        await asyncio.to_thread(migrate, await database("kernel"), folder)


async def test_a_pool_that_was_opened_before_its_server_works_once_the_server_is_there(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "late", fsync="off")
    url = server.dsn("postgres")
    begun = asyncio.Event()

    async def ask() -> int:
        begun.set()
        async with open_pool(url, size=2) as pool:
            return int(await pool.fetchval("SELECT 1"))

    asking = asyncio.create_task(ask())
    await begun.wait()
    await asyncio.to_thread(server.start)
    try:
        assert await asyncio.wait_for(asking, 30) == 1
    finally:
        await asyncio.to_thread(server.stop)
