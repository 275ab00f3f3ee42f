"""Days, statuses and reasons as people type them."""

from datetime import date

import pytest

from services.contracts.vocabulary import Status
from services.eservice import planning_texts, texts
from services.eservice.forms import planning
from services.registry.domain.transitions import choices


@pytest.mark.parametrize("typed", ["2027-08-01", " 20270801 ", "1/8 2027", "01/08/2027", "1.8.2027"])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert planning.day_or_none(typed) == date(2027, 8, 1)
    assert planning.day(typed) == {}


@pytest.mark.parametrize("typed", ["i morgon", "2027-02-30", "31/2 2027", "27-08-01", "2027-W31-1", "８/１ 2027"])
def test_what_is_no_day_is_told_how_to_write_one(typed: str) -> None:
    assert planning.day(typed) == {"on": texts.ERRORS["day-form"]}


def test_a_day_that_is_needed_is_asked_for() -> None:
    assert planning.day(" ") == {"on": texts.ERRORS["day-needed"]}
    assert planning.day("", needed=False) == {}


def test_a_status_is_one_of_the_next_and_a_withdrawal_says_why() -> None:
    typed = {"to": "VILANDE", "on": "", "reason": ""}

    assert planning.status(typed, "AKTIV") == {}
    assert set(planning.status(typed, "VILANDE")) == {"to"}
    assert set(planning.status(typed | {"to": planning_texts.WITHDRAW}, "PLANERAD")) == {"reason"}
    assert set(planning.status(typed | {"on": "snart", "reason": "x" * 501}, "AKTIV")) == {"on", "reason"}


@pytest.mark.parametrize("status", [Status.AKTIV, Status.VILANDE, Status.UPPHORT])
def test_the_page_offers_what_the_register_allows(status: Status) -> None:
    assert list(planning_texts.NEXT[status]) == choices(status)
    assert set(planning_texts.NEXT[status]) <= set(planning_texts.STEPS)
