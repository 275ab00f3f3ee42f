"""Forms as nobody's browser fills them in: an answer in Swedish, and what was typed where it can be kept."""

from collections.abc import Iterator

import pytest

from deploy.stack.stack import Stack
from tests.system import LUND, Person

pytestmark = pytest.mark.stack

UNIT = "83803124"
FORM = f"/enheter/{UNIT}/andra"


@pytest.fixture(scope="module")
def ulf(stack: Stack) -> Iterator[Person]:
    with Person.log_in(stack.url, "ulf.uppgift") as person:
        yield person


def test_a_text_of_a_million_letters_comes_back_with_a_sentence(ulf: Person) -> None:
    answer = ulf.post(FORM, ulf.form(UNIT) | {"schoolName": "a" * 1_500_000})

    assert answer.status_code == 400
    assert "Texten är för lång. Skriv högst 200 tecken." in answer.text
    assert "a" * 1_500_000 in answer.text


def test_a_form_that_the_gateway_refuses_says_so_in_swedish(ulf: Person) -> None:
    answer = ulf.post(FORM, ulf.form(UNIT) | {"schoolName": "a" * 2_500_000})

    assert answer.status_code == 413
    assert "Det du skickade är för stort" in answer.text


def test_inputs_that_are_not_ours_are_passed_over(ulf: Person) -> None:
    extra = {f"annat{number}": "x" for number in range(2000)}

    answer = ulf.post(FORM, ulf.form(UNIT) | extra | {"schoolName": "Med mycket annat"})

    assert "Kontrollera ändringen" in answer.text
    assert "Med mycket annat" in answer.text


@pytest.mark.parametrize("step", ["", "/spara"])
@pytest.mark.parametrize(
    "tampered",
    [{"key": "nyckel-å"}, {"key": "a\r\nb: c"}, {"key": ""}, {"version": "x"}, {"base": "{"}, {"base": "[]"}],
    ids=str,
)
def test_a_form_whose_own_inputs_were_altered_is_refused(ulf: Person, tampered: dict[str, str], step: str) -> None:
    answer = ulf.post(FORM + step, ulf.form(UNIT) | {"schoolName": "Ändrat"} | tampered)

    assert answer.status_code == 403
    assert "Formuläret gick inte att ta emot" in answer.text


def test_a_search_for_what_cannot_be_seen_finds_all(ulf: Person) -> None:
    path = f"/huvudman/{LUND}/enheter"

    assert "Genarps skola" in ulf.get(f"{path}?q=%00Genarp%00").text
    assert ulf.get(f"{path}?q=%00").status_code == 200


def test_a_receipt_of_what_was_never_saved_is_none(ulf: Person) -> None:
    assert ulf.get(f"/enheter/{UNIT}/kvitto?version=99999").status_code == 404


def test_back_from_the_check_page_has_what_was_typed_until_it_is_saved(ulf: Person) -> None:
    fields = ulf.form(UNIT) | {"headMaster": "Skrivet före kontrollen", "headMasterWorkEmail": "ny@lund.example"}

    checked = ulf.post(FORM, fields)
    back = ulf.get(FORM)
    ulf.post(FORM, fields)
    ulf.post(f"{FORM}/spara", fields)
    after = ulf.get(FORM)

    assert "ny@lund.example" in checked.text, "what one has typed oneself can be checked"
    assert "Skrivet före kontrollen" in back.text
    assert "Det du hade skrivit är kvar" in back.text
    assert "Det du hade skrivit är kvar" not in after.text
