"""The feed of changes: who follows it is never behind and misses nothing, in whatever way they follow."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.stack.process import answers, free_port
from services.publication.commands import number_changes
from tests.builders import A_DAY
from tests.integration.publication.helpers import BASE, Publication, serving, view_of
from tests.integration.publication.test_replay import CODES, STEPS, a_story
from tests.integration.publication.test_v3 import a_register

FIRST = A_DAY + timedelta(days=1)


async def asked(api: httpx.AsyncClient, question: str) -> Any:
    answer = await api.get(f"v3/changes?{question}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def published(publication: Publication) -> None:
    await publication.hear(a_register().said)
    await publication.publish_complete()


async def test_changes_are_numbered_through_all_days(publication: Publication) -> None:
    await published(publication)
    async with publication.api() as api:
        feed = await asked(api, "after=0")
        second = await asked(api, f"from={FIRST + timedelta(days=1)}")

    told = [(one["seq"], one["type"], one["id"][-2:], one["what"], one["fields"]) for one in feed["data"]]
    assert told == [
        (1, "organizers", "32", "created", []), (2, "organizers", "88", "created", []),
        *[(seq, "school-units", f"0{seq - 2}", "created", []) for seq in range(3, 8)],
        (8, "school-units", "02", "changed", ["displayName"]),
        (9, "school-units", "04", "ended", ["status", "endDate"]),
    ]  # fmt: skip
    assert feed["meta"]["lastSeq"] == 9
    assert second["data"] == feed["data"][7:]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("after=7&type=school-units", [8, 9]), ("after=0&type=organizers", [1, 2]), ("after=9", []), ("after=99", []),
        ("after=0&organizationNumber=2120001132", [1, 4, 5, 8]), ("after=7&municipalityCode=0180", [9]),
    ],
)  # fmt: skip
async def test_a_follower_may_want_some_only(publication: Publication, question: str, found: list[int]) -> None:
    await published(publication)
    async with publication.api() as api:
        assert [one["seq"] for one in (await asked(api, question))["data"]] == found


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS, st.integers(1, 4), st.integers(0, 5))
async def test_who_follows_sees_each_change_once_in_order_and_ends_with_the_register(
    publication: Publication, steps: list[Any], limit: int, pause: int
) -> None:
    """A follower that reads between the days, in pages of any size, rebuilds the list of units from the feed alone."""
    await publication.forget()
    story = a_story(steps)
    seqs, known = list[int](), set[str]()
    views = sorted({view_of(said) for said in story.said})
    after = "after=0"
    for number, view in enumerate(views):
        await publication.hear([said for said in story.said if view_of(said) <= view])
        await publication.publish_complete()
        if number % (pause + 1) and view != views[-1]:
            continue
        async with publication.api() as api:
            while True:
                page = await asked(api, f"{after}&limit={limit}")
                after = page["links"]["next"].partition("?")[2].replace(f"limit={limit}&", "")
                seqs += [one["seq"] for one in page["data"]]
                known |= {one["id"] for one in page["data"] if one["type"] == "school-units"}
                if not page["data"]:
                    break

    assert seqs == list(range(1, len(seqs) + 1))
    assert known == {code for code in CODES if story.as_of(code, story.day, story.day)}


async def test_a_replica_that_begins_later_numbers_as_the_others_do(publication: Publication) -> None:
    """Its first snapshot is of the newest day; the numbers are counted from the first."""
    story = a_register()
    for day in (FIRST, story.day):
        await publication.hear([said for said in story.said if view_of(said) <= str(day)])
        await publication.publish_complete()
    async with publication.api() as api:
        one_by_one = await asked(api, "after=0")
    await publication.forget()

    await published(publication)
    again = await number_changes.run(publication.pool, story.day)
    async with publication.api() as api:
        assert (await asked(api, "after=0"))["data"] == one_by_one["data"]
    assert again == 9


async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, int, Any]]:
    """Server-sent events, as a browser reads them (HTML, 9.2.6): (name, id, data)."""
    said: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if line:
            said[name] = value
        elif "data" in said:
            yield said["event"], int(said["id"]), json.loads(said["data"])
            said = {}


async def test_followers_are_told_when_a_day_becomes_public(publication: Publication, tmp_path: Path) -> None:
    """By a stream, by one that was broken and goes on, and by waiting: in a process of its own, over real HTTP."""
    story = a_register()
    await publication.hear(story.said)
    await publication.publish_complete()
    port = free_port()
    config = publication.settings.model_copy(update={"http_port": port})
    at = f"http://127.0.0.1:{port}/skolenhetsregistret/v3/changes"
    with serving(config, tmp_path / "log") as process:
        await asyncio.to_thread(process.wait_until, lambda: answers(port))
        async with httpx.AsyncClient(timeout=30) as http, http.stream("GET", f"{at}/stream?after=7") as first:
            stream = events(first.aiter_lines())
            before = [await anext(stream) for _ in range(3)]
            waiting = asyncio.create_task(http.get(f"{at}?after=9&wait=20"))
            story.edit("10000001", display_name="Nytt")
            story.close_day()
            await publication.hear(story.said)
            after = [await anext(stream) for _ in range(2)]
            waited = (await waiting).json()
            async with http.stream("GET", f"{at}/stream", headers={"Last-Event-ID": "9"}) as resumed:
                again = [one async for one in _some(events(resumed.aiter_lines()), 2)]

    assert [(name, seq) for name, seq, _ in before] == [("change", 8), ("change", 9), ("snapshot", 9)]
    assert [(name, seq) for name, seq, _ in after] == [("change", 10), ("snapshot", 10)]
    assert after[0][2]["fields"] == ["displayName"]
    assert [one["seq"] for one in waited["data"]] == [10]
    assert again == after


async def _some(found: AsyncIterator[Any], count: int) -> AsyncIterator[Any]:
    async for one in found:
        yield one
        count -= 1
        if not count:
            return


async def test_head_of_a_stream_ends(publication: Publication) -> None:
    await published(publication)
    async with asyncio.timeout(10), publication.api() as api:
        api.event_hooks = {}  # the document knows of no HEAD
        answer = await api.head("v3/changes/stream")
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_a_number_that_no_database_has_is_no_place_in_the_feed(publication: Publication) -> None:
    await published(publication)
    async with publication.api() as api:
        api.event_hooks = {}
        answer = await api.head("v3/changes/stream", headers={"Last-Event-ID": "9" * 5000})
        page = await api.get(f"{BASE}/register/andrat?efter={'9' * 30}")
    assert (answer.status_code, page.status_code) == (200, 200)
