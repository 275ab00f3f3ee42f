"""Komvux on contract, by keyboard, every page looked at: name a provider, register, change, end; grading rights."""

import secrets
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role, luhn_holds
from tests.browser.conftest import Visitor, follow, heading, picture, press, see_the_past
from tests.people import employ, new_people
from tests.system import mails_about, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

FRIDASKOLORNA, VARBERG = "5564515988", "2120001249"
HOME = f"/huvudman/{VARBERG}/entreprenad"
PROVIDERS = "/forvaltning/anordnare"


@pytest.fixture(scope="module")
def users(stack: Stack) -> list[str]:
    """Two data reporters of a municipality, and one of an independent organizer: user names."""
    people = new_people("Ylva Yrkesvux", "Kim Kollega", suffix=uuid4().hex[:6])
    others = new_people("Fia Fristad", suffix=uuid4().hex[:6])
    employ(stack, VARBERG, Role.DATA_REPORTER, *people)
    employ(stack, FRIDASKOLORNA, Role.DATA_REPORTER, *others)
    return [person.user_name for person in (*people, *others)]


@pytest.fixture(scope="module")
def ylva(browser: Browser, stack: Stack, users: list[str]) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in(users[0])
    yield visitor
    context.close()


def new_number() -> str:
    """An organization number that nobody else in the test has."""
    while not luhn_holds(number := f"559{secrets.randbelow(10**7):07}"):
        pass
    return number


def name_provider(visitor: Visitor, name: str, number: str) -> None:
    """From a search that finds nothing to the contract's form."""
    page = visitor.page
    visitor.go(f"{HOME}/ny?q={number}")
    follow(visitor, "Lägg till en anordnare")
    page.get_by_label("Organisationsnummer").fill(number)
    page.get_by_label("Anordnarens namn").fill(name)
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera anordnaren")
    press(visitor, "Spara och fortsätt")
    heading(visitor, "Vad gäller avtalet?")


def fill_part(visitor: Visitor, part: str, first: str, last: str = "") -> None:
    tick = visitor.page.get_by_role("checkbox", name=part, exact=True)
    if not tick.is_checked():
        tick.press("Space")
    group = visitor.page.get_by_role("group", name=part, exact=True)
    group.get_by_label("Från och med").fill(first)
    group.get_by_label("Till och med").fill(last)


def register(visitor: Visitor, name: str) -> None:
    """A new contract with a new provider, to the receipt."""
    name_provider(visitor, name, new_number())
    fill_part(visitor, "Gymnasial nivå", "2026-08-01")
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera avtalet")
    press(visitor, "Spara")
    heading(visitor, "Avtalet är tillagt")


