"""Publication rebuilt from Kafka alone: the same bytes, the same numbers."""

import asyncio
from pathlib import Path

import pytest_asyncio

from deploy.stack.kafka import KafkaServer
from deploy.stack.process import free_port
from services.kernel.database import Pool, open_pool
from services.kernel.rereading import read_again
from services.publication.build import kept
from services.publication.commands import list_again
from services.publication.consumers import consumer
from services.publication.settings import PublicationSettings
from services.publication.store import rebuilding
from tests.conftest import NewDatabase, NewTopics
from tests.integration.publication.helpers import Publication, command, serving
from tests.integration.publication.test_replicas import send
from tests.integration.publication.test_v3 import a_register
from tests.system import wait_for


@pytest_asyncio.fixture
async def config(database: NewDatabase, kafka: KafkaServer, topics: NewTopics, tmp_path: Path) -> PublicationSettings:
    """A publication whose topics have told a register's story."""
    prefix = await topics()
    await send(kafka, prefix, a_register().said)
    return PublicationSettings(
        database_url=await database("publication"), snapshot_dir=tmp_path / "one", kafka_bootstrap=kafka.bootstrap,
        topic_prefix=prefix,
    )  # fmt: skip


async def everything(pool: Pool) -> list[object]:
    """All that publication knows."""
    tables = ("history", "listed", "change", "numbered", "marker")
    return [sorted(map(repr, await pool.fetch(f"SELECT * FROM {table}"))) for table in tables]


async def test_a_rebuild_knows_the_same_and_builds_the_same_bytes(config: PublicationSettings, tmp_path: Path) -> None:
    async with open_pool(config.database_url) as pool:
        await read_again(consumer(config, pool), lambda *_: None)
        first = Publication(config, pool)
        await first.publish_complete()
        before = await everything(pool)

        status, said = await command(config, "rebuild")
        anew = Publication(config.model_copy(update={"snapshot_dir": tmp_path / "two"}), pool)
        await anew.publish_complete()

        assert status == 0, said
        assert f"{len(a_register().said)} events heard" in said
        assert "0 could not be" in said
        assert await everything(pool) == before
        assert anew.current.name == first.current.name
        assert not list(config.snapshot_dir.glob(f"*/{kept.FOLDER}")), "the next snapshot takes nothing from before"


async def test_what_a_broken_rebuild_left_is_not_served(config: PublicationSettings) -> None:
    async with open_pool(config.database_url) as pool:
        await read_again(consumer(config, pool), lambda *_: None)
        async with pool.acquire() as connection, connection.transaction():
            await rebuilding.forget(connection, consumer(config, pool).group)  # type: ignore[arg-type] # of a pool

        status, said = await command(config, "serve")
        again, _ = await command(config, "rebuild")

        assert (status, again) == (1, 0)
        assert "Run `python -m services.publication rebuild` again" in said
        assert not await rebuilding.is_half(pool)


async def test_it_is_refused_while_the_service_hears(config: PublicationSettings, tmp_path: Path) -> None:
    async with open_pool(config.database_url) as pool:
        with serving(config.model_copy(update={"http_port": free_port()}), tmp_path / "log"):
            await asyncio.to_thread(wait_for, (config.snapshot_dir / "current").exists)
            status, said = await command(config, "rebuild")

        assert status == 1
        assert said.startswith("Publication is running.")
        assert await pool.fetchval("SELECT count(*) FROM history") > 0


async def test_what_an_earlier_release_heard_is_listed_when_the_service_starts(publication: Publication) -> None:
    await publication.hear(a_register().said)
    before = await everything(publication.pool)
    await publication.pool.execute("TRUNCATE listed")

    await list_again.run(publication.pool)

    assert await everything(publication.pool) == before
