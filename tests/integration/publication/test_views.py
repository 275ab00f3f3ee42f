"""A day's view is a pure function of the events, and is public when it is complete, and not before."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.envelope import Envelope
from services.publication.build import files
from services.publication.build.snapshot import Built
from services.publication.domain.history import BEFORE_ALL, LateEventError
from services.publication.store import history
from tests.builders import LUND
from tests.integration.publication.helpers import Publication, Story, contents, empty, is_marker, two_units, view_of
from tests.units import INDEPENDENT

CODES = ["10000011", "10000022", "27508103"]
ON_ONE_DATABASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def a_story() -> Story:
    """Three units over two closed days and one open: edits, a closing, a planned unit that opens."""
    story = Story()
    for code in CODES[:2]:
        story.register(code)
    story.register(CODES[2], status="PLANERAD", startdate=story.day + timedelta(days=2))
    story.close_day()
    story.edit(CODES[0], display_name="Nya namnet", school_types=("GR", "FKLASS"))
    story.edit(CODES[0], head_master="Rut Rektor")
    story.close_unit(CODES[1])
    story.close_day()
    story.edit(CODES[0], display_name="Ännu inte")
    return story


STORY = a_story()
COPIES = st.builds(replace, st.sampled_from([e for e in STORY.said if not is_marker(e)]), id=st.uuids())
REPEATS = st.lists(st.sampled_from(STORY.said) | COPIES, max_size=8)
HEARD = REPEATS.flatmap(lambda again: st.permutations(STORY.said + again))
CUTS = st.sets(st.integers(1, len(STORY.said) + 8))


def complete_days(heard: list[Envelope]) -> list[date]:
    """The days, in order, of which everything was heard."""
    known = {envelope.data for envelope in heard}
    days = sorted({view_of(envelope) for envelope in STORY.said if is_marker(envelope)})
    missing = {view_of(envelope) for envelope in STORY.said if envelope.data not in known}
    return [date.fromisoformat(day) for day in days if not any(other <= day for other in missing)]


async def last_view(publication: Publication) -> Built:
    """Build the newest view that is complete."""
    views = await history.complete_views(publication.pool, BEFORE_ALL)
    return await publication.publish.builder.build(views[-1])


@pytest_asyncio.fixture
async def in_order(publication: Publication) -> Built:
    """The story's view when each event is heard once, in the order of the topic."""
    await publication.hear(STORY.said)
    return await last_view(publication)


@ON_ONE_DATABASE
@given(HEARD, CUTS)
async def test_order_repeats_and_batches_change_no_byte(
    publication: Publication, in_order: Built, heard: list[Envelope], cuts: set[int]
) -> None:
    await empty(publication.pool)
    for start, end in pairwise(sorted({0, len(heard)} | {cut for cut in cuts if cut < len(heard)})):
        await publication.hear(heard[start:end])
        views = await history.complete_views(publication.pool, BEFORE_ALL)
        assert [view.day for view in views] == complete_days(heard[:end])

    assert (await last_view(publication)).sha256 == in_order.sha256


@pytest.mark.parametrize("kind", ["event", "marker"])
async def test_while_anything_is_missing_yesterday_is_served_byte_for_byte(publication: Publication, kind: str) -> None:
    story = two_units()
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    before, told = contents(publication.current), len(story.said)
    story.edit("27508103", display_name="Nya namnet")
    story.close_day()
    last = next(e for e in reversed(story.said) if is_marker(e) == (kind == "marker"))

    await publication.hear([e for e in story.said[told:] if e is not last])
    await publication.publish_complete()
    without = contents(publication.current)
    await publication.hear([last])
    await publication.publish_complete()

    assert without == before
    assert "Nya namnet" in contents(publication.current)["v2/school-units.json"].decode()


async def test_an_event_behind_its_days_marker_is_refused_and_the_day_stays(publication: Publication) -> None:
    story = two_units()
    late = Story(story.day)
    late.facts = list(story.facts)
    late.edit("27508103", display_name="För sent")
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    before = contents(publication.current)

    with pytest.raises(LateEventError, match="closed with"):
        await publication.hear([late.said[-1]])
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()

    after = contents(publication.current)
    assert "För sent" not in after["v2/school-units.json"].decode()
    assert before["v2/school-units.json"].split(b'"data"')[1] == after["v2/school-units.json"].split(b'"data"')[1]


async def test_missed_days_are_built_in_order_and_a_missing_one_holds_the_rest(publication: Publication) -> None:
    story = two_units()
    days = [story.close_day()]
    await publication.hear(story.said)
    await publication.publish_complete()
    told = len(story.said)
    days += [story.close_day() for _ in range(3)]
    of_second = [e for e in story.said[told:] if view_of(e) == days[1].isoformat()]

    await publication.hear([e for e in story.said[told:] if e not in of_second])
    await publication.publish_complete()
    held = files.snapshots(publication.root)
    await publication.hear(of_second)
    await publication.publish_complete()

    assert [files.day_of(path) for path in held] == days[:1]
    assert await publication.told_of() == [day.isoformat() for day in days]
    assert files.day_of(publication.current) == days[-1]


