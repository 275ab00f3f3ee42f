"""Persons for tests, made by identity's own commands beside the running service, which tells Keycloak of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from deploy.stack.stack import Stack
from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.commands.memberships import grant_membership
from services.identity.commands.persons import NewPerson, register_person
from services.identity.directory import Directory, new_directory
from services.identity.settings import IdentitySettings
from services.identity.store import tasks
from services.kernel.database import open_pool

LOOK_SECONDS = 0.1


def employ(stack: Stack, number: str, role: Role, *people: NewPerson) -> list[UUID]:
    """Let new persons act for an organizer, and wait until they can log in; gives their ids. Demo password."""

    async def work(directory: Directory) -> list[UUID]:
        ids = [await register_person(directory, person) for person in people]
        for person_id in ids:
            await grant_membership(directory, person_id, OrganizationNumber(number), role)
        while await tasks.waiting(directory.pool):  # noqa: ASYNC110 - another process does the work
            await asyncio.sleep(LOOK_SECONDS)
        return ids

    return _with_directory(stack, work)


def appoint(stack: Stack, person_id: UUID, number: str, role: Role) -> None:
    """Let a person act for one more organizer."""

    async def work(directory: Directory) -> list[UUID]:
        return [await grant_membership(directory, person_id, OrganizationNumber(number), role)]

    _with_directory(stack, work)


def new_people(*names: str, suffix: str, protected: Iterable[str] = ()) -> list[NewPerson]:
    """Persons with user names and addresses of their own: "Petra Prov" is petra.prov-SUFFIX."""
    return [
        NewPerson(
            user_name := f"{name.lower().replace(' ', '.')}-{suffix}", name, f"{user_name}@example.org",
            protected=name in protected,
        )
        for name in names
    ]  # fmt: skip


def _with_directory(stack: Stack, work: Callable[[Directory], Awaitable[list[UUID]]]) -> list[UUID]:
    """In a thread of its own: a browser test has a loop running already."""
    given = {name.removeprefix("IDENTITY_").lower(): text for name, text in stack.environment("identity").items()}
    settings = IdentitySettings.model_validate(given)

    async def run() -> list[UUID]:
        async with open_pool(settings.database_url, size=2) as pool:
            return await work(new_directory(settings, pool))

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()
