"""A unit's life and planned changes in a real browser: by keyboard, with and without JavaScript, seen by axe."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.system import LUND

pytestmark = [pytest.mark.stack, pytest.mark.browser]

FAR = date.today() + timedelta(days=400)  # noqa: DTZ011 - any day far ahead of the register's
NEXT = FAR + timedelta(days=30)


FORWARD = "Fortsätt"


@pytest.fixture
def ulf(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in("ulf.uppgift")
    yield visitor
    context.close()


def plan_unit(visitor: Visitor, name: str) -> str:
    """Plan a unit by keyboard alone; gives its code."""
    page = visitor.page
    visitor.go(f"/huvudman/{LUND}/enheter")
    follow(visitor, "Planera en ny skolenhet")
    heading(visitor, "Planera en ny skolenhet")
    page.get_by_label("Startdatum").fill(FAR.isoformat())
    page.get_by_label("Skolenhetens namn").fill(name)
    press(visitor, FORWARD)
    through_the_steps(visitor)
    heading(visitor, "Kontrollera den nya skolenheten")
    press(visitor, "Planera skolenheten")
    heading(visitor, "Skolenheten är planerad")
    found = re.search(r"[1-9][0-9]{7}", page.get_by_role("status").first.inner_text())
    assert found
    return found[0]


def through_the_steps(visitor: Visitor) -> None:
    """A new unit's steps after the first, to its check page."""
    page = visitor.page
    heading(visitor, "Ny skolenhet: rektor")
    press(visitor, FORWARD)
    heading(visitor, "Ny skolenhet: adresser och läge")
    visitor.look()
    page.get_by_label("Lägeskommun").select_option("1281")
    press(visitor, FORWARD)
    heading(visitor, "Ny skolenhet: verksamhet")
    visitor.look()
    page.get_by_role("checkbox", name="Grundskola", exact=True).press("Space")
    press(visitor, FORWARD)


def plan_edit(visitor: Visitor, code: str, name: str, day: date) -> None:
    """Plan another name for a unit."""
    visitor.go(f"/enheter/{code}/andra/namn")
    visitor.page.get_by_label("Skolenhetens namn").fill(name)
    press(visitor, "Fortsätt till kontroll")
    visitor.page.get_by_label("Från ett datum").press("Space")
    visitor.page.get_by_label("Vilket datum?").fill(day.isoformat())
    press(visitor, "Spara ändringen")
    heading(visitor, "Ändringen är planerad")