def test_a_provider_that_is_not_there_is_named_on_the_way_to_the_contract(ylva: Visitor) -> None:
    page, name, number = ylva.page, f"Lärcentrum {uuid4().hex[:6]} AB", new_number()
    ylva.go(HOME)
    ylva.look()
    page.get_by_role("button", name="Lägg till ett avtal").press("Enter")
    heading(ylva, "Vilken anordnare gäller avtalet?")
    page.get_by_label("Anordnarens namn, organisationsnummer eller kod").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Ingen anordnare stämmer")).to_be_visible()
    ylva.look()

    follow(ylva, "Lägg till en anordnare")
    page.get_by_label("Organisationsnummer").fill("5560360794")
    press(ylva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    ylva.look()
    page.get_by_label("Organisationsnummer").fill(f"{number[:6]}-{number[6:]}")
    page.get_by_label("Anordnarens namn").fill(name)
    page.get_by_label("E-postadress").fill("info@larcentrum.example")
    press(ylva, "Fortsätt till kontroll")
    heading(ylva, "Kontrollera anordnaren")
    ylva.look()
    picture(ylva, "entreprenad-anordnare")
    press(ylva, "Spara och fortsätt")

    heading(ylva, "Vad gäller avtalet?")
    ylva.look()


def test_a_contract_is_registered_with_what_is_wrong_beside_its_field(
    ylva: Visitor, stack: Stack, users: list[str]
) -> None:
    page, name = ylva.page, f"Kunskapshuset {uuid4().hex[:6]} AB"
    name_provider(ylva, name, new_number())
    press(ylva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("Kryssa för minst en del")
    fill_part(ylva, "Gymnasial nivå", "i höst")
    fill_part(ylva, "Svenska för invandrare", "2026-08-01", "2026-01-01")
    press(ylva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("Skriv datumet som ÅÅÅÅ-MM-DD")
    fill_part(ylva, "Gymnasial nivå", "20260801")
    press(ylva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("Den sista dagen kan inte komma före den första")
    picture(ylva, "entreprenad-fel")
    ylva.look()
    fill_part(ylva, "Svenska för invandrare", "2026-08-01", "2027-06-30")
    press(ylva, "Fortsätt till kontroll")
    heading(ylva, "Kontrollera avtalet")
    expect(page.get_by_text("1 augusti 2026 till och med 30 juni 2027")).to_be_visible()
    ylva.look()
    picture(ylva, "entreprenad-kontroll")
    press(ylva, "Spara")

    heading(ylva, "Avtalet är tillagt")
    ylva.look()
    picture(ylva, "entreprenad-kvitto")
    mail = wait_for(lambda: mails_about(stack, name))
    assert any(f"{users[1]}@example.org" in str(one["to"]) for one in mail)
    assert not any(f"{users[0]}@example.org" in str(one["to"]) for one in mail)
    follow(ylva, "Se avtalet")
    expect(page.get_by_text("1 augusti 2026 och tills vidare")).to_be_visible()
    ylva.look()
    picture(ylva, "entreprenad-avtal")
    ylva.go(HOME)
    expect(page.get_by_role("link", name=name)).to_be_visible()
    picture(ylva, "entreprenad")
    ylva.look()


def test_a_contract_is_changed_and_ended_and_its_history_tells_it(ylva: Visitor) -> None:
    page, name = ylva.page, f"Yrkesvux {uuid4().hex[:6]} AB"
    register(ylva, name)
    follow(ylva, "Se avtalet")
    page.get_by_role("button", name="Ändra avtalet").press("Enter")
    fill_part(ylva, "Grundläggande nivå", "2026-09-01")
    press(ylva, "Fortsätt till kontroll")
    expect(page.get_by_role("row")).to_have_count(2)
    press(ylva, "Tillbaka till formuläret")
    group = page.get_by_role("group", name="Grundläggande nivå", exact=True)
    expect(group.get_by_label("Från och med")).to_have_value("2026-09-01")
    press(ylva, "Fortsätt till kontroll")
    press(ylva, "Spara")
    heading(ylva, "Ändringen är sparad")
    follow(ylva, "Se avtalet")

    follow(ylva, "Avsluta avtalet")
    ylva.look()
    page.get_by_label("Sista dag").fill("2020-01-01")
    press(ylva, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("tidigast vara i går")
    ylva.look()
    page.get_by_label("Sista dag").fill("2035-12-31")
    press(ylva, "Fortsätt till kontroll")
    ylva.look()
    press(ylva, "Spara")
    heading(ylva, "Sista dagen är sparad")
    follow(ylva, "Se avtalet")
    expect(page.get_by_text("till och med 31 december 2035").first).to_be_visible()
    follow(ylva, "Historik")
    expect(page.get_by_role("heading", level=2)).to_have_count(3)
    expect(page.get_by_text("Ylva Yrkesvux, uppgiftslämnare").first).to_be_visible()
    ylva.look()
    see_the_past(ylva)


def test_who_has_a_contract_already_is_led_to_it(ylva: Visitor) -> None:
    name = f"Folkbildarna {uuid4().hex[:6]} AB"
    register(ylva, name)
    ylva.go(f"{HOME}/ny?q={name.replace(' ', '+')}")
    expect(ylva.page.get_by_text("Ni har redan ett avtal")).to_be_visible()
    follow(ylva, name)
    expect(ylva.page.get_by_role("button", name="Ändra avtalet")).to_be_visible()


def test_an_independent_organizer_has_no_contracts(visitor: Visitor, users: list[str]) -> None:
    visitor.log_in(users[2])
    visitor.go(f"/huvudman/{FRIDASKOLORNA}/enheter")
    expect(visitor.page.get_by_role("link", name="Komvux på entreprenad")).to_have_count(0)
    visitor.go(f"/huvudman/{FRIDASKOLORNA}/entreprenad")
    expect(visitor.page.get_by_text("Bara kommuner, regioner och kommunalförbund")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Lägg till ett avtal")).to_have_count(0)
    visitor.look()


def test_a_contract_is_registered_with_and_without_javascript(plain_visitor: Visitor, users: list[str]) -> None:
    plain_visitor.log_in(users[0])
    register(plain_visitor, f"Stjärnan {uuid4().hex[:6]} AB")
    plain_visitor.look()


def test_the_administration_enters_a_provider_and_its_grading_rights(  # noqa: PLR0915 - one walk, told in order
    visitor: Visitor,
) -> None:
    page, name, number = visitor.page, f"Sjövik {uuid4().hex[:6]} AB", new_number()
    visitor.log_in("anna.admin")
    visitor.go("/forvaltning")
    visitor.be_safer()
    follow(visitor, "Utbildningsanordnare")
    heading(visitor, "Utbildningsanordnare")
    visitor.look()
    picture(visitor, "anordnare")
    follow(visitor, "Lägg till en anordnare")
    visitor.look()
    page.get_by_label("Organisationsnummer").fill(number)
    page.get_by_label("Anordnarens namn").fill(name)
    press(visitor, "Fortsätt till kontroll")
    visitor.look()
    press(visitor, "Spara")
    heading(visitor, "Anordnaren är tillagd")
    visitor.look()
    follow(visitor, "Se anordnaren")
    visitor.look()

    page.get_by_role("button", name="Registrera betygsrätt").press("Enter")
    visitor.look()
    page.get_by_label("Från och med").fill("2026-07-01")
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    visitor.look()
    page.get_by_label("Gymnasial nivå", exact=True).press("Space")
    page.get_by_label("Beslut").fill("SI 2026:12")
    picture(visitor, "anordnare-betygsratt")
    press(visitor, "Fortsätt till kontroll")
    visitor.look()
    press(visitor, "Spara")
    heading(visitor, "Betygsrätten är registrerad")
    follow(visitor, "Se anordnaren")
    expect(page.get_by_text("SI 2026:12")).to_be_visible()
    visitor.look()

    follow(visitor, "Ändra uppgifter")
    page.get_by_label("Postnummer").fill("1")
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("fem siffror")
    page.get_by_label("Postnummer").fill("222 22")
    page.get_by_label("Postort").fill("Lund")
    press(visitor, "Fortsätt till kontroll")
    press(visitor, "Spara")
    heading(visitor, "Ändringen är sparad")
    visitor.go(f"{PROVIDERS}?q={number}")
    expect(page.get_by_role("link", name=name)).to_be_visible()
    visitor.look()
    follow(visitor, name)
    follow(visitor, "Historik")
    visitor.look()
    see_the_past(visitor)
