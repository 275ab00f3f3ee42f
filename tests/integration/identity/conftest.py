"""Identity with a database of its own, people at its door, and a population register in a file."""

import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator
from pydantic import SecretStr

from services.contracts.documents import SCHEMAS
from services.contracts.vocabulary import OrganizationNumber, PersonalIdentityNumber, Role
from services.identity.app import new_api
from services.identity.commands.authority import ADMINISTRATION
from services.identity.commands.memberships import grant_membership
from services.identity.commands.persons import NewPerson, register_person
from services.identity.directory import Directory, new_directory
from services.identity.settings import IdentitySettings
from services.kernel.database import Pool, open_pool
from tests.conftest import NewDatabase
from tests.keys import ISSUER, KeyServer, key_server, token

LUND, MALMO = OrganizationNumber("2120001132"), OrganizationNumber("2120001124")
NINA, SVEN, OLLE = "199006069000", "198507079005", "199208089004"
NOT_IN_REGISTER = "199010109008"
SECRET = "a secret of tests that is long enough"
PEOPLE = [
    (NINA, ["Nina", "Maria"], 0, "Ny", False),
    (SVEN, ["Sven"], None, "Skyddad", True),
    (OLLE, ["Olle"], None, "Obehörig", False),
]
TRIES = count()


@dataclass(frozen=True)
class Caller:
    """Somebody at the door of identity's API."""

    http: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params)

    async def send(
        self, method: str, path: str, body: Any = None, *, seen: int | None = None, key: str = ""
    ) -> httpx.Response:
        """Send a command; with a new key where none is given."""
        headers = {"Idempotency-Key": key or str(uuid4())} | ({"If-Match": f'"{seen}"'} if seen is not None else {})
        return await self.http.request(method, path, json=body, headers=headers)

    async def post(self, path: str, body: Any = None, *, seen: int | None = None, key: str = "") -> httpx.Response:
        return await self.send("POST", path, body, seen=seen, key=key)

    async def delete(self, path: str, *, seen: int = 1, key: str = "") -> httpx.Response:
        return await self.send("DELETE", path, seen=seen, key=key)

    async def invite(
        self, email: str = "nina@lund.example", role: Role = Role.DATA_REPORTER, organizer: str = LUND, **other: Any
    ) -> httpx.Response:
        body = {"email": email, "role": role} | other
        return await self.post(f"/organizers/{organizer}/invitations", body)


AsCaller = Callable[..., Caller]


@dataclass(frozen=True)
class Office:
    """Identity's records, and the persons in them: as the operator makes them."""

    directory: Directory

    @property
    def pool(self) -> Pool:
        return self.directory.pool

    async def person(self, user_name: str = "", **other: Any) -> UUID:
        """Somebody who has accepted the terms."""
        user_name = user_name or f"person-{uuid4().hex[:8]}"
        has_accepted = other.pop("accepted", True)
        number = other.pop("number", None)
        new = NewPerson(
            user_name, other.pop("name", "Karin Kontakt"), other.pop("email", f"{user_name}@lund.example"),
            personal_identity_number=PersonalIdentityNumber(number) if number else None, **other,
        )  # fmt: skip
        person_id = await register_person(self.directory, new)
        if has_accepted:
            await self.pool.execute("INSERT INTO terms_acceptance VALUES ($1, 1)", person_id)
        return person_id

    async def member(
        self, role: Role = Role.CONTACT_PERSON, organizer: OrganizationNumber = LUND, **other: Any
    ) -> tuple[UUID, UUID]:
        """A person who may act for an organizer: the person's id and the membership's."""
        person = await self.person(**other)
        return person, await grant_membership(self.directory, person, organizer, role)

    async def count(self, table: str) -> int:
        found: int = await self.pool.fetchval(f"SELECT count(*) FROM {table}")
        return found

    async def said(self) -> list[tuple[str, dict[str, Any]]]:
        """Every event in the outbox, in order, each held against its published schema."""
        rows = await self.pool.fetch("SELECT headers, body FROM outbox ORDER BY position")
        events = [(str(dict(json.loads(row["headers"]))["ce_type"]), json.loads(row["body"])) for row in rows]
        for name, body in events:
            schema = json.loads((SCHEMAS / f"{name}.json").read_text())
            Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)
        return events

    async def said_of(self, kind: str) -> list[dict[str, Any]]:
        return [body for name, body in await self.said() if name == kind]

    async def mailed_token(self, kind: str = "invitation.sent.v1", place: int = -1) -> str:
        """The token that the newest mail's link has: opened as notifications does it."""
        fact = (await self.said_of(kind))[place]
        about = fact.get("invitationId") or fact["changeId"]
        return self.directory.mail_vault.open(base64.b64decode(fact["sealedToken"]), about)

    async def everything_kept(self) -> dict[str, str]:
        """All rows of all tables, as text."""
        tables = await self.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {
            row["tablename"]: await self.pool.fetchval(f"SELECT string_agg(t::text, '') FROM {row['tablename']} t")
            or ""
            for row in tables
        }


