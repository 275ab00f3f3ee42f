"""A database with the kernel's tables and a ledger, for each test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio

from deploy.stack.kafka import KafkaServer
from services.kernel.database import Pool, open_pool
from tests.conftest import NewDatabase
from tests.integration.kernel.helpers import make_ledger, new_prefix


@dataclass(frozen=True)
class Place:
    """Where a test works."""

    url: str
    pool: Pool
    bootstrap: str
    prefix: str


@pytest_asyncio.fixture
async def pool(database: NewDatabase) -> AsyncIterator[Pool]:
    async with open_pool(await database("kernel")) as opened:
        yield opened


@pytest_asyncio.fixture
async def place(database: NewDatabase, kafka: KafkaServer) -> AsyncIterator[Place]:
    url = await database("kernel")
    async with open_pool(url) as opened:
        await make_ledger(opened)
        yield Place(url, opened, kafka.bootstrap, await new_prefix(kafka))