def test_a_new_unit_is_planned_moved_and_withdrawn(visitor: Visitor) -> None:  # noqa: PLR0915 - one walk, told in order
    page, name = visitor.page, f"Planskolan {uuid4().hex[:6]}"
    visitor.log_in("karin.kontakt")
    visitor.go(f"/huvudman/{LUND}/enheter/ny")
    visitor.look()
    press(visitor, FORWARD)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Startdatum: Skriv datumet")
    visitor.look()
    page.get_by_role("alert").get_by_role("link", name="Startdatum").press("Enter")
    expect(page.get_by_label("Startdatum")).to_be_focused()
    page.get_by_label("Startdatum").fill("1/8 2020")
    page.get_by_label("Skolenhetens namn").fill(name)
    press(visitor, FORWARD)
    expect(page.get_by_role("alert")).to_contain_text("Startdatumet måste ligga efter i dag.")
    expect(page.get_by_label("Skolenhetens namn")).to_have_value(name)
    page.get_by_label("Startdatum").fill(FAR.isoformat())
    press(visitor, FORWARD)
    heading(visitor, "Ny skolenhet: rektor")
    page.get_by_label("Rektors namn").fill("Rut Rektor")
    press(visitor, "Föregående steg")
    expect(page.get_by_label("Skolenhetens namn")).to_have_value(name)
    press(visitor, FORWARD)
    expect(page.get_by_label("Rektors namn")).to_have_value("Rut Rektor")
    press(visitor, FORWARD)
    press(visitor, FORWARD)
    expect(page.get_by_role("alert")).to_contain_text("Lägeskommun")
    visitor.look()
    press(visitor, "Föregående steg")
    through_the_steps(visitor)
    heading(visitor, "Kontrollera den nya skolenheten")
    visitor.look()
    picture(visitor, "planera-ny-kontroll")
    press(visitor, "Namn och kontakt")
    expect(page.get_by_label("Skolenhetens namn")).to_have_value(name)
    press(visitor, FORWARD)
    heading(visitor, "Kontrollera den nya skolenheten")
    press(visitor, "Planera skolenheten")
    heading(visitor, "Skolenheten är planerad")
    visitor.look()
    picture(visitor, "planera-ny-kvitto")

    follow(visitor, "Till skolenheten")
    visitor.look()
    press(visitor, "Ändra startdatum")
    visitor.look()
    page.get_by_label("Nytt startdatum").fill(NEXT.isoformat())
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera startdatumet")
    visitor.look()
    press(visitor, "Spara startdatumet")
    heading(visitor, "Startdatumet är ändrat")
    visitor.look()

    follow(visitor, "Till skolenheten")
    press(visitor, "Dra tillbaka")
    page.get_by_label("Dra tillbaka").press("Space")
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("Skriv en anledning.")
    visitor.look()
    page.get_by_label("Anledning").fill("Det blev inget tillstånd")
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera ändringen av status")
    visitor.look()
    press(visitor, "Dra tillbaka skolenheten")
    heading(visitor, "Skolenheten är tillbakadragen")
    visitor.look()


def test_a_change_waits_for_its_day_meets_another_and_is_cancelled(  # noqa: PLR0915 - one walk, told in order
    visitor: Visitor, ulf: Visitor
) -> None:
    page, tag = visitor.page, uuid4().hex[:6]
    visitor.log_in("karin.kontakt")
    code = plan_unit(visitor, f"Dagskolan {tag}")
    visitor.go(f"/enheter/{code}/andra/namn")
    page.get_by_label("Skolenhetens namn").fill(f"Nya Dagskolan {tag}")
    press(visitor, "Fortsätt till kontroll")
    visitor.look()
    picture(visitor, "planera-nar")
    page.get_by_label("Från ett datum").press("Space")
    press(visitor, "Spara ändringen")
    expect(page.get_by_role("alert")).to_contain_text("Datum: Skriv datumet")
    visitor.look()
    page.get_by_label("Vilket datum?").fill("1/8 2020")
    press(visitor, "Spara ändringen")
    expect(page.get_by_role("alert")).to_contain_text("Skriv ett datum efter i dag.")
    page.get_by_label("Vilket datum?").fill(NEXT.isoformat())
    press(visitor, "Spara ändringen")
    heading(visitor, "Ändringen är planerad")
    visitor.look()

    ulf.go(f"/enheter/{code}/andra/namn")
    ulf.page.get_by_label("Skolenhetens namn").fill(f"Ulfs Dagskola {tag}")
    press(ulf, "Fortsätt till kontroll")
    expect(ulf.page.get_by_role("heading", name="Samma uppgift är redan planerad att ändras")).to_be_visible()
    ulf.look()
    press(ulf, "Spara ändringen")
    heading(ulf, "Ändringen är sparad")

    visitor.go(f"/huvudman/{LUND}/planerat")
    heading(visitor, "Planerade ändringar")
    expect(page.get_by_text("Ändrad efter planeringen").first).to_be_visible()
    visitor.look()
    picture(visitor, "planera-lista")
    page.get_by_role("row").filter(has_text=code).get_by_role("link").first.press("Enter")
    heading(visitor, "Planerad ändring")
    expect(page.get_by_role("heading", name="Ändrad efter planeringen")).to_be_visible()
    expect(page.get_by_text(f"Skolenhetens namn: nu Ulfs Dagskola {tag}")).to_be_visible()
    visitor.look()
    picture(visitor, "planera-krock")
    press(visitor, "Ändra")
    heading(visitor, "Ändra det som är planerat")
    visitor.look()
    expect(page.get_by_label("Skolenhetens namn")).to_have_value(f"Nya Dagskolan {tag}")
    page.get_by_label("Från och med vilket datum?").fill("snart")
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("Skriv datumet som ÅÅÅÅ-MM-DD")
    page.get_by_label("Från och med vilket datum?").fill((NEXT + timedelta(days=1)).isoformat())
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera det som är planerat")
    visitor.look()
    press(visitor, "Spara")
    heading(visitor, "Den planerade ändringen är ändrad")
    visitor.look()

    follow(visitor, "Till skolenheten")
    expect(page.get_by_role("heading", name="Planerade ändringar")).to_be_visible()
    visitor.look()
    page.locator("section", has=page.locator("#planned")).get_by_role("link").press("Enter")
    press(visitor, "Avbryt ändringen")
    heading(visitor, "Avbryt den planerade ändringen")
    visitor.look()
    press(visitor, "Avbryt ändringen")
    heading(visitor, "Den planerade ändringen är avbruten")
    visitor.look()


