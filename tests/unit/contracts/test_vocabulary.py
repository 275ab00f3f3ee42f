"""Codes that cannot be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from services.contracts.vocabulary import (
    MunicipalityCode,
    NotACodeError,
    OrganizationNumber,
    SchoolUnitCode,
    luhn_holds,
)


class Holder(BaseModel):
    code: SchoolUnitCode
    number: OrganizationNumber
    municipality: MunicipalityCode


def test_a_code_is_text_on_the_wire() -> None:
    held = Holder.model_validate({"code": "27508103", "number": "2120001132", "municipality": "0126"})

    assert held.model_dump_json() == '{"code":"27508103","number":"2120001132","municipality":"0126"}'
    assert isinstance(held.number, OrganizationNumber)


@pytest.mark.parametrize("text", ["", "2750810", "275081033", "07508103", "2750810a", "２7508103", " 27508103"])
def test_what_is_not_a_school_unit_code_is_refused(text: str) -> None:
    with pytest.raises(NotACodeError):
        SchoolUnitCode(text)


def test_an_organization_number_has_its_check_digit() -> None:
    assert OrganizationNumber("2120001132") == "2120001132"
    with pytest.raises(NotACodeError):
        OrganizationNumber("2120001133")


def test_a_wrong_number_in_an_event_is_a_validation_error() -> None:
    with pytest.raises(ValidationError):
        Holder.model_validate({"code": "27508103", "number": "2120001133", "municipality": "0126"})


@given(st.text(alphabet="0123456789", min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_one_changed_digit_never_keeps_the_check_digit(nine: str, place: int, step: int) -> None:
    number = next(nine + str(check) for check in range(10) if luhn_holds(nine + str(check)))
    other = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]

    assert not luhn_holds(other)
