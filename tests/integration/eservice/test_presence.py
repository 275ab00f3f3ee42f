"""Together: who has the same form open is told to those who may see the unit; and that is no use of a session."""

import hashlib
from collections.abc import Callable, Iterator

import pytest

from deploy.stack.stack import Stack
from tests.integration.eservice.conftest import SESSION, Browser, NewBrowser
from tests.system import Person, inputs

pytestmark = pytest.mark.stack

UNIT = "85762828"
FORM, STILL = f"/enheter/{UNIT}/andra", f"/enheter/{UNIT}/narvaro"
KARIN, ULF = "Karin Kontakt redigerar också just nu", "Ulf Uppgift redigerar också just nu"


@pytest.fixture
def karin(stack: Stack) -> Iterator[Person]:
    with Person.log_in(stack.url, "karin.kontakt") as person:
        yield person
        person.post(STILL, {"lamnar": "true"})


@pytest.fixture
def ulf(stack: Stack) -> Iterator[Person]:
    with Person.log_in(stack.url, "ulf.uppgift") as person:
        yield person
        person.post(STILL, {"lamnar": "true"})


@pytest.fixture
def forget(stack: Stack) -> Callable[[], None]:
    """As if the others' forms had last been heard of an hour ago."""
    statement = f"UPDATE editing SET seen_at = now() - interval '1 hour' WHERE code = '{UNIT}'"
    return lambda: stack.postgres.sql(statement, "eservice")


def others(person: Person) -> list[str]:
    answer = person.post(STILL, {})
    assert answer.status_code == 200
    return list(answer.json()["others"])


def test_two_who_edit_the_same_unit_are_told_of_each_other(karin: Person, ulf: Person) -> None:
    assert ULF not in karin.get(FORM).text

    assert KARIN in ulf.get(FORM).text
    assert [sentence.partition(", sedan")[0] for sentence in others(karin)] == [ULF]
    assert KARIN in ulf.post(FORM, ulf.form(UNIT) | {"phoneNumber": "046-10 20 30"}).text, "the check page too"


def test_one_is_not_told_of_oneself_at_another_browser(stack: Stack, karin: Person) -> None:
    with Person.log_in(stack.url, "karin.kontakt") as again:
        karin.get(FORM)

        assert KARIN not in again.get(FORM).text
        again.post(STILL, {"lamnar": "true"})


def test_who_leaves_or_saves_is_there_no_more(karin: Person, ulf: Person) -> None:
    karin.get(FORM), ulf.get(FORM)
    assert len(others(ulf)) == 1

    karin.post(STILL, {"lamnar": "true"})
    assert others(ulf) == []

    form = inputs(karin.get(f"{FORM}/namn").text)
    assert len(others(ulf)) == 1
    karin.post(f"{FORM}/spara", form)
    assert others(ulf) == []


def test_who_is_not_heard_of_is_forgotten(karin: Person, ulf: Person, forget: Callable[[], None]) -> None:
    karin.get(FORM)

    forget()

    assert KARIN not in ulf.get(FORM).text
    assert others(karin) == [], "a form that was forgotten is not open"


def test_who_never_opened_the_form_learns_nothing(stack: Stack, karin: Person, browser: Browser) -> None:
    karin.get(FORM)

    with Person.log_in(stack.url, "frida.friskola") as frida:
        assert frida.get(FORM).status_code == 404
        assert others(frida) == []
    assert browser.post(STILL, {}).json() == {"others": []}


def test_an_open_form_is_no_use_of_the_session(stack: Stack, new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.log_in("ulf.uppgift")
    browser.get(FORM)
    before = browser.get("/session/kvar").json()["seconds"]
    ours = hashlib.sha256(browser.cookies[SESSION].encode()).hexdigest()
    age = f"UPDATE session SET seen_at = seen_at - interval '20 minutes' WHERE id_hash = '\\x{ours}'"
    stack.postgres.sql(age, "eservice")

    browser.post(STILL, {})

    assert browser.get("/session/kvar").json()["seconds"] <= before - 19 * 60
    browser.post(STILL, {"lamnar": "true"})
