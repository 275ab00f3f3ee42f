"""Personal identity numbers: right when made, and shown nowhere by accident."""

from dataclasses import dataclass

import pytest
from pydantic import TypeAdapter, ValidationError

from services.contracts.vocabulary import NotACodeError, PersonalIdentityNumber


@pytest.mark.parametrize(
    ("number", "is_valid"),
    [
        ("199001012385", True),
        ("199001012384", False),
        ("199013012385", False),
        ("198112189876", True),
        ("179001012385", False),
        ("19900101", False),
        ("19900101-2385", False),
        ("١٩٩٠٠١٠١٢٣٨٥", False),
        ("", False),
    ],
)
def test_a_personal_identity_number_has_a_day_and_a_check_digit(number: str, is_valid: bool) -> None:
    assert PersonalIdentityNumber.is_valid(number) is is_valid


def test_a_coordination_number_adds_sixty_to_the_day() -> None:
    assert PersonalIdentityNumber("197010632391") == "197010632391"


def test_a_number_may_be_typed_with_a_hyphen_and_spaces() -> None:
    assert PersonalIdentityNumber.tidied(" 19900101-2385 ") == "199001012385"
    assert PersonalIdentityNumber.tidied(" 900101-2385 ") == "900101-2385"


@dataclass(frozen=True)
class Numbered:
    """Whatever holds a number."""

    number: PersonalIdentityNumber


def test_a_personal_identity_number_shows_itself_in_no_repr() -> None:
    assert "19900101" not in repr(Numbered(PersonalIdentityNumber("199001012385")))


def test_a_wrong_personal_identity_number_is_not_repeated() -> None:
    with pytest.raises(NotACodeError) as caught:
        PersonalIdentityNumber("199001012384")

    assert "19900101" not in str(caught.value)


def test_a_personal_identity_number_is_checked_where_json_is_read() -> None:
    adapter = TypeAdapter(PersonalIdentityNumber)

    assert adapter.validate_json('"199001012385"') == "199001012385"
    assert adapter.dump_json(PersonalIdentityNumber("199001012385")) == b'"199001012385"'
    with pytest.raises(ValidationError):
        adapter.validate_json('"199001012384"')
