"""Joining in a real browser: from the mailed link or the letter to the first page of one's own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Request, expect

from deploy.stack.settings import DEMO_PASSWORD
from deploy.stack.stack import Stack
from tests.browser.conftest import Visitor, picture
from tests.joining import FRIDA, KEEPERS, Office, frida_alone
from tests.provider import NUMBERS

pytestmark = [pytest.mark.stack, pytest.mark.browser]

EMPTY = """
SELECT min(organization_number) FROM organizer
WHERE organization_number NOT IN (SELECT organization_number FROM membership)
"""
"""An organizer without users: its last contact person stays, so each run takes another."""


@pytest.fixture(scope="module")
def frida(stack: Stack) -> Iterator[Office]:
    with frida_alone(stack) as office:
        yield office


@pytest.fixture(scope="module")
def anna(stack: Stack) -> Iterator[Office]:
    with Office.of(stack, "anna.admin") as office:
        yield office


def identify(visitor: Visitor, number: str) -> None:
    """By keyboard from a page of ours to the e-legitimation, and back."""
    visitor.page.get_by_role("button", name="Logga in med e-legitimation").press("Enter")
    visitor.page.get_by_label("Personnummer").fill(number)
    visitor.page.get_by_label("Lösenord", exact=True).fill(DEMO_PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(lambda url: "/auth/" not in url and "/logga-in" not in url)


def agree(visitor: Visitor, button: str) -> None:
    """Accept the terms, if asked to, and the offer, by keyboard."""
    cross = visitor.page.get_by_label("Jag har läst och godkänner villkoren")
    if cross.count():
        cross.press("Space")
    visitor.page.get_by_role("button", name=button).press("Enter")


def test_somebody_invited_joins_by_keyboard_and_the_token_goes_nowhere(
    visitor: Visitor, frida: Office, stack: Stack
) -> None:
    olle = "SELECT person_id FROM person WHERE name = 'Olle Obehörig'"  # whom another test may have let in before
    stack.postgres.sql(f"DELETE FROM terms_acceptance WHERE person_id IN ({olle})", database="identity")
    page, link = visitor.page, frida.invite(number=NUMBERS["olle.obehorig"])
    token = link.rpartition("/")[2]
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright marks its handlers

    visitor.go(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Du är inbjuden till Skolenhetsregistret")
    visitor.look()
    picture(visitor, "konto-inbjuden")
    identify(visitor, NUMBERS["olle.obehorig"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Bli uppgiftslämnare")
    visitor.look()
    picture(visitor, "konto-inbjudan")

    page.get_by_role("button", name="Bli uppgiftslämnare").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Kryssa för att du godkänner villkoren.")
    visitor.look()
    agree(visitor, "Bli uppgiftslämnare")
    expect(page.get_by_role("heading", name="Välkommen, Olle Obehörig")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Du är nu uppgiftslämnare för Fridaskolorna AB")).to_be_visible()
    visitor.look()
    picture(visitor, "konto-valkommen")

    with_token = [request.url for request in asked if token in request.url]
    assert with_token == [visitor.url + link]
    assert [r.url for r in asked if token in str(r.all_headers().get("referer"))] == []
    visitor.go(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbjudan gäller inte längre")
    visitor.look()


def test_joining_works_with_and_without_javascript(plain_visitor: Visitor, frida: Office) -> None:
    pia = NUMBERS["pia.protokoll"]
    frida.end_all(FRIDA, but=KEEPERS)
    plain_visitor.go(frida.invite("contact-person", number=pia))

    identify(plain_visitor, pia)
    agree(plain_visitor, "Bli kontaktperson")

    expect(plain_visitor.page.get_by_role("heading", name="Välkommen, Pia Protokoll")).to_be_visible(timeout=60_000)
    plain_visitor.page.get_by_role("link", name="Se och bjud in användare").press("Enter")
    expect(plain_visitor.page).to_have_url(f"{plain_visitor.url}/huvudman/{FRIDA}/anvandare")


def test_the_letters_code_makes_the_first_contact_person(visitor: Visitor, anna: Office, stack: Stack) -> None:
    number = stack.postgres.sql(EMPTY, database="identity").strip()
    page, code = visitor.page, anna.letter(number)
    stack.postgres.sql("DELETE FROM wrong_code", database="identity")
    visitor.go("/aktivera")
    expect(page.get_by_role("heading", level=1)).to_have_text("Har ni fått ett brev med en kod?")
    visitor.look()
    picture(visitor, "konto-brev")
    identify(visitor, NUMBERS["sven.skyddad"])
    page.get_by_label("Huvudmannens organisationsnummer").fill("212000")
    page.get_by_role("button", name="Fortsätt").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    expect(page.get_by_label("Huvudmannens organisationsnummer")).to_have_value("212000")
    visitor.look()

    page.get_by_label("Huvudmannens organisationsnummer").fill(f"{number[:6]}-{number[6:]}")
    page.get_by_label("Kod", exact=True).fill(code.lower())
    visitor.look()
    picture(visitor, "konto-brev-kod")
    page.get_by_role("button", name="Fortsätt").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bli kontaktperson")
    visitor.look()
    cross = page.get_by_label("Jag har läst och godkänner villkoren")
    if page.get_by_label("Din e-postadress i arbetet").count():
        if cross.count():
            page.get_by_role("button", name="Bli kontaktperson").press("Enter")
            expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
        agree(visitor, "Bli kontaktperson")
        expect(page.get_by_role("alert")).to_contain_text("Skriv en e-postadress")
        page.get_by_label("Din e-postadress i arbetet").fill("sven@malmo.example")
    if cross.count() and cross.is_checked():
        page.get_by_role("button", name="Bli kontaktperson").press("Enter")
    else:
        agree(visitor, "Bli kontaktperson")

    expect(page.get_by_role("heading", name="Välkommen")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Du är nu kontaktperson för")).to_be_visible()
    visitor.look()


def test_nobodys_account_is_told_what_to_do_and_waits_without_a_dead_end(visitor: Visitor) -> None:
    visitor.go("/aktivera")
    identify(visitor, NUMBERS["not in the population register"])

    visitor.go("/")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Du har ingen behörighet än")
    visitor.look()
    picture(visitor, "konto-ingen-behorighet")
    visitor.go("/inbjudan")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Öppna länken i mejlet igen")
    visitor.look()
    visitor.go("/kontot-gors-i-ordning?vidare=/mina-uppgifter&forsok=4")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Ditt konto görs i ordning")
    visitor.look()
    expect(visitor.page.get_by_role("button", name="Se efter nu")).to_be_visible()


def test_another_than_the_invited_sees_why_not(visitor: Visitor, frida: Office) -> None:
    visitor.go(frida.invite(number=NUMBERS["nina.ny"]))
    identify(visitor, NUMBERS["olle.obehorig"])

    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Inbjudan gäller någon annan")
    expect(visitor.page.get_by_text("Logga ut och logga in som den som är inbjuden")).to_be_visible()
    visitor.look()
    picture(visitor, "konto-inbjudan-nagon-annan")
