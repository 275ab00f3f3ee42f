"""The main job in a real browser: every page and state looked at by axe, at 320 and at 1280 pixels."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, picture
from tests.system import LUND

pytestmark = [pytest.mark.stack, pytest.mark.browser]

UNIT = "39307298"


def test_every_page_of_the_main_job(visitor: Visitor) -> None:  # noqa: PLR0915 - one walk, told in order
    page = visitor.page
    visitor.go("/")
    visitor.look()
    picture(visitor, "start")
    page.get_by_role("button", name="Logga in").click()
    visitor.look()
    picture(visitor, "logga-in")
    visitor.log_in("karin.kontakt")

    expect(page.get_by_role("heading", level=1)).to_have_text("Översikt")
    visitor.go("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mina huvudmän")
    visitor.look()
    picture(visitor, "mina-huvudman")

    visitor.go(f"/huvudman/{LUND}/enheter?status=AKTIV&q=skola")
    visitor.look()
    picture(visitor, "enheter")

    visitor.go(f"/enheter/{UNIT}")
    visitor.look()
    picture(visitor, "enhet")

    page.get_by_role("button", name="Ändra uppgifter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vad vill du ändra?")
    visitor.look()
    page.get_by_role("link", name="Ändra namn och kontakt").click()
    visitor.look()
    picture(visitor, "andra")
    page.get_by_label("E-postadress", exact=True).fill("fel")
    page.get_by_role("button", name="Fortsätt till kontroll").click()
    expect(page).to_have_title(
        "Fel: Ändra namn och kontakt, "
        + page.locator(".govuk-caption-l").inner_text().split(" (")[0]
        + " – Skolenhetsregistret"
    )
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.look()
    picture(visitor, "fel")

    name = f"Prov {uuid4().hex[:6]}"
    page.get_by_label("E-postadress", exact=True).fill("skolan@lund.example")
    page.get_by_role("button", name="Ändra fler uppgifter").click()
    expect(page.get_by_text("skolan@lund.example", exact=True)).to_be_visible()
    visitor.look()
    page.get_by_role("link", name="Ändra rektor").click()
    visitor.look()
    page.get_by_label("Rektors namn").fill(name)
    page.get_by_role("button", name="Fortsätt till kontroll").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kontrollera ändringen")
    visitor.look()
    picture(visitor, "kontroll")

    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ändringen är sparad")
    visitor.look()
    picture(visitor, "kvitto")

    visitor.go(f"/enheter/{UNIT}")
    expect(page.get_by_role("heading", name="Ännu inte i öppna data")).to_be_visible()
    visitor.look()
    visitor.go(f"/enheter/{UNIT}/historik")
    expect(page.get_by_text("Karin Kontakt, kontaktperson")).to_be_visible()
    expect(page.get_by_role("cell", name=name).first).to_be_visible()
    visitor.look()
    picture(visitor, "historik")

    visitor.go("/villkor")
    visitor.look()
    visitor.go("/enheter/99999999")
    visitor.look()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad")
    visitor.look()


def test_an_edit_by_keyboard_with_and_without_javascript(plain_visitor: Visitor) -> None:
    page = plain_visitor.page
    plain_visitor.log_in("ulf.uppgift")
    plain_visitor.go(f"/enheter/{UNIT}/andra/namn")
    phone = f"046-{uuid4().int % 10**6:06}"

    page.get_by_label("Telefonnummer").fill(phone)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kontrollera ändringen")
    page.get_by_role("button", name="Spara ändringen").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ändringen är sparad")
    expect(page.get_by_role("cell", name=phone)).to_be_visible()


def test_the_focus_is_seen_and_the_first_tab_skips_to_the_content(visitor: Visitor) -> None:
    visitor.go("/")

    visitor.page.keyboard.press("Tab")

    expect(visitor.page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    expect(visitor.page.get_by_role("link", name="Hoppa till innehållet")).to_be_in_viewport()


def test_the_browser_holds_nothing_but_the_session_cookie(visitor: Visitor) -> None:
    visitor.log_in("karin.kontakt")

    ours = [cookie for cookie in visitor.page.context.cookies() if cookie["path"] == "/"]

    assert [cookie["name"] for cookie in ours] == ["__Host-session"]
    assert ours[0]["httpOnly"]
    assert ours[0]["secure"]
    assert ours[0]["sameSite"] == "Lax"
    assert visitor.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_the_conflict_page(visitor: Visitor, plain_visitor: Visitor) -> None:
    visitor.log_in("karin.kontakt")
    visitor.go(f"/enheter/{UNIT}/andra/namn")
    visitor.page.get_by_label("Skolans namn").fill(f"Karins {uuid4().hex[:4]}")
    plain_visitor.log_in("ulf.uppgift")
    plain_visitor.go(f"/enheter/{UNIT}/andra/namn")
    plain_visitor.page.get_by_label("Skolans namn").fill(f"Ulfs {uuid4().hex[:4]}")
    plain_visitor.page.get_by_role("button", name="Fortsätt till kontroll").click()
    plain_visitor.page.get_by_role("button", name="Spara ändringen").click()

    visitor.page.get_by_role("button", name="Fortsätt till kontroll").click()

    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Någon annan har ändrat samtidigt")
    expect(visitor.page.get_by_role("heading", name="Ulf Uppgift, uppgiftslämnare, ")).to_be_visible()
    visitor.look()
    picture(visitor, "konflikt")
    expect(visitor.page.get_by_label("Ditt: Karins")).not_to_be_checked()
    visitor.page.get_by_role("button", name="Fortsätt till kontroll").click()
    expect(visitor.page.get_by_role("alert").first).to_contain_text("Skolans namn: Välj vad som ska gälla.")
    visitor.look()
    visitor.page.get_by_label("Ulf Uppgifts: Ulfs").check()
    visitor.page.get_by_role("button", name="Fortsätt till kontroll").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Inget har ändrats")