@pytest.fixture(scope="session")
def provider() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


@pytest.fixture(scope="session")
def population_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "population.json"
    entries = [
        {"personalIdentityNumber": number, "givenNames": given, "preferredGivenName": preferred, "middleName": None,
         "surname": surname, "protected": protected}
        for number, given, preferred, surname, protected in PEOPLE
    ]  # fmt: skip
    path.write_text(json.dumps(entries))
    return path


@pytest_asyncio.fixture
async def settings(database: NewDatabase, provider: KeyServer, population_file: Path) -> IdentitySettings:
    """Identity's settings, with a database of its own and no Keycloak."""
    return IdentitySettings(
        database_url=await database("identity"), oidc_jwks_url=provider.url, oidc_issuer=ISSUER,
        keycloak_admin_password=SecretStr("unused"), client_secret=SecretStr("unused"), eservice_client_secret=SecretStr("unused"),
        vault_secret=SecretStr(SECRET), mail_secret=SecretStr(SECRET[::-1]), population_file=population_file,
    )  # fmt: skip


@pytest_asyncio.fixture
async def office(settings: IdentitySettings) -> AsyncIterator[Office]:
    """Identity's records, with two organizers known from the registry."""
    async with open_pool(settings.database_url, size=20) as pool:
        known = [(LUND, "Lunds kommun"), (MALMO, "Malmö stad")]
        await pool.executemany("INSERT INTO organizer VALUES ($1, 1, $2, NULL)", known)
        yield Office(new_directory(settings, pool))


@pytest_asyncio.fixture
async def as_caller(office: Office, settings: IdentitySettings, provider: KeyServer) -> AsyncIterator[AsCaller]:
    """Give a factory: somebody at the door, with a good token and the roles in it. `number`: the login told it."""
    api = httpx.ASGITransport(new_api(settings, office.directory))
    async with AsyncExitStack() as doors:

        def make(person: UUID | str | None, *roles: str, number: str | None = None, **claims: Any) -> Caller:
            claims = {"sub": f"account-{next(TRIES)}", "realm_access": {"roles": list(roles)}} | claims
            bearer = token(
                provider, person_id=str(person) if person else None, personal_identity_number=number, **claims
            )
            headers = {"Authorization": f"Bearer {bearer}"}
            http = httpx.AsyncClient(transport=api, base_url="http://identity", headers=headers)
            doors.push_async_callback(http.aclose)
            return Caller(http)

        yield make


@pytest_asyncio.fixture
async def nobody(office: Office, settings: IdentitySettings) -> AsyncIterator[Caller]:
    """Somebody without a token."""
    api = httpx.ASGITransport(new_api(settings, office.directory))
    async with httpx.AsyncClient(transport=api, base_url="http://identity") as http:
        yield Caller(http)


@pytest_asyncio.fixture
async def ada(office: Office, as_caller: AsCaller) -> Caller:
    """Of the register administration."""
    return as_caller(await office.person("ada.admin", register_administration=True), ADMINISTRATION)


@pytest_asyncio.fixture
async def karin(office: Office, as_caller: AsCaller) -> Caller:
    """The contact person of Lund."""
    person, _ = await office.member()
    return as_caller(person)
