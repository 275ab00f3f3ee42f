"""Planned changes and corrections as pure functions: paths there and back, conflicts, days."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Status
from services.registry.domain.changes import flat
from services.registry.domain.paths import with_values
from services.registry.domain.planned_changes import PlannedChange, State, broken_by_day, conflicts, expected
from tests.units import CODE, a_unit

TODAY = date(2027, 7, 1)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
PLACE = st.fixed_dictionaries({"latitude": TEXT})
ADDRESS = st.fixed_dictionaries({}, optional={"streetAddress": TEXT, "locality": TEXT, "geoCoordinates": PLACE})
BODY = st.fixed_dictionaries(
    {"displayName": TEXT},
    optional={
        "schoolName": TEXT, "specialSupportSchool": st.booleans(),
        "schoolTypes": st.lists(st.sampled_from(["GR", "GY", "VUX"]), unique=True),
        "schoolTypeProperties": st.fixed_dictionaries({}, optional={
            "gr": st.fixed_dictionaries({"grades": st.lists(st.sampled_from("123"), unique=True)}),
            "gy": st.fixed_dictionaries({"csnCode": TEXT}),
        }),
        "addresses": st.fixed_dictionaries({}, optional={"BESOKSADRESS": ADDRESS, "POSTADRESS": ADDRESS}).map(
            lambda by_type: [{"type": kind, **address} for kind, address in by_type.items()]
        ),
    },
)  # fmt: skip


def a_plan(day: date, **fields: tuple[Any, Any]) -> PlannedChange:
    changed = tuple(FieldChange(field=name, before=before, after=after) for name, (before, after) in fields.items())
    at = datetime(2027, 6, 1, tzinfo=UTC)
    return PlannedChange(uuid4(), 1, CODE, day, State.PLANNED, changed, {}, 1, "karin", "contact-person", at)


@given(BODY, BODY)
def test_a_unit_is_led_from_any_state_to_any_other_by_the_paths_that_differ(one: Any, other: Any) -> None:
    before, after = a_unit(**one).public, a_unit(**other).public
    old, new = flat(before), flat(after)

    led = with_values(before, {path: new.get(path) for path in {*old, *new} if old.get(path) != new.get(path)})

    assert flat(led) == new


def test_a_field_is_in_conflict_when_something_else_stands_than_before_and_than_after() -> None:
    plan = a_plan(date(2027, 8, 1), displayName=("Svaleboskolan", "Nya"))

    assert conflicts(plan, a_unit(), [plan]) == []
    assert conflicts(plan, a_unit(displayName="Nya"), [plan]) == []
    assert conflicts(plan, a_unit(displayName="Annat"), [plan]) == ["displayName"]


def test_what_is_planned_for_an_earlier_day_is_expected() -> None:
    first = a_plan(date(2027, 8, 1), displayName=("Svaleboskolan", "Första"))
    second = a_plan(date(2027, 9, 1), displayName=("Första", "Andra"))

    assert conflicts(second, a_unit(), [first, second]) == []
    assert expected(a_unit(), [second, first], date(2027, 9, 1)).public.display_name == "Första"
    assert expected(a_unit(), [second, first], date(2027, 9, 2)).public.display_name == "Andra"


def test_a_planned_unit_is_expected_to_have_started_the_day_after_its_start() -> None:
    unit = a_unit(status="PLANERAD", startdate="2027-08-01")

    assert expected(unit, [], date(2027, 8, 1)).public.status is Status.PLANERAD
    assert expected(unit, [], date(2027, 8, 2)).public.status is Status.AKTIV


def test_a_day_is_to_come_and_has_each_field_once() -> None:
    other = a_plan(date(2027, 8, 1), displayName=("Svaleboskolan", "Nya"))

    assert [b.rule.code for b in broken_by_day(TODAY, TODAY, ["url"], [other])] == ["day-to-come-needed"]
    assert [b.params for b in broken_by_day(other.day, TODAY, ["displayName", "url"], [other])] == [
        {"field": "displayName"}
    ]
    assert broken_by_day(other.day, TODAY, ["url"], [other]) == []
