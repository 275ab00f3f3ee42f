"""When the daily mail goes, and what it makes of many changes."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notifications import compose
from services.notifications.domain import digest
from services.notifications.domain.digest import Collected

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LUND, OTHER = "2120001132", "5564515988"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "hour", "due"),
    [
        ("2026-11-24T05:59:59", 7, "2026-11-24T06:00:00"),
        ("2026-11-24T06:00:00", 7, "2026-11-25T06:00:00"),
        ("2026-03-28T06:00:00", 7, "2026-03-29T05:00:00"),
        ("2026-10-24T05:00:00", 7, "2026-10-25T06:00:00"),
        ("2026-03-29T00:59:59", 2, "2026-03-29T01:00:00"),
        ("2026-03-29T01:00:00", 2, "2026-03-30T00:00:00"),
        ("2026-10-24T23:59:59", 2, "2026-10-25T00:00:00"),
        ("2026-10-25T00:30:00", 2, "2026-10-26T01:00:00"),
        ("2026-12-31T23:30:00", 0, "2027-01-01T23:00:00"),
    ],
    ids=[
        "the same day", "the next day", "a night of 23 hours", "a night of 25 hours", "an hour that is left out",
        "and once only", "an hour that comes twice: the first", "and not the second", "midnight",
    ],
)  # fmt: skip
def test_the_daily_mail_goes_once_a_day_at_its_hour_also_when_clocks_are_moved(
    moment: str, hour: int, due: str
) -> None:
    assert digest.next_after(at(moment), hour, STOCKHOLM) == at(due)


def test_what_comes_after_todays_mail_waits_for_tomorrows_though_it_began_before_it() -> None:
    oldest, sent = at("2026-11-24T05:59:59"), at("2026-11-24T06:00:02")

    assert digest.is_due(sent, oldest, None, 7, STOCKHOLM, at_once=False)
    assert not digest.is_due(at("2026-11-24T06:00:10"), oldest, sent, 7, STOCKHOLM, at_once=False)
    assert digest.is_due(at("2026-11-25T06:00:00"), oldest, sent, 7, STOCKHOLM, at_once=False)


def test_who_went_back_to_mail_at_once_waits_for_no_hour() -> None:
    oldest = at("2026-11-24T09:00:00")

    assert digest.is_due(oldest, oldest, None, 7, STOCKHOLM, at_once=True)


def a_change(code: str = "27508103", version: int = 2, organizer: str = LUND, **field: Any) -> Collected:
    return Collected(
        organizer, code, f"Skola {code[-1]} v{version}", version, at(f"2026-11-24T{version:02}:00:00"),
        f"Person {version}", opened=False, fields=({"before": None, "after": None, "protected": False} | field,),
    )  # fmt: skip


def test_changes_of_a_unit_are_one_from_how_it_was_to_how_it_is() -> None:
    first = a_change(field="email", before="a", after="b")
    third = a_change(version=4, field="email", before="c", after="d")
    second = a_change(version=3, field="email", before="b", after="c")
    other = a_change(code="27508104", organizer=OTHER, field="url", after="x")

    lund, independent = digest.merge([other, third, first, second])

    assert lund.fields == ({"field": "email", "before": "a", "after": "d", "protected": False},)
    assert (lund.name, lund.versions, lund.actors) == ("Skola 3 v4", (2, 3, 4), ("Person 2", "Person 3", "Person 4"))
    assert independent.code == "27508104"


def test_a_value_that_was_protected_once_is_shown_in_none_of_a_days_changes() -> None:
    changes = [a_change(field="headMaster", protected=True), a_change(version=3, field="headMaster", after="Eva Ek")]

    (unit,) = digest.merge(changes)

    assert unit.fields == ({"field": "headMaster", "before": None, "after": None, "protected": True},)


def test_the_daily_mail_tells_unit_by_unit_who_did_it_and_where_to_see_it() -> None:
    units = digest.merge(
        [a_change(field="email", before="a", after="b"), a_change(version=3, field="email", after="c")]
    )

    content = compose.digest(units, lambda _: "Lunds kommun", STOCKHOLM, "https://register.example")

    assert content.subject == "En skolenhet har ändrats i Skolenhetsregistret"
    for words in ("2 ändringar, den senaste 24 november 2026 kl. 04.00, av Person 2, Person 3", "Lunds kommun",
                  "https://register.example/enheter/27508103/historik#v3", "/mina-uppgifter/mejl"):  # fmt: skip
        assert words in content.text
        assert words in content.html
