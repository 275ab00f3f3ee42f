"""A unit's life: what may follow what, and that the documentation says the same."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from services.contracts.vocabulary import Status
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.transitions import TRANSITIONS, as_markdown, choices, moved, refusal
from tests.units import a_unit

PAGE = Path(__file__).parents[3] / "docs" / "architecture" / "unit-status.md"
DAY = date(2027, 8, 1)
ALLOWED = {
    (Status.AKTIV, Status.VILANDE), (Status.VILANDE, Status.AKTIV), (Status.AKTIV, Status.UPPHORT),
    (Status.VILANDE, Status.UPPHORT),
}  # fmt: skip


def test_the_documentation_has_the_table() -> None:
    assert as_markdown() in PAGE.read_text()


@pytest.mark.parametrize(("source", "target"), list(product(Status, Status)))
def test_a_status_is_chosen_only_as_the_table_says(source: Status, target: Status) -> None:
    unit = a_unit(status=source)

    assert (target in choices(source)) is ((source, target) in ALLOWED)
    if (source, target) in ALLOWED:
        after, changed = moved(unit, target, DAY)
        assert (after.public.status, after.version) == (target, 2)
        assert after.public.end_date == (DAY if target is Status.UPPHORT else None)
        assert changed[0].field == "status"
    else:
        rule = refusal(source, target)
        assert rule
        with pytest.raises(RulesBrokenError, match=rule.code):
            moved(unit, target, DAY)


def test_nothing_leads_out_of_closed_and_everything_begins_planned() -> None:
    assert not [each for each in TRANSITIONS if each.source is Status.UPPHORT]
    assert [each.target for each in TRANSITIONS if each.source is None] == [Status.PLANERAD]