def test_a_unit_rests_ends_by_mistake_and_is_brought_back(visitor: Visitor) -> None:
    page, unit = visitor.page, "83803124"
    visitor.log_in("karin.kontakt")
    visitor.go(f"/enheter/{unit}/status")
    heading(visitor, "Ändra status")
    visitor.look()
    picture(visitor, "planera-status")
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("Välj vad som ska hända")
    visitor.look()
    page.get_by_label("Vilande").press("Space")
    page.get_by_label("Från och med vilket datum?").fill(FAR.isoformat())
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera ändringen av status")
    visitor.look()
    press(visitor, "Planera ändringen")
    heading(visitor, "Ändringen är planerad")

    visitor.go(f"/enheter/{unit}/status")
    page.get_by_label("Upphör").press("Space")
    page.get_by_label("Anledning").fill("Fel skolenhet")
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("heading", name="Planerade ändringar som avbryts")).to_be_visible()
    visitor.look()
    press(visitor, "Låt skolenheten upphöra")
    heading(visitor, "Statusen är ändrad")
    visitor.look()

    visitor.go(f"/enheter/{unit}/status")
    follow(visitor, "ta tillbaka dagens ändringar")
    heading(visitor, "Ta tillbaka dagens ändringar")
    visitor.look()
    picture(visitor, "planera-rattelse")
    press(visitor, "Ta tillbaka ändringarna")
    expect(page.get_by_role("alert")).to_contain_text("Skriv en anledning.")
    visitor.look()
    page.get_by_label("Anledning").fill("Fel skolenhet")
    press(visitor, "Ta tillbaka ändringarna")
    heading(visitor, "Dagens ändringar är tillbakatagna")
    visitor.look()
    follow(visitor, "Till skolenheten")
    expect(page.locator("h1")).to_contain_text("Aktiv")
    page.locator("section", has=page.locator("#planned")).get_by_role("link").first.press("Enter")
    press(visitor, "Ändra")
    visitor.look()
    follow(visitor, "Tillbaka utan att ändra")
    press(visitor, "Avbryt ändringen")
    press(visitor, "Avbryt ändringen")
    heading(visitor, "Den planerade ändringen är avbruten")


def test_planning_by_keyboard_with_and_without_javascript(plain_visitor: Visitor) -> None:
    tag = uuid4().hex[:6]
    plain_visitor.log_in("karin.kontakt")
    code = plan_unit(plain_visitor, f"Tangentskolan {tag}")

    plan_edit(plain_visitor, code, f"Nya Tangentskolan {tag}", NEXT)
    follow(plain_visitor, "Till skolenheten")

    expect(plain_visitor.page.get_by_role("heading", name="Planerade ändringar")).to_be_visible()
    plain_visitor.look()
