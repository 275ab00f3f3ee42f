"""Many at once at one unit: no update is lost, nobody waits for ever."""

import asyncio
from collections import Counter

from services.registry.register import Register
from services.registry.store import audit
from tests.integration.registry.helpers import Person, facts

TOGETHER, WORKERS, EACH = 1000, 10, 20


async def test_of_a_thousand_edits_from_the_same_version_one_is_saved(register: Register, karin: Person) -> None:
    answers = await asyncio.gather(*[karin.edit(1, displayName=f"Skola {number}") for number in range(TOGETHER)])

    saved = [answer.json() for answer in answers if answer.status_code == 200]
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: TOGETHER - 1}
    assert (await karin.see()).json()["unit"]["displayName"] == saved[0]["unit"]["displayName"]
    assert await audit.broken_chain(register.pool) == []


async def test_edits_that_are_tried_again_are_all_saved_in_some_order(register: Register, karin: Person) -> None:
    async def work(worker: int) -> None:
        for turn in range(EACH):
            while True:
                version = (await karin.see()).json()["version"]
                answer = await karin.edit(version, displayName=f"Skola {worker} {turn}")
                if answer.status_code == 200:
                    break
                assert answer.status_code == 412

    await asyncio.gather(*map(work, range(WORKERS)))

    names = [fact.body["unit"]["displayName"] for fact in await facts(register) if fact.type == "school-unit.edited.v1"]
    assert sorted(names) == sorted(f"Skola {worker} {turn}" for worker in range(WORKERS) for turn in range(EACH))
    assert (await karin.see()).json()["version"] == 1 + WORKERS * EACH
    assert (await karin.see()).json()["unit"]["displayName"] == names[-1]
