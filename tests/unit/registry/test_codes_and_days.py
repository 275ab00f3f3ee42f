"""How codes are drawn, and how register days follow each other."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain import codes
from services.registry.domain.register_day import days_to_close, local_date, midnight_after, next_day

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@given(st.randoms(use_true_random=False))
def test_a_drawn_code_has_eight_digits_and_is_no_date(random: "object") -> None:
    code = codes.draw(random.randrange)  # type: ignore[attr-defined]

    assert len(code) == 8
    assert code[0] != "0"
    assert not codes.is_readable_date(code)


@pytest.mark.parametrize("code", ["20261124", "24112026", "11242026", "19991231"])
def test_a_code_that_reads_as_a_date_is_known(code: str) -> None:
    assert codes.is_readable_date(code)


def test_a_code_that_reads_as_a_date_is_drawn_again() -> None:
    drawn = iter([20261124 - codes.FIRST, 99999999 - codes.FIRST])

    assert codes.draw(lambda _: next(drawn)) == "99999999"


@pytest.mark.parametrize(
    ("before", "hours"),
    [(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 22.5), (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), 24.5)],
)
def test_midnight_comes_right_in_both_nights_when_the_clock_is_moved(before: datetime, hours: float) -> None:
    midnight = midnight_after(before, STOCKHOLM)

    assert (midnight.hour, midnight.minute) == (0, 0)
    assert (midnight - before).total_seconds() == hours * 3600
    assert local_date(midnight - timedelta(microseconds=1), STOCKHOLM) == local_date(before, STOCKHOLM)
    assert local_date(midnight, STOCKHOLM) == next_day(local_date(before, STOCKHOLM))


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_midnight_begins_the_next_day(moment: datetime) -> None:
    midnight = midnight_after(moment, STOCKHOLM)

    assert midnight > moment
    assert local_date(midnight, STOCKHOLM) == next_day(local_date(moment, STOCKHOLM))


def test_missed_days_are_closed_in_order() -> None:
    assert list(days_to_close(date(2026, 11, 23), date(2026, 11, 26))) == [
        date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25),
    ]  # fmt: skip
