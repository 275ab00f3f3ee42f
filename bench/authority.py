"""What the check of authority costs an edit, and how long somebody whose authority has ended may still act."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from unittest.mock import patch
from uuid import UUID

import uvloop
from pydantic import SecretStr

from bench._measure import Aim, Figure, in_turns, percentile, show
from bench._parts import SECRET, WHO, Parts, load_register, may_edit, new_database, new_topics, parts, register
from bench.latency import IDENTITY_SECRETS, LUND, edits_of, start
from deploy.stack.kafka import KafkaServer
from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.commands.authority import OPERATOR
from services.identity.commands.memberships import end_membership, grant_membership
from services.identity.commands.persons import NewPerson, accept_terms, register_person
from services.identity.directory import Directory, new_directory
from services.identity.settings import IdentitySettings
from services.kernel.database import open_pool
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.units import EditUnit, edit_unit
from services.registry.register import Register

ROUNDS, EDITS = 6, 150
PEOPLE = 200
LOOK_SECONDS = 0.001
SERVICES = ("registry", "identity")


async def anybody(*_: object) -> str:
    """No check at all: everybody is a contact person."""
    return "contact-person"


def edits_per_second(means: Register, edits: list[EditUnit], *, checked: bool) -> Callable[[], Awaitable[float]]:
    """A run of edits, with the check of authority or without."""

    async def run() -> float:
        mine, edits[:EDITS] = edits[:EDITS], []
        require = authority.require if checked else anybody
        with patch.object(authority, "require", require):
            began = time.perf_counter()
            for edit in mine:
                await edit_unit(means, WHO, edit)
        return len(mine) / (time.perf_counter() - began)

    return run


async def cost(means: Register) -> Figure:
    """Edits with the check against edits without it, in turns on the same units."""
    await may_edit(means.pool, [LUND])
    edits = await edits_of(means, 2 * ROUNDS * EDITS)
    ours, bare = await in_turns(
        ROUNDS, edits_per_second(means, edits, checked=True), edits_per_second(means, edits, checked=False)
    )
    return Figure("edit with the check of authority, against without", "edits/s", ours, bare, Aim(least=0.9))


async def until(holds: Callable[[], Awaitable[bool]]) -> float:
    """The moment at which it holds."""
    while not await holds():
        await asyncio.sleep(LOOK_SECONDS)
    return time.perf_counter()


async def revoked(directory: Directory, means: Register, place: int) -> float:
    """Milliseconds from the end of an authority to the registry's first refusal."""
    person = await register_person(directory, NewPerson(f"user-{place:04}", "Kim", f"kim{place}@example.org"))
    who = Subject(str(person), frozenset(), "eservice", assurance=2)
    membership: UUID = await grant_membership(directory, person, OrganizationNumber(LUND), Role.DATA_REPORTER)
    await accept_terms(directory, who, 1)

    async def may() -> bool:
        try:
            await authority.require(means.pool, means, who, LUND)
        except Problem:
            return False
        return True

    async def may_not() -> bool:
        return not await may()

    await until(may)
    await end_membership(directory, OPERATOR, membership, 1, f"bench-{place:06}")
    ended = time.perf_counter()
    return 1000 * (await until(may_not) - ended)


@asynccontextmanager
async def both(urls: dict[str, str]) -> AsyncIterator[tuple[Directory, Register]]:
    """The two services' means, beside their running processes."""
    secrets = {name.lower(): SecretStr(SECRET) for name in IDENTITY_SECRETS}
    settings = IdentitySettings(database_url=urls["identity"], **secrets)  # type: ignore[arg-type]
    async with open_pool(urls["identity"]) as ours, open_pool(urls["registry"]) as theirs:
        yield new_directory(settings, ours), register(urls["registry"], theirs)


async def measure(started: Parts, kafka: KafkaServer, urls: dict[str, str]) -> list[Figure]:
    """Both figures."""
    start(started, kafka, urls, await new_topics(kafka))
    async with both(urls) as (directory, means):
        line = await cost(means)
        found = [await revoked(directory, means, place) for place in range(PEOPLE)]
    aim = Aim(most=1000, of="ours")
    return [line] + [
        Figure(f"authority ended -> refused, p{percent}", "ms", [percentile(found, percent)], aim=aim)
        for percent in (50, 99, 100)
    ]


async def main() -> None:
    """Measure."""
    with parts() as started:
        server, kafka = started.postgres(), await asyncio.to_thread(started.kafka)
        urls = {name: new_database(server, name) for name in SERVICES}
        load_register(urls["registry"], started.folder / "data", 1)
        figures = await measure(started, kafka, urls)
    show("Authority: what the check costs, and how soon its end holds", figures)


if __name__ == "__main__":
    uvloop.run(main())
