"""Why an event was put aside, without what it said."""

from pydantic import BaseModel, ValidationError

from services.kernel.dead_letters import LONGEST_REASON, reason


class Person(BaseModel):
    name: str
    age: int


def test_a_payload_that_does_not_fit_is_told_by_place_and_never_by_value() -> None:
    try:
        Person.model_validate({"name": "Karin Kontakt", "age": "secret"})
    except ValidationError as error:
        told = reason(error)

    assert told == "does not fit Person: age: int_parsing"


def test_another_error_is_told_by_its_kind_and_text() -> None:
    assert reason(RuntimeError("no such thing")) == "RuntimeError: no such thing"


def test_a_reason_is_never_long() -> None:
    assert len(reason(RuntimeError("x" * 10_000))) == LONGEST_REASON
