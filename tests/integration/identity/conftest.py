"""Identity with a database of its own, an administrator in it, and people at its door."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.app import new_api
from services.identity.commands.authority import ADMINISTRATION, OPERATOR
from services.identity.commands.persons import NewMembership, NewPerson, grant_membership, register_person
from services.identity.settings import IdentitySettings
from services.kernel.database import Pool, open_pool
from tests.conftest import NewDatabase
from tests.keys import ISSUER, KeyServer, key_server, token

LUND, MALMO = OrganizationNumber("2120001132"), OrganizationNumber("2120001124")


@dataclass(frozen=True)
class Caller:
    """Somebody at the door of identity's API."""

    http: httpx.AsyncClient

    async def post(self, path: str, body: dict[str, Any], key: str = "") -> httpx.Response:
        """Send a command; with a new key where none is given."""
        return await self.http.post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})

    async def register(self, user_name: str = "kim.ny", key: str = "", **other: Any) -> httpx.Response:
        body = {"userName": user_name, "name": "Kim Ny", "email": "kim@lund.example"} | other
        return await self.post("/persons", body, key)

    async def grant(
        self, person: UUID, role: Role = Role.CONTACT_PERSON, key: str = "", organizer: str = LUND
    ) -> httpx.Response:
        body = {"personId": str(person), "organizationNumber": organizer, "role": role}
        return await self.post("/memberships", body, key)


AsCaller = Callable[..., Caller]


@dataclass(frozen=True)
class Office:
    """Identity's records, and the persons in them: as the operator makes them."""

    pool: Pool

    async def person(self, user_name: str = "", **other: Any) -> UUID:
        user_name = user_name or f"person-{uuid4().hex[:8]}"
        new = NewPerson(user_name, other.pop("name", "Karin Kontakt"), f"{user_name}@lund.example", **other)
        return await register_person(self.pool, OPERATOR, new, str(uuid4()))

    async def member(self, role: Role = Role.CONTACT_PERSON, organizer: OrganizationNumber = LUND) -> tuple[UUID, UUID]:
        """A person who may act for an organizer: the person's id and the membership's."""
        person = await self.person()
        made = await grant_membership(self.pool, OPERATOR, NewMembership(person, organizer, role), str(uuid4()))
        return person, made

    async def count(self, table: str) -> int:
        found: int = await self.pool.fetchval(f"SELECT count(*) FROM {table}")
        return found


@pytest.fixture(scope="session")
def provider() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


@pytest_asyncio.fixture
async def settings(database: NewDatabase, provider: KeyServer) -> IdentitySettings:
    """Identity's settings, with a database of its own and no Keycloak."""
    return IdentitySettings(
        database_url=await database("identity"), oidc_jwks_url=provider.url, oidc_issuer=ISSUER,
        keycloak_admin_password=SecretStr("unused"), eservice_client_secret=SecretStr("unused"),
    )  # fmt: skip


@pytest_asyncio.fixture
async def office(settings: IdentitySettings) -> AsyncIterator[Office]:
    async with open_pool(settings.database_url, size=20) as pool:
        yield Office(pool)


@pytest_asyncio.fixture
async def as_caller(office: Office, settings: IdentitySettings, provider: KeyServer) -> AsyncIterator[AsCaller]:
    """Give a factory: a person at the door, with a good token and the roles in it."""
    api = httpx.ASGITransport(new_api(settings, office.pool))
    async with AsyncExitStack() as doors:

        def make(person: UUID | str | None, *roles: str) -> Caller:
            bearer = token(provider, person_id=str(person), realm_access={"roles": list(roles)})
            headers = {"Authorization": f"Bearer {bearer}"} if person else {}
            http = httpx.AsyncClient(transport=api, base_url="http://identity", headers=headers)
            doors.push_async_callback(http.aclose)
            return Caller(http)

        yield make


@pytest_asyncio.fixture
async def ada(office: Office, as_caller: AsCaller) -> Caller:
    """Of the register administration."""
    return as_caller(await office.person("ada.admin", register_administration=True), ADMINISTRATION)
