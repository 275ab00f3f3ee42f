"""A contact person approves for the coming school year, by keyboard, with every page looked at."""

import re
from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.people import employ, new_people
from tests.system import Person, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

BJUV, SVALOV, STAFFANSTORP = "2120001041", "2120000993", "2120001017"


@dataclass
class Office:
    """Who acts for an organizer in a test: user names, and the reporter's address."""

    number: str
    petra: str
    rune: str
    rune_address: str

    @property
    def page(self) -> str:
        return f"/huvudman/{self.number}/godkann"


def new_office(stack: Stack, number: str) -> Office:
    """A contact person and a data reporter."""
    petra, rune = new_people("Petra Prov", "Rune Rapport", suffix=uuid4().hex[:6])
    employ(stack, number, Role.CONTACT_PERSON, petra)
    employ(stack, number, Role.DATA_REPORTER, rune)
    return Office(number, petra.user_name, rune.user_name, f"{rune.user_name}@example.org")


@pytest.fixture
def office(stack: Stack, javascript: bool) -> Office:
    """An organizer of its own with and without JavaScript: approved is approved."""
    return new_office(stack, BJUV if javascript else SVALOV)


def units_of(person: Person, number: str) -> list[str]:
    """The codes of an organizer's units, as its list shows them."""
    return re.findall(r'href="/enheter/([0-9]{8})"', person.get(f"/huvudman/{number}/enheter").text)


def two_subjects(stack: Stack, address: str) -> list[str] | None:
    """The subjects of the mails to somebody, when two have come."""
    found = [str(mail["subject"]) for mail in stack.mail.messages() if mail["to"] == [address]]
    return found if len(found) > 1 else None


def test_some_and_then_all_is_approved_by_keyboard(plain_visitor: Visitor, stack: Stack, office: Office) -> None:
    page = plain_visitor.page
    plain_visitor.log_in(office.petra)
    plain_visitor.go(office.page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Godkänn uppgifterna för läsåret 20")
    expect(page.get_by_text("Inte godkänd", exact=True).first).to_be_visible()
    plain_visitor.look()
    picture(plain_visitor, "godkann")

    choose_one(plain_visitor)
    press(plain_visitor, "Godkänn")
    heading(plain_visitor, "Uppgifterna är godkända")
    plain_visitor.look()
    follow(plain_visitor, "Godkänn resten")

    press(plain_visitor, "Godkänn allt")
    heading(plain_visitor, "Kontrollera det du godkänner")
    plain_visitor.look()
    picture(plain_visitor, "godkann-kontroll")
    press(plain_visitor, "Godkänn")
    heading(plain_visitor, "Uppgifterna är godkända")
    expect(page.get_by_text("Nu är allt hos")).to_be_visible()
    plain_visitor.look()
    picture(plain_visitor, "godkann-kvitto")

    look_at_certificate(plain_visitor)
    told = wait_for(lambda: two_subjects(stack, office.rune_address))
    assert [subject.split(" för ")[0] for subject in sorted(told)] == ["En del av uppgifterna", "Uppgifterna"]


def choose_one(visitor: Visitor) -> None:
    """Choose the first thing, after having chosen nothing; Back has what was chosen."""
    page = visitor.page
    press(visitor, "Välj vad du godkänner")
    visitor.look()
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page).to_have_title("Fel: Välj vad du godkänner – Skolenhetsregistret")
    visitor.look()
    picture(visitor, "godkann-valj")
    page.get_by_role("link", name="Kryssa för minst en sak").press("Enter")
    first = page.get_by_role("checkbox").first
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera det du godkänner")
    visitor.look()
    follow(visitor, "Tillbaka till valet")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    press(visitor, "Fortsätt till kontroll")


def look_at_certificate(visitor: Visitor) -> None:
    """The receipt's certificate is a PDF that says that everything is approved."""
    address = visitor.page.get_by_role("button", name="Hämta intyget (PDF)").get_attribute("href")
    answer = visitor.page.request.get(f"{visitor.url}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages).split())
    assert "godkänt alla sina uppgifter i Skolenhetsregistret" in text


def test_what_changes_meanwhile_and_afterwards_is_seen(visitor: Visitor, stack: Stack) -> None:
    office = new_office(stack, STAFFANSTORP)
    page, url = visitor.page, f"https://{uuid4().hex[:8]}.example"
    visitor.log_in(office.petra)
    with Person.log_in(stack.url, office.rune) as rune:
        code, *_ = units_of(rune, STAFFANSTORP)
        visitor.go(f"{office.page}/alla")
        saved = rune.save(code, url=url)
        assert saved.status_code == 200, saved.text

        press(visitor, "Godkänn")
        expect(page.get_by_role("alert").first).to_contain_text("Något har ändrats sedan du öppnade sidan")
        visitor.look()
        page.get_by_role("button", name=re.compile("^Godkänn (allt|det som har ändrats)$")).press("Enter")
        press(visitor, "Godkänn")
        heading(visitor, "Uppgifterna är godkända")
        rune.save(code, url=f"{url}/ny")

        refused = rune.get(office.page).text
        assert "Hos er är det kontaktpersoner som kan godkänna." in refused
        assert "Godkänn det som har ändrats" not in refused

    follow(visitor, "Till godkännandet")
    expect(page.get_by_text("Något har ändrats efteråt. Godkännandet gäller ändå.")).to_be_visible()
    page.locator("main summary").filter(has_text="1 uppgift ändrad").press("Enter")
    expect(page.get_by_role("row").filter(has_text="Webbadress")).to_contain_text(f"{url}/ny")
    visitor.look()
    picture(visitor, "godkann-andrat")

    follow(visitor, "Vem som har godkänt vad")
    heading(visitor, "Vem som har godkänt vad")
    expect(page.get_by_text("Petra Prov, kontaktperson").first).to_be_visible()
    visitor.look()
    picture(visitor, "godkann-tidigare")
