"""People at every door of the real system: tokens in hand, and pages in a browser without JavaScript."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest

from deploy.stack.stack import Stack
from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.commands.memberships import grant_membership
from services.identity.commands.persons import NewPerson, accept_terms, register_person
from services.identity.directory import Directory, new_directory
from services.identity.settings import IdentitySettings
from services.identity.store import tasks
from services.kernel.database import open_pool
from services.kernel.identity import Subject
from tests.system import wait_for

LUND, FRIDASKOLORNA = OrganizationNumber("2120001132"), OrganizationNumber("5564515988")
UNIT = "83803124"
Done = TypeVar("Done")


@dataclass
class Books:
    """Identity's commands on the running system's own database: how people come to be for a test."""

    runner: asyncio.Runner
    directory: Directory

    def run(self, work: Awaitable[Done]) -> Done:
        async def awaited() -> Done:
            return await work

        return self.runner.run(awaited())

    def user(self, name: str, organizer: OrganizationNumber, role: Role) -> tuple[str, str]:
        """Somebody with a password account, authority and accepted terms, known to Keycloak; person and membership."""
        user_name = f"{name}-{uuid4().hex[:6]}"
        new = NewPerson(user_name, f"{name.title()} Provsson", f"{user_name}@example.org")
        person = self.run(register_person(self.directory, new))
        membership = self.run(grant_membership(self.directory, person, organizer, role))
        self.run(accept_terms(self.directory, Subject(str(person), frozenset(), "tests"), 1))
        wait_for(lambda: self.run(tasks.waiting(self.directory.pool)) == 0)
        return user_name, str(membership)

    def person_of(self, user_name: str) -> Any:
        statement = "SELECT person_id, version FROM person WHERE user_name = $1"
        return self.run(self.directory.pool.fetchrow(statement, user_name))


@pytest.fixture(scope="session")
def books(stack: Stack) -> Iterator[Books]:
    prefix = "IDENTITY_"
    given = {k.removeprefix(prefix).lower(): v for k, v in stack.environment("identity").items()}
    settings = IdentitySettings.model_validate(given)
    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        pool = runner.run(opened.enter_async_context(open_pool(settings.database_url, size=2)))
        yield Books(runner, new_directory(settings, pool))
        runner.run(opened.aclose())


@dataclass
class Door:
    """Somebody at the doors of the APIs, through the gateway, with a token; or without."""

    http: httpx.Client
    url: str
    token: str | None

    def knock(
        self, service: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        carried = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'} | (headers or {})
        if self.token:
            carried["Authorization"] = f"Bearer {self.token}"
        return self.http.request(method, f"{self.url}/api/{service}{path}", json=body, headers=carried)


NewDoor = Callable[[str | None], Door]


@pytest.fixture
def door(stack: Stack) -> Iterator[NewDoor]:
    """Give a factory: somebody with this token."""
    with httpx.Client(timeout=30) as http:
        yield lambda token: Door(http, stack.url, token)


def program_token(stack: Stack, made: dict[str, Any]) -> str:
    """The token of a program, by client credentials (RFC 6749, section 4.4); waits until Keycloak knows it."""
    url = f"{stack.url}/auth/realms/register/protocol/openid-connect/token"

    def ask() -> httpx.Response | None:
        form = {"grant_type": "client_credentials"}
        answer = httpx.post(url, data=form, auth=(made["clientId"], made["clientSecret"]), timeout=30)
        return answer if answer.status_code == 200 else None

    return str(wait_for(ask).json()["access_token"])
