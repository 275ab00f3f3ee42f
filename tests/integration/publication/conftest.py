"""A publication for each test, with a database and a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from services.kernel.database import open_pool
from services.publication.settings import PublicationSettings
from tests.conftest import NewDatabase
from tests.integration.publication.helpers import BASE, Publication


@pytest_asyncio.fixture
async def publication(database: NewDatabase, tmp_path: Path) -> AsyncIterator[Publication]:
    """A replica that has heard nothing yet."""
    settings = PublicationSettings(
        database_url=await database("publication"), snapshot_dir=tmp_path / "snapshots", public_base_url=BASE
    )
    async with open_pool(settings.database_url) as pool:
        yield Publication(settings, pool)
