"""The generator for tests of scale: any size, the same for the same seed, and as good as the real data."""

from collections import Counter
from typing import Any

from bench import multiply
from services.contracts.vocabulary import OrganizerType
from services.registry.domain.checks import broken_rules
from services.registry.domain.codes import is_readable_date
from services.registry.domain.importing import unit_from
from services.registry.domain.units import editable

THREE = list(multiply.units(3))
REAL = multiply.real_units()


def test_the_real_units_stand_first_and_each_has_as_many_copies() -> None:
    assert THREE[: len(REAL)] == REAL
    assert len(THREE) == 3 * len(REAL)
    assert {unit["displayName"] for unit in THREE[len(REAL) :]} == {
        f"{unit['displayName']} {number}" for unit in REAL for number in (2, 3)
    }


def test_the_same_seed_gives_the_same_units_and_another_one_others() -> None:
    assert list(multiply.units(3)) == THREE
    assert list(multiply.units(3, seed=2)) != THREE


def test_no_code_is_drawn_twice_or_can_be_read_as_a_date() -> None:
    codes = Counter(unit["schoolUnitCode"] for unit in THREE)

    assert set(codes.values()) == {1}
    assert not any(is_readable_date(unit["schoolUnitCode"]) for unit in THREE[len(REAL) :])


def rules_broken_by(units: list[dict[str, Any]]) -> set[str]:
    types, places = multiply.organizer_types(), frozenset(unit["municipalityCode"] for unit in REAL)
    return {
        broken.rule.code
        for unit in units
        for broken in broken_rules(
            editable(unit_from(unit)), OrganizerType(types[unit["organizationNumber"]]), places
        )
    }  # fmt: skip


def test_copies_break_no_rule_that_real_units_keep() -> None:
    """The real data are not without faults: a web address without https://, a decimal comma."""
    assert rules_broken_by(THREE[len(REAL) :]) <= rules_broken_by(REAL)
