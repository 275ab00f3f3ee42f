"""The register administration looks after persons and letters, by keyboard, with every page looked at."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.people import employ, new_people
from tests.system import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ESLOV, SJOBO = "2120001173", "2120001090"


@pytest.fixture(scope="module")
def anna(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """Anna, with the code of her app given once."""
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in("anna.admin")
    visitor.go("/forvaltning")
    visitor.be_safer()
    yield visitor
    context.close()


def search(anna: Visitor, text: str) -> None:
    anna.go("/forvaltning/personer")
    anna.page.get_by_role("searchbox").fill(text)
    anna.page.keyboard.press("Enter")
    expect(anna.page.get_by_role("heading", level=1)).to_have_text("Personer")


def test_the_way_to_each_task(anna: Visitor) -> None:
    anna.go("/forvaltning")

    heading(anna, "Förvaltning")
    anna.look()
    picture(anna, "forvaltning")


def test_a_person_is_found_by_name_and_never_by_number(anna: Visitor) -> None:
    search(anna, "karin")
    expect(anna.page.get_by_role("row", name="Karin Kontakt")).to_be_visible()
    assert "karin" not in anna.page.url, "what is searched for stands in no address"
    anna.look()
    picture(anna, "personer")
    follow(anna, "Karin Kontakt")
    heading(anna, "Karin Kontakt")
    anna.page.go_back()
    expect(anna.page.get_by_role("row", name="Karin Kontakt")).to_be_visible()

    search(anna, "19700101-9004")

    expect(anna.page.get_by_role("alert").first).to_contain_text("Personnummer går inte att söka på")
    assert "9004" not in anna.page.content()
    anna.look()


def test_a_person_is_locked_at_once_and_unlocked(anna: Visitor, visitor: Visitor, stack: Stack) -> None:
    (lars,) = new_people("Lars Lånat", suffix=uuid4().hex[:6])
    employ(stack, ESLOV, Role.DATA_REPORTER, lars)
    visitor.log_in(lars.user_name)
    visitor.go(f"/huvudman/{ESLOV}/enheter")
    heading(visitor, "Skolenheter")
    search(anna, lars.user_name)
    follow(anna, "Lars Lånat")
    anna.look()
    picture(anna, "person")
    press(anna, "Spärra")
    press(anna, "Fortsätt till kontroll")
    expect(anna.page.get_by_role("alert").first).to_be_focused()
    anna.look()
    anna.page.get_by_label("Anledning").fill("Har lånat ut sitt konto. Dnr 2026:99")
    press(anna, "Fortsätt till kontroll")
    anna.look()
    picture(anna, "sparra-kontroll")

    press(anna, "Spärra")

    heading(anna, "Personen är spärrad")
    anna.look()

    def is_out() -> bool:
        visitor.go(f"/huvudman/{ESLOV}/enheter")
        return visitor.page.get_by_role("heading", name="Skolenheter", exact=True).count() == 0

    wait_for(is_out)
    follow(anna, "Till personen")
    expect(anna.page.get_by_text("Har lånat ut sitt konto. Dnr 2026:99")).to_be_visible()
    anna.look()
    press(anna, "Häv spärren")
    anna.look()
    press(anna, "Häv spärren")
    heading(anna, "Spärren är hävd")


def test_two_who_lock_at_once(anna: Visitor, stack: Stack) -> None:
    (lova,) = new_people("Lova Lånat", suffix=uuid4().hex[:6])
    employ(stack, ESLOV, Role.DATA_REPORTER, lova)
    search(anna, lova.user_name)
    follow(anna, "Lova Lånat")
    press(anna, "Spärra")
    slower = Visitor(anna.page.context.new_page(), anna.url)
    slower.page.goto(anna.page.url)
    for each, reason in ((slower, "Missbruk, dnr 1"), (anna, "Missbruk, dnr 2")):
        each.page.get_by_label("Anledning").fill(reason)
        press(each, "Fortsätt till kontroll")

    press(anna, "Spärra")
    heading(anna, "Personen är spärrad")
    press(slower, "Spärra")

    expect(slower.page.get_by_role("alert").first).to_contain_text("Någon har ändrat det här sedan du öppnade sidan")
    assert slower.page.get_by_label("Anledning").input_value() == "Missbruk, dnr 1"
    slower.page.close()


def new_letter_for_sjobo(anna: Visitor) -> None:
    anna.go("/forvaltning/brev")
    anna.look()
    press(anna, "Nytt brev")
    anna.page.get_by_role("searchbox").fill("sjöbo")
    anna.page.keyboard.press("Enter")
    anna.look()
    picture(anna, "brev-huvudman")
    follow(anna, "Sjöbo kommun")


def test_a_letter_from_the_request_to_its_end(anna: Visitor) -> None:
    page = anna.page
    new_letter_for_sjobo(anna)
    page.get_by_label("Datum för begäran").fill("i går")
    press(anna, "Fortsätt till kontroll")
    expect(page.get_by_role("alert").first).to_be_focused()
    assert page.get_by_label("Datum för begäran").input_value() == "i går"
    anna.look()
    page.get_by_label("Vem som har begärt brevet").fill("Rut Rektor, skolchef")
    page.get_by_label("Diarienummer").fill("2026:1234")
    page.get_by_label("Postadress").fill("Sjöbo kommun\nGamla torg 10\n275 80 Sjöbo")
    page.get_by_label("Datum för begäran").fill("20261120")
    picture(anna, "brev-nytt")
    press(anna, "Fortsätt till kontroll")
    heading(anna, "Kontrollera brevet")
    expect(page.get_by_role("main")).to_contain_text(re.compile("20 november 2026.*Gamla torg 10", re.DOTALL))
    anna.look()
    press(anna, "Gör brevet")
    heading(anna, "Brevet är gjort")
    anna.look()
    follow(anna, "Till brevet")
    heading(anna, "Sjöbo kommun")
    anna.look()
    picture(anna, "brev")

    there = page.get_by_role("button", name="Hämta brevet (PDF)").get_attribute("href")
    pdf = page.context.request.get(f"{anna.url}{there}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-")

    press(anna, "Gör brevet på nytt")
    anna.look()
    press(anna, "Gör brevet på nytt")
    heading(anna, "Brevet är gjort på nytt")
    anna.go(f"/forvaltning/brev/nytt/{SJOBO}")
    expect(page.get_by_text("Huvudmannen har redan")).to_be_visible()
    page.get_by_role("link", name="ett brev som väntar på svar").press("Enter")
    press(anna, "Dra in")
    anna.look()
    press(anna, "Dra in brevet")
    heading(anna, "Brevet är indraget")
    follow(anna, "Till brevet")
    expect(page.get_by_text("Indraget")).to_be_visible()
    expect(page.get_by_role("button", name="Hämta brevet (PDF)")).to_have_count(0)
    anna.go("/forvaltning/brev")
    expect(page.get_by_role("row", name=re.compile("Sjöbo kommun 2026:1234")).first).to_be_visible()
    picture(anna, "brev-lista")


def test_the_administration_sees_an_organizers_users(anna: Visitor) -> None:
    anna.go("/huvudman/2120001132/anvandare")

    expect(anna.page.get_by_text("Du arbetar med Lunds kommun som registerförvaltning")).to_be_visible()
    anna.look()


@pytest.mark.parametrize("path", ["", "/personer", "/brev", "/brev/nytt", f"/brev/nytt/{SJOBO}"])
def test_there_is_no_administration_for_others(visitor: Visitor, path: str) -> None:
    visitor.log_in("karin.kontakt")

    visitor.go(f"/forvaltning{path}")

    heading(visitor, "Sidan finns inte")