CHANGES: dict[str, dict[str, Any]] = {
    "name": {"display_name": "Nya namnet"},
    "close": {"status": "UPPHORT"},
    "move": {"municipality_code": "0180", "school_types": ("GR", "FKLASS")},
    "hand over": {"organization_number": INDEPENDENT},
    "hand back": {"organization_number": LUND},
}
DAYS = st.lists(
    st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(sorted(CHANGES))), max_size=3), min_size=1, max_size=4
)
OwnUnits = tuple[list[str], set[str]]


def story_of(days: list[list[tuple[str, str]]]) -> Story:
    """A story of arbitrary changes; a unit enters with its first. The open day has one too, which nobody may see."""
    story = Story()
    for changes in days:
        for code, change in changes:
            if all(fact.school_unit_code != code for fact in story.facts):
                story.register(code)
            else:
                story.edit(code, **CHANGES[change])
        story.close_day()
    for code in {fact.school_unit_code for fact in story.facts}:
        story.edit(code, display_name="Dagens ändring", organization_number=INDEPENDENT, school_types=("SAM",))
    return story


def replayed(story: Story, code: str, day: date) -> dict[str, Any] | None:
    """What the facts up to a day say of a unit, in the view of the story's last closed day."""
    if fact := story.as_of(code, story.day, day):
        first = next(fact for fact in story.facts if fact.school_unit_code == code)
        return {
            "created": str(first.register_day), "modified": str(fact.register_day), "of": fact.unit.organization_number,
            "displayName": fact.unit.display_name, "status": fact.unit.status, "schoolTypes": [*fact.unit.school_types],
        }  # fmt: skip
    return None


def answered(unit: dict[str, Any] | None) -> dict[str, Any] | None:
    """The same of a unit's answer."""
    if unit:
        attributes = {name: unit["data"]["attributes"][name] for name in ("displayName", "status", "schoolTypes")}
        meta = {name: unit["meta"][name] for name in ("created", "modified")}
        return attributes | meta | {"of": unit["included"]["organizationNumber"]}
    return None


def units_of(organizer: dict[str, Any] | None) -> OwnUnits:
    """The units that an organizer's answer names, and their school types."""
    if organizer:
        data = organizer["data"]
        codes = [unit["schoolUnitCode"] for unit in data["relationships"]["schoolunit"]["data"]]
        return codes, set(data["attributes"]["schoolTypes"])
    return [], set()


@ON_ONE_DATABASE
@given(DAYS)
async def test_search_date_answers_what_a_replay_up_to_that_day_gives(
    publication: Publication, days: list[list[tuple[str, str]]]
) -> None:
    story = story_of(days)
    await empty(publication.pool)
    await publication.hear(story.said)
    files.switch(publication.root, (await last_view(publication)).path.name)
    publication.publish.serve_current()

    async with publication.api() as api:

        async def ask(path: str, day: date) -> dict[str, Any] | None:
            answer = await api.get(f"v2/{path}", params={"search_date": day.isoformat()})
            assert answer.status_code in {200, 404}
            found: dict[str, Any] = answer.json()
            return found if answer.status_code == 200 else None

        for day in (story.day - timedelta(days=ago) for ago in range(-1, len(days) + 2)):
            units = {code: answered(await ask(f"school-units/{code}", day)) for code in CODES}
            assert units == {code: replayed(story, code, day) for code in CODES}
            for number in (LUND, INDEPENDENT):
                own = {code: unit for code, unit in units.items() if unit and unit["of"] == number}
                types = {name for unit in own.values() for name in unit["schoolTypes"]}
                assert units_of(await ask(f"organizers/{number}", day)) == ([*own], types)


async def test_a_unit_that_has_changed_organizer_is_its_new_ones_from_its_day(publication: Publication) -> None:
    story = Story()
    for code in CODES[:2]:
        story.register(code)
    story.close_day()
    story.edit(CODES[0], organization_number=INDEPENDENT)
    moved_on = story.day
    story.close_day()
    await publication.hear(story.said)
    files.switch(publication.root, (await last_view(publication)).path.name)
    publication.publish.serve_current()

    async with publication.api() as api:

        async def units(path: str, **asked: str) -> list[str]:
            return units_of((await api.get(f"v2/organizers/{path}", params=asked)).json())[0]

        filtered = (await api.get("v2/school-units", params={"organization_number": INDEPENDENT})).json()
        before = (moved_on - timedelta(days=1)).isoformat()
        assert [row["schoolUnitCode"] for row in filtered["data"]["attributes"]] == [CODES[0]]
        assert (await units(LUND), await units(INDEPENDENT)) == ([CODES[1]], [CODES[0]])
        assert (await units(LUND, search_date=before), await units(INDEPENDENT, search_date=before)) == (CODES[:2], [])
        unit = (await api.get(f"v2/school-units/{CODES[0]}")).json()
        assert unit["included"]["organizationNumber"] == INDEPENDENT
