"""A small register for each test, and people at its door."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from services.kernel.database import open_pool
from services.registry.app import new_api
from services.registry.commands.load import load
from services.registry.commands.register_day import close_due_days
from services.registry.register import Register, new_register
from services.registry.settings import RegistrySettings
from tests.conftest import NewDatabase
from tests.integration.registry.helpers import (
    ADA,
    FRIDA,
    KARIN,
    SECRET,
    Person,
    accepted,
    administrator,
    granted,
    hear,
    small_register,
    wait_days,
)
from tests.keys import ISSUER, KeyServer, key_server, token
from tests.units import INDEPENDENT, LUND

AsPerson = Callable[..., Person]


@pytest.fixture(scope="session")
def provider() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


@pytest_asyncio.fixture
async def settings(database: NewDatabase, provider: KeyServer) -> RegistrySettings:
    """The registry's settings, with a database of its own."""
    return RegistrySettings(
        database_url=await database("registry"), vault_secret=SecretStr(SECRET), oidc_jwks_url=provider.url,
        oidc_issuer=ISSUER, demo_clock_allowed=True,
    )  # fmt: skip


@pytest_asyncio.fixture
async def register(settings: RegistrySettings, tmp_path: Path) -> AsyncIterator[Register]:
    """A register on its second day, at noon. Karin acts for Lund, Frida for the free school, Ada administers."""
    async with open_pool(settings.database_url, size=20) as pool:
        means = new_register(settings, pool)
        await load(means, small_register(tmp_path), lambda *_: None)
        await wait_days(means, 1)
        await close_due_days(means)
        facts = (
            granted(KARIN, LUND),
            granted(FRIDA, INDEPENDENT),
            administrator(ADA),
            accepted(KARIN),
            accepted(FRIDA),
        )
        for fact in facts:
            await hear(means, fact)
        yield means


@pytest_asyncio.fixture
async def as_person(register: Register, settings: RegistrySettings, provider: KeyServer) -> AsyncIterator[AsPerson]:
    """Give a factory: a person at the door of the registry's API, with a good token."""
    api = httpx.ASGITransport(new_api(settings, register))
    async with AsyncExitStack() as doors:

        def make(person: UUID, *roles: str) -> Person:
            bearer = token(provider, person_id=str(person), realm_access={"roles": list(roles)})
            headers = {"Authorization": f"Bearer {bearer}"}
            http = httpx.AsyncClient(transport=api, base_url="http://registry", headers=headers)
            doors.push_async_callback(http.aclose)
            return Person(http)

        yield make


@pytest.fixture
def karin(as_person: AsPerson) -> Person:
    """Contact person of Lund."""
    return as_person(KARIN)
