"""Other activities, by keyboard, with every page looked at: see, register, edit, end."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press, see_the_past
from tests.people import employ, new_people
from tests.system import mails_about, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

FRIDASKOLORNA = "5564515988"
HOME = f"/huvudman/{FRIDASKOLORNA}/verksamheter"


@pytest.fixture(scope="module")
def users(stack: Stack) -> list[str]:
    """Two data reporters of an independent organizer: user names."""
    people = new_people("Alva Aktiv", "Kim Kollega", suffix=uuid4().hex[:6])
    employ(stack, FRIDASKOLORNA, Role.DATA_REPORTER, *people)
    return [person.user_name for person in people]


@pytest.fixture(scope="module")
def alva(browser: Browser, stack: Stack, users: list[str]) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in(users[0])
    yield visitor
    context.close()


def choose(visitor: Visitor, label: str) -> None:
    visitor.page.get_by_label(label, exact=True).press("Space")


def register(visitor: Visitor, name: str) -> None:
    """From the list to the receipt, by keyboard."""
    visitor.go(f"{HOME}/ny")
    choose(visitor, "Fristående fritidshem")
    visitor.page.get_by_label("Verksamhetens namn").fill(name)
    visitor.page.get_by_label("Lägeskommun").select_option(label="Göteborg")
    press(visitor, "Fortsätt till kontroll")
    press(visitor, "Spara")
    heading(visitor, "Verksamheten är tillagd")


def test_an_activity_is_registered_by_keyboard_with_what_is_wrong_beside_its_field(
    alva: Visitor, stack: Stack, users: list[str]
) -> None:
    page, name = alva.page, f"Solens fritids {uuid4().hex[:6]}"
    alva.go(HOME)
    alva.look()
    press_link(alva, "Lägg till en verksamhet")
    alva.look()
    page.get_by_label("Verksamhetens namn").fill(name)
    page.get_by_label("E-postadress").fill("solen")
    page.get_by_label("Från och med").fill("i morgon")
    press(alva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    alva.look()
    choose(alva, "Fristående fritidshem")
    page.get_by_label("Från och med").fill("")
    press(alva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    expect(page.get_by_label("Verksamhetens namn")).to_have_value(name)
    picture(alva, "verksamhet-fel")
    alva.look()

    page.get_by_label("E-postadress").fill("solen@fridaskolan.example")
    page.get_by_label("Lägeskommun").select_option(label="Göteborg")
    page.get_by_label("Postnummer").first.fill("411 11")
    page.get_by_label("Postort").first.fill("Göteborg")
    press(alva, "Fortsätt till kontroll")
    heading(alva, "Kontrollera uppgifterna")
    alva.look()
    picture(alva, "verksamhet-kontroll")
    press(alva, "Tillbaka till formuläret")
    expect(page.get_by_label("Verksamhetens namn")).to_have_value(name)
    press(alva, "Fortsätt till kontroll")
    press(alva, "Spara")

    heading(alva, "Verksamheten är tillagd")
    alva.look()
    picture(alva, "verksamhet-kvitto")
    mail = wait_for(lambda: mails_about(stack, f"En verksamhet har lagts till: {name}"))
    assert any(f"{users[1]}@example.org" in str(one["to"]) for one in mail)
    assert not any(f"{users[0]}@example.org" in str(one["to"]) for one in mail)
    follow(alva, "Se verksamheten")
    picture(alva, "verksamhet")
    alva.look()
    alva.go(HOME)
    expect(page.get_by_role("link", name=name)).to_be_visible()
    picture(alva, "verksamheter")


def test_an_activity_is_edited_and_ended_and_its_history_tells_it(alva: Visitor) -> None:
    page, name = alva.page, f"Månens fritids {uuid4().hex[:6]}"
    register(alva, name)
    follow(alva, "Se verksamheten")
    press_link(alva, "Ändra uppgifter")
    page.get_by_label("Telefonnummer").fill("031-12 34 56")
    press(alva, "Fortsätt till kontroll")
    expect(page.get_by_role("row")).to_have_count(2)
    press(alva, "Spara")
    heading(alva, "Ändringen är sparad")
    follow(alva, "Se verksamheten")

    follow(alva, "Avsluta verksamheten")
    alva.look()
    page.get_by_label("Upphör från och med").fill("2020-01-01")
    press(alva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("Datumet är passerat")
    alva.look()
    page.get_by_label("Upphör från och med").fill("2035-12-31")
    press(alva, "Fortsätt till kontroll")
    alva.look()
    press(alva, "Spara")
    heading(alva, "Sista dagen är sparad")
    follow(alva, "Se verksamheten")
    expect(page.get_by_text("31 december 2035")).to_be_visible()
    follow(alva, "Historik")
    expect(page.get_by_role("heading", level=2)).to_have_count(3)
    expect(page.get_by_text("Alva Aktiv, uppgiftslämnare").first).to_be_visible()
    alva.look()
    see_the_past(alva)


def test_an_activity_is_registered_with_and_without_javascript(plain_visitor: Visitor, users: list[str]) -> None:
    plain_visitor.log_in(users[0])
    register(plain_visitor, f"Stjärnan {uuid4().hex[:6]}")
    plain_visitor.look()


def press_link(visitor: Visitor, name: str) -> None:
    """Press a link that looks like a button."""
    visitor.page.get_by_role("button", name=name).press("Enter")
    visitor.page.wait_for_load_state()
