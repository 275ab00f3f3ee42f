"""What is typed about a transfer of units."""

from datetime import date

import pytest

from services.eservice.forms import transfers as forms

NAMES = {"27508103": "Svaleboskolan"}


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2027-01-01", date(2027, 1, 1)), (" 20270101 ", date(2027, 1, 1)), ("14/8 2027", date(2027, 8, 14)),
        ("14.8.2027", date(2027, 8, 14)), ("31/2 2027", None), ("i morgon", None), ("", None),
    ],
)  # fmt: skip
def test_a_day_is_taken_as_people_write_it(typed: str, day: date | None) -> None:
    assert forms.day_of(typed) == day


def test_some_units_are_named_and_all_are_not() -> None:
    assert set(forms.units("", [])) == {"scope"}
    assert set(forms.units("some", [])) == {"code"}
    assert forms.units("some", ["27508103"]) == forms.units("all", []) == forms.units("ends", []) == {}


def test_what_was_typed_as_the_registry_takes_it() -> None:
    some = {"scope": ["some"], "code": ["27508103"], "message": [" "]}
    ends = {"scope": ["ends"], "code": ["27508103"], "message": ["Hej"]}

    rest = {"receiver": "5564515988", "day": "2027-01-01", "versions": {}}
    assert forms.proposal("5564515988", some, date(2027, 1, 1)) == rest | {
        "schoolUnitCodes": ["27508103"], "endsOrganizer": False, "message": None,
    }  # fmt: skip
    assert forms.proposal("5564515988", ends, date(2027, 1, 1)) == rest | {
        "allUnits": True, "endsOrganizer": True, "message": "Hej",
    }  # fmt: skip


@pytest.mark.parametrize("tampered", ["", " skräp", " 1:1 27508103:", " ١٢٣٤٥٦٧٨:1"])
def test_the_versions_that_the_check_page_showed_go_along(tampered: str) -> None:
    shown = [{"schoolUnitCode": "27508103", "version": 12}, {"schoolUnitCode": "10023937", "version": 1}]
    typed = {"scope": ["all"], "seen": [forms.seen(shown) + tampered]}

    assert forms.proposal("5564515988", typed, date(2027, 1, 1))["versions"] == {"27508103": 12, "10023937": 1}


def test_broken_rules_are_told_by_the_units_names_each_at_its_input() -> None:
    errors = [
        {"pointer": "/schoolUnitCodes", "code": "unit-in-other-process", "params": {"unit": code, "process": "x"}}
        for code in ("27508103", "99999999")
    ] + [{"pointer": "/receiver", "code": "receiver-ended", "params": {}}]

    told = forms.told(errors, NAMES)

    assert told["code"].startswith("Svaleboskolan är redan med")
    assert "99999999 är redan med" in told["code"]
    assert told[""] == "Huvudmannen har upphört, eller ska upphöra. Välj en annan."
