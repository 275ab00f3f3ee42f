"""A contact person looks after users and API credentials, by keyboard, with every page looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.people import appoint, employ, new_people
from tests.system import mails_about, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

HOOR, ESLOV, LUND = "2120001116", "2120001173", "2120001132"
USERS = f"/huvudman/{HOOR}/anvandare"


@dataclass
class Office:
    """Who acts for Höör in these tests: user names."""

    petra: str
    urban: str
    vera: str


@pytest.fixture(scope="module")
def office(stack: Stack) -> Office:
    """Petra alone is a contact person; Urban, Vera and somebody protected are data reporters."""
    suffix = uuid4().hex[:6]
    (petra,) = contacts = new_people("Petra Prov", suffix=suffix)
    reporters = new_people("Urban Uppgift", "Vera Vald", "Sara Skyddad", suffix=suffix, protected=["Sara Skyddad"])
    (petra_id,) = employ(stack, HOOR, Role.CONTACT_PERSON, *contacts)
    appoint(stack, petra_id, ESLOV, Role.DATA_REPORTER)
    employ(stack, HOOR, Role.DATA_REPORTER, *reporters)
    return Office(petra.user_name, reporters[0].user_name, reporters[1].user_name)


@pytest.fixture(scope="module")
def petra(browser: Browser, stack: Stack, office: Office) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in(office.petra)
    yield visitor
    context.close()


def test_whom_one_acts_for_is_seen_and_changed_by_keyboard(plain_visitor: Visitor, office: Office) -> None:
    page = plain_visitor.page
    plain_visitor.log_in(office.petra)
    plain_visitor.go(f"/huvudman/{HOOR}/enheter")
    expect(page.get_by_text("Du företräder Höörs kommun som kontaktperson")).to_be_visible()
    plain_visitor.look()

    page.get_by_text("Välj en annan huvudman").press("Enter")
    page.get_by_role("link", name="Eslövs kommun").press("Enter")

    expect(page.get_by_text("Du företräder Eslövs kommun som uppgiftslämnare")).to_be_visible()
    expect(page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Användare")).to_have_count(0)
    plain_visitor.look()


def invite(visitor: Visitor, email: str, role: str = "Uppgiftslämnare") -> None:
    visitor.go(f"{USERS}/bjud-in")
    visitor.page.get_by_label("E-postadress").fill(email)
    visitor.page.get_by_label(role).check()
    press(visitor, "Fortsätt till kontroll")
    press(visitor, "Skicka inbjudan")


def test_an_invitation_by_keyboard_with_and_without_javascript(
    plain_visitor: Visitor, stack: Stack, office: Office
) -> None:
    page, email = plain_visitor.page, f"nils.{uuid4().hex[:6]}@hoor.example"
    plain_visitor.log_in(office.petra)
    plain_visitor.go(USERS)
    plain_visitor.look()
    press(plain_visitor, "Bjud in en användare")
    page.get_by_label("E-postadress").fill("fel")
    page.get_by_label("Personnummer").fill("19900101-0000")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page).to_have_title("Fel: Bjud in en användare – Skolenhetsregistret")
    assert page.get_by_label("E-postadress").input_value() == "fel"
    assert page.get_by_label("Personnummer").input_value() == "19900101-0000"
    plain_visitor.look()
    picture(plain_visitor, "bjud-in-fel")

    page.get_by_role("link", name="Roll: Välj vilken roll").press("Enter")
    page.get_by_label("Uppgiftslämnare").press("Space")
    page.get_by_label("E-postadress").fill(email)
    page.get_by_label("Personnummer").fill("")
    page.keyboard.press("Enter")
    heading(plain_visitor, "Kontrollera inbjudan")
    assert not mails_about(stack, email), "nothing is sent before it is checked"
    plain_visitor.look()
    picture(plain_visitor, "bjud-in-kontroll")
    press(plain_visitor, "Skicka inbjudan")
    heading(plain_visitor, "Inbjudan är skickad")
    plain_visitor.look()
    picture(plain_visitor, "bjud-in-kvitto")
    (mail,) = wait_for(lambda: [mail for mail in stack.mail.messages() if mail["to"] == [email]])
    assert f"{stack.url}/inbjudan/" in mail["text"]


def test_back_from_the_check_page_has_what_was_typed(petra: Visitor) -> None:
    petra.go(f"{USERS}/bjud-in")
    petra.page.get_by_label("E-postadress").fill("kvar@hoor.example")
    petra.page.get_by_label("Uppgiftslämnare").check()
    press(petra, "Fortsätt till kontroll")
    heading(petra, "Kontrollera inbjudan")

    petra.page.go_back()

    expect(petra.page.get_by_label("E-postadress")).to_have_value("kvar@hoor.example")
    expect(petra.page.get_by_label("Uppgiftslämnare")).to_be_checked()
    press(petra, "Fortsätt till kontroll")
    follow(petra, "Tillbaka till formuläret")
    expect(petra.page.get_by_label("E-postadress")).to_have_value("kvar@hoor.example")


def test_an_invitation_is_sent_again_and_withdrawn(petra: Visitor) -> None:
    email = f"nora.{uuid4().hex[:6]}@hoor.example"
    invite(petra, email)
    petra.go(USERS)
    follow(petra, email)
    heading(petra, email)
    petra.look()
    picture(petra, "inbjudan")
    press(petra, "Skicka igen")
    heading(petra, "Skicka inbjudan igen")
    petra.look()
    press(petra, "Skicka igen")
    expect(petra.page.get_by_role("alert").first).to_contain_text("Vänta en minut")
    press(petra, "Återkalla")
    heading(petra, "Återkalla inbjudan")
    petra.look()
    press(petra, "Återkalla inbjudan")
    heading(petra, "Inbjudan är återkallad")
    petra.go(USERS)
    expect(petra.page.get_by_text(email)).to_have_count(0)


def test_an_address_is_invited_once(petra: Visitor) -> None:
    email = f"olga.{uuid4().hex[:6]}@hoor.example"
    for _ in range(2):
        invite(petra, email, "Kontaktperson")

    expect(petra.page.get_by_role("alert").first).to_contain_text("Det finns redan en inbjudan till adressen")
    assert petra.page.get_by_label("E-postadress").input_value() == email
    assert petra.page.get_by_label("Kontaktperson").is_checked()
    petra.look()
    follow(petra, "Till den inbjudan som redan finns")
    heading(petra, email)


def test_the_list_of_users(petra: Visitor) -> None:
    petra.go(USERS)

    expect(petra.page.get_by_role("link", name="Petra Prov (du)")).to_be_visible()
    expect(
        petra.page.get_by_role("link", name=re.compile(r"Person med skyddade personuppgifter \(\w{4}\)"))
    ).to_be_visible()
    expect(petra.page.get_by_text("Sara")).to_have_count(0)
    expect(petra.page.get_by_text("sara.skyddad")).to_have_count(0)
    petra.look()
    picture(petra, "anvandare")


def test_the_last_contact_person_can_be_neither_lowered_nor_ended(petra: Visitor) -> None:
    petra.go(USERS)
    follow(petra, "Petra Prov (du)")

    expect(petra.page.get_by_role("heading", name="Du är den enda kontaktpersonen")).to_be_visible()
    expect(petra.page.get_by_role("button", name="Avsluta behörigheten")).to_have_count(0)
    petra.look()
    picture(petra, "enda-kontaktpersonen")
    for step in ("roll", "avsluta"):
        there = petra.page.url
        petra.page.goto(f"{there}/{step}")
        assert petra.page.url == there


def test_a_role_is_changed_by_one_and_seen_by_the_slower(visitor: Visitor, petra: Visitor, office: Office) -> None:
    visitor.log_in(office.petra)
    for each in (visitor, petra):
        each.go(USERS)
        follow(each, "Vera Vald")
        press(each, "Ändra roll till kontaktperson")
    heading(petra, "Ändra roll till kontaktperson")
    petra.look()
    picture(petra, "andra-roll")

    press(petra, "Ändra roll")
    heading(petra, "Rollen är ändrad")
    petra.look()
    press(visitor, "Ändra roll")

    expect(visitor.page.get_by_role("alert").first).to_contain_text("Någon har ändrat det här sedan du öppnade sidan")
    expect(visitor.page.get_by_role("button", name="Ändra roll till uppgiftslämnare")).to_be_visible()
    visitor.look()


def test_a_users_authority_is_ended(petra: Visitor, visitor: Visitor, office: Office) -> None:
    visitor.log_in(office.urban)
    visitor.go(f"/huvudman/{HOOR}/enheter")
    heading(visitor, "Skolenheter")
    petra.go(USERS)
    follow(petra, "Urban Uppgift")
    petra.look()
    picture(petra, "anvandaren")
    press(petra, "Avsluta behörigheten")
    petra.look()
    picture(petra, "avsluta")

    press(petra, "Avsluta behörigheten")

    heading(petra, "Behörigheten är avslutad")
    petra.look()
    petra.go(USERS)
    ended = petra.page.get_by_role("table", name="Behörigheter som har avslutats")
    expect(ended.get_by_role("row", name="Urban Uppgift")).to_be_visible()

    def is_out() -> bool:
        visitor.go(f"/huvudman/{HOOR}/enheter")
        return visitor.page.get_by_role("heading", name="Skolenheter", exact=True).count() == 0

    wait_for(is_out)


def test_the_yearly_review(petra: Visitor) -> None:
    petra.go(USERS)
    follow(petra, "Gå igenom användarna")
    heading(petra, "Gå igenom användarna")
    petra.look()

    press(petra, "Ja, alla ska vara kvar")

    heading(petra, "Användarna är genomgångna")
    petra.look()
    petra.go(f"{USERS}/granska")
    expect(
        petra.page.get_by_text(re.compile("Bekräftat av Petra Prov: .*Petra Prov \\(kontaktperson\\)"))
    ).to_be_visible()
    petra.look()
    picture(petra, "granska")


def test_an_api_credential_from_first_to_last(petra: Visitor, stack: Stack) -> None:
    page = petra.page
    petra.go(f"/huvudman/{HOOR}/api-nycklar")
    petra.look()
    press(petra, "Ny API-nyckel")
    page.get_by_label("Hur länge nyckeln gäller").fill("400")
    press(petra, "Ge ut nyckeln")
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.get_by_text("Skriv ett antal dagar, från 1 till 365.").first).to_be_visible()
    petra.look()
    page.get_by_label("Vad programmet heter").fill("Skolsystemet")
    page.get_by_label("Hur länge nyckeln gäller").fill("90")
    press(petra, "Ge ut nyckeln")
    heading(petra, "API-nyckeln är utgiven")
    petra.look()
    picture(petra, "api-nyckel-kvitto")
    client, secret = page.locator("#client").inner_text(), page.locator("#secret").inner_text()
    token_url = page.locator("#token-url").inner_text()

    def units() -> httpx.Response | None:
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        token = httpx.post(token_url, data=form)
        headers = {"Authorization": f"Bearer {token.json().get('access_token')}"}
        return httpx.get(f"{stack.url}/api/registry/organizers/{HOOR}/school-units", headers=headers)

    assert wait_for(lambda: (found := units()) and found.status_code == 200 and found).json()["schoolUnits"]
    page.reload()
    heading(petra, "API-nycklar")
    assert secret not in page.content(), "the secret is shown once"
    petra.look()
    picture(petra, "api-nycklar")

    follow(petra, "Skolsystemet")
    petra.look()
    press(petra, "Byt hemlighet")
    petra.look()
    press(petra, "Byt hemlighet")
    heading(petra, "Hemligheten är bytt")
    assert page.locator("#secret").inner_text() != secret
    wait_for(lambda: (found := units()) and found.status_code == 401)
    follow(petra, "Till API-nycklarna")
    follow(petra, "Skolsystemet")
    press(petra, "Återkalla")
    petra.look()
    press(petra, "Återkalla API-nyckeln")
    heading(petra, "API-nyckeln är återkallad")
    follow(petra, "Till API-nycklarna")
    expect(page.get_by_role("row", name="Skolsystemet").first).to_contain_text("Återkallad")


@pytest.mark.parametrize(
    "path", ["anvandare", "anvandare/bjud-in", "anvandare/granska", "api-nycklar", "api-nycklar/ny"]
)
def test_the_users_of_others_are_not_there(petra: Visitor, path: str) -> None:
    for number in (LUND, ESLOV):  # none of hers; hers, but as a data reporter
        petra.go(f"/huvudman/{number}/{path}")

        heading(petra, "Sidan finns inte")


def test_the_manual_is_read_by_everybody(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.page.get_by_role("contentinfo").get_by_role("link", name="Handbok").press("Enter")

    heading(visitor, "Handbok för e-tjänsten")
    assert visitor.page.get_by_role("navigation", name="Huvudmeny").count() == 0
    visitor.look()
    loaded = visitor.page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert loaded, "a picture is missing"


def test_the_manual_keeps_the_menu_of_who_is_logged_in(petra: Visitor) -> None:
    petra.go("/handbok/konto")

    expect(petra.page.get_by_role("navigation", name="Huvudmeny")).to_be_visible()
    expect(petra.page.get_by_role("button", name="Logga ut")).to_be_visible()


def test_the_way_from_the_api_credentials_to_what_the_api_can_do(petra: Visitor) -> None:
    petra.go(f"/huvudman/{HOOR}/api-nycklar")
    there = petra.page.get_by_role("link", name="OpenAPI-beskrivningen").get_attribute("href")

    assert "/organizers/{number}/school-units" in petra.page.context.request.get(f"{petra.url}{there}").json()["paths"]
