"""For any sequence of edits and day closings, what is answered as of any day in any view is what a replay gives."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import A_DAY
from tests.integration.publication.helpers import Publication, Story

CODES = ["10000011", "10000022", "10000033"]
STEPS = st.lists(
    st.sampled_from(["close-day", "close-day", *CODES]) | st.tuples(st.just("end"), st.sampled_from(CODES)), max_size=14
)


def a_story(steps: list[Any]) -> Story:
    """Units that are registered by their first edit, and named by the number of the step."""
    story = Story()
    for number, step in enumerate(steps):
        known = {fact.school_unit_code for fact in story.facts}
        if step == "close-day":
            story.close_day()
        elif isinstance(step, tuple):
            if step[1] in known:
                story.close_unit(step[1])
        elif step in known:
            story.edit(step, display_name=f"Skola {number}")
        else:
            story.register(step)
    story.close_day()
    return story


def replayed(story: Story, view: date, day: date) -> list[tuple[str, str, str]]:
    """Each unit as the last fact that the view has says of the day: (code, name, status)."""
    facts = [story.as_of(code, view, day) for code in CODES]
    return [(fact.school_unit_code, fact.unit.display_name, fact.unit.status.value) for fact in facts if fact]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS, st.randoms())
async def test_a_list_as_of_any_day_in_any_view_is_a_replay_of_the_events(
    publication: Publication, steps: list[Any], chance: Any
) -> None:
    await publication.forget()
    story = a_story(steps)
    said = chance.sample(story.said, len(story.said))
    await publication.hear(said[: len(said) // 2])
    await publication.hear(said)
    await publication.publish_complete()
    days = [A_DAY + timedelta(days=n) for n in range((story.day - A_DAY).days + 1)]
    async with publication.api() as api:
        for view in days[1:]:
            for day in [A_DAY - timedelta(days=1), *days]:
                answer = await api.get(
                    "v3/school-units", params={"snapshot": str(view), "asOf": str(day), "sort": "id"}
                )
                found = [(u["schoolUnitCode"], u["displayName"], u["status"]) for u in answer.json()["data"]]
                assert found == replayed(story, view, day), (view, day)
        for code in CODES:
            for day in days:
                fact = story.as_of(code, story.day, day)
                for path in (f"v3/school-units/{code}?asOf={day}", f"v2/school-units/{code}?search_date={day}"):
                    answer = await api.get(path)
                    assert answer.status_code == (200 if fact else 404), path
                    assert not fact or fact.unit.display_name in answer.text
                one = await api.get(f"v1/skolenhet/{code}/{day:%Y%m%d}")
                assert one.status_code == (200 if fact else 404)
