"""A person's name, as the population register has it."""

from typing import Any

import pytest

from services.contracts.vocabulary import PersonalIdentityNumber
from services.identity.domain.citizens import Citizen, NotACitizenError

NUMBER = PersonalIdentityNumber("199001012385")


def a_citizen(**given: Any) -> Citizen:
    usual: dict[str, Any] = {
        "given_names": ("Anna", "Karin"), "preferred_given_name": 1, "middle_name": None, "surname": "Öberg",
        "protected": False,
    }  # fmt: skip
    return Citizen(NUMBER, **usual | given)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "Karin Öberg"),
        ({"preferred_given_name": 0}, "Anna Öberg"),
        ({"preferred_given_name": None}, "Anna Karin Öberg"),
        ({"middle_name": "Åström"}, "Karin Åström Öberg"),
        ({"given_names": (), "preferred_given_name": None}, "Öberg"),
        ({"surname": ""}, "Karin"),
    ],
)
def test_the_marked_name_is_shown_and_all_where_none_is_marked(given: dict[str, Any], name: str) -> None:
    assert a_citizen(**given).display_name == name


@pytest.mark.parametrize(
    "given",
    [
        {"preferred_given_name": 2},
        {"preferred_given_name": -1},
        {"given_names": (), "preferred_given_name": None, "surname": ""},
        {"given_names": ("Anna", "")},
        {"given_names": ("Anna ", "Karin")},
        {"surname": "Ö\nberg"},
        {"middle_name": "\u202eÅström"},
    ],
)
def test_what_is_no_person_is_refused_without_being_repeated(given: dict[str, Any]) -> None:
    with pytest.raises(NotACitizenError) as caught:
        a_citizen(**given)

    assert "berg" not in str(caught.value)


def test_a_citizens_number_does_not_show_in_logs() -> None:
    assert NUMBER not in repr(a_citizen())
