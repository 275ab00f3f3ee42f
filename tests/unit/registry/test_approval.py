"""The approval's calendar and what is chosen, as the rules say it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.registry.domain.approvals import (
    Approved,
    Calendar,
    ChangedMeanwhileError,
    Covered,
    Step,
    chosen,
    month_and_day,
    school_year,
)
from services.registry.domain.changes import net
from services.registry.domain.rules import RulesBrokenError

ORGANIZER = Covered("organizer", "2120001132", "Lund", 3)
UNIT = Covered("school-unit", "27508103", "Svaleboskolan", 7)
APPROVED = Approved(2026, 7, datetime(2026, 6, 9, tzinfo=UTC), date(2026, 6, 9), "somebody", "contact-person")
SEEN = {"2120001132": 3, "27508103": 7}


@pytest.mark.parametrize(
    ("day", "name", "due"),
    [
        ("2026-05-31", "2025/26", "2025-06-14"),
        ("2026-06-01", "2026/27", "2026-06-14"),
        ("2026-12-31", "2026/27", "2026-06-14"),
        ("2027-01-01", "2026/27", "2026-06-14"),
        ("2099-06-01", "2099/00", "2099-06-14"),
    ],
)
def test_a_round_is_open_from_its_prompt_to_the_next(day: str, name: str, due: str) -> None:
    found = Calendar().round_on(date.fromisoformat(day))

    assert (found.name, found.due.isoformat()) == (name, due)


def test_the_year_has_one_prompt_and_the_reminders_of_the_setting() -> None:
    calendar = Calendar(prompt=(5, 20), due=(6, 5), before=(16, 1), after=(30,))
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]

    calls = {day.isoformat()[5:]: (call.step, call.days_left) for day in days if (call := calendar.call_on(day))}

    assert calls == {
        "05-20": (Step.PROMPT, 16), "06-04": (Step.REMINDER, 1), "07-05": (Step.REMINDER, -30),
    }  # fmt: skip


def test_a_reminder_before_the_year_has_opened_is_none() -> None:
    assert Calendar(before=(20,)).call_on(date(2027, 5, 25)) is None


def test_everything_is_what_is_not_approved_as_it_stands() -> None:
    done = replace(UNIT, approved=APPROVED)

    assert chosen([ORGANIZER, UNIT], None, SEEN) == [ORGANIZER, UNIT]
    assert chosen([ORGANIZER, done], None, SEEN) == [ORGANIZER]
    assert chosen([ORGANIZER, replace(done, version=8)], ["27508103"], SEEN | {"27508103": 8}) == [
        replace(done, version=8)
    ]


def test_an_approval_of_an_earlier_year_is_none_of_this() -> None:
    assert chosen([replace(UNIT, previous=APPROVED)], None, SEEN) == [replace(UNIT, previous=APPROVED)]


def test_what_was_named_twice_is_approved_once() -> None:
    assert chosen([UNIT], ["27508103", "27508103"], SEEN) == [UNIT]


@pytest.mark.parametrize("seen", [{}, {"27508103": 6}, {"27508103": 8}], ids=["unseen", "older", "newer"])
def test_another_version_than_the_one_seen_is_refused(seen: dict[str, int]) -> None:
    with pytest.raises(ChangedMeanwhileError) as refused:
        chosen([ORGANIZER, UNIT], None, {"2120001132": 3} | seen)

    assert refused.value.aggregates == ("27508103",)


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        ([], "/items", "approval-nothing-chosen"),
        (["27508103", "elsewhere"], "/items/1", "approval-unknown-item"),
        (["27508104"], "/items/0", "approval-unknown-item"),
    ],
)
def test_what_cannot_be_approved_breaks_a_rule(asked: list[str], pointer: str, code: str) -> None:
    with pytest.raises(RulesBrokenError) as refused:
        chosen([ORGANIZER, UNIT], asked, SEEN)

    assert [(broken.pointer, broken.rule.code) for broken in refused.value.broken] == [(pointer, code)]


def test_nothing_new_is_no_approval() -> None:
    with pytest.raises(RulesBrokenError, match="approval-nothing-new"):
        chosen([replace(UNIT, approved=APPROVED)], None, SEEN)


@pytest.mark.parametrize("text", ["02-29", "13-01", "6-1", "06-31", ""])
def test_a_day_that_does_not_come_each_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        month_and_day(text)


def test_a_school_year_is_written_as_people_do() -> None:
    assert [school_year(year) for year in (2026, 2099, 2008)] == ["2026/27", "2099/00", "2008/09"]


def test_changes_one_after_the_other_are_one_from_first_to_last() -> None:
    def change(field: str, before: object, after: object, *, protected: bool = False) -> dict[str, object]:
        return {"field": field, "before": before, "after": after, "protected": protected}

    made = net([
        change("url", None, "a"), change("displayName", "A", "B"), change("url", "a", "b"),
        change("displayName", "B", "A"), change("headMasterWorkEmail", None, None, protected=True),
    ])  # fmt: skip

    assert made == [change("url", None, "b"), change("headMasterWorkEmail", None, None, protected=True)]
