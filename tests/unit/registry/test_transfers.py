"""A transfer's life, and what it does to a unit."""

from datetime import date
from uuid import uuid4

import pytest

from services.contracts.vocabulary import OrganizerType, Orientation
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.transfers import AFTER, OPEN, State, Transfer, moved, turned, words
from tests.units import CODE, INDEPENDENT, LUND, a_unit


def a_transfer(state: State) -> Transfer:
    return Transfer(uuid4(), 3, LUND, INDEPENDENT, date(2027, 1, 1), False, state, (CODE,))  # noqa: FBT003


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_no_state_follows_but_those_of_the_table(before: State, after: State) -> None:
    if after in AFTER.get(before, ()):
        turn, changed = turned(a_transfer(before), after, "skäl")
        assert (turn.state, turn.version, turn.refusal) == (after, 4, "skäl")
        assert [change.field for change in changed] == ["state", "refusal"]
    else:
        with pytest.raises(RulesBrokenError, match="transfer-not-open"):
            turned(a_transfer(before), after, "skäl")


def test_what_is_open_can_go_on_and_nothing_else() -> None:
    assert set(AFTER) == OPEN


@pytest.mark.parametrize("kind", OrganizerType)
def test_an_orientation_stays_with_independent_organizers_alone(kind: OrganizerType) -> None:
    unit = a_unit(orientationType="WALDORF")

    after, changed = moved(unit, INDEPENDENT, kind)

    stays = kind is OrganizerType.ENSKILD
    assert after.public.orientation_type is (Orientation.WALDORF if stays else Orientation.EJ_RELEVANT)
    assert (after.code, after.version, len(changed)) == (unit.code, unit.version + 1, 1 if stays else 2)


def test_words_are_kept_one_way_and_what_cannot_be_seen_is_refused() -> None:
    assert words(" a\r\nb\tc ", "/message") == ("a\nb\tc", [])
    assert words("  ", "/message") == (None, [])
    assert [broken.rule.code for broken in words("a\x00b", "/reason")[1]] == ["bad-characters"]
