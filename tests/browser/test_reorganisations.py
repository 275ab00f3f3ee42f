"""Reorganising units, by keyboard, with every page looked at: plan, see both ways, another day, undo."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.people import employ, new_people
from tests.provider import AtProvider
from tests.system import mails_about, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

HALMSTAD = "2120001215"
"""Who may act for Lund is counted by other tests."""
HOME = f"/huvudman/{HALMSTAD}/omorganisera"


@pytest.fixture(scope="module")
def users(stack: Stack) -> list[str]:
    """Two data reporters of a municipality: user names."""
    people = new_people("Olle Omorganisera", "Kia Kollega", suffix=uuid4().hex[:6])
    employ(stack, HALMSTAD, Role.DATA_REPORTER, *people)
    return [person.user_name for person in people]


@pytest.fixture(scope="module")
def olle(browser: Browser, stack: Stack, users: list[str]) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in(users[0])
    yield visitor
    context.close()


def free_units(stack: Stack, user: str, count: int) -> list[str]:
    """Codes of active units of Halmstad that no reorganisation has."""
    with AtProvider(stack.url, stack.secret["client_secret"]) as provider:
        token = provider.tokens(provider.with_password(user))["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{stack.url}/api/registry", headers=bearer, timeout=30) as http:
        found = []
        params = {"status": "AKTIV", "sort": "name", "order": "desc"}
        for unit in http.get(f"/organizers/{HALMSTAD}/school-units", params=params).json()["schoolUnits"]:
            links = http.get(f"/school-units/{unit['schoolUnitCode']}/links").json()
            if not links["successors"] and not links["predecessors"]:
                found.append(str(unit["schoolUnitCode"]))
    return found[:count]


def choose_units(visitor: Visitor, codes: list[str]) -> None:
    """By search and keyboard; what was chosen stays."""
    page = visitor.page
    for code in codes:
        page.get_by_label("Sök skolenhet").fill(code)
        page.get_by_label("Sök skolenhet").press("Enter")
        page.get_by_role("checkbox", name=code).press("Space")
    press(visitor, "Fortsätt")


def in_days(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()  # noqa: DTZ011 - far from midnight's matter


def test_a_unit_is_split_by_keyboard_seen_from_both_sides_moved_and_undone(
    olle: Visitor, stack: Stack, users: list[str]
) -> None:
    (code,), mark = free_units(stack, users[0], 1), uuid4().hex[:6]
    say_which(olle, code)
    say_what(olle, mark)
    say_when(olle)
    check_and_save(olle, mark)
    mail = wait_for(lambda: mails_about(stack, "En omorganisation är planerad"))
    assert any(f"{users[1]}@example.org" in str(one["to"]) for one in mail)
    assert not any(f"{users[0]}@example.org" in str(one["to"]) for one in mail)
    move(olle, mark)
    undo(olle)
    olle.go(f"/enheter/{code}")
    expect(olle.page.get_by_role("heading", name="Omorganisation", exact=True)).to_have_count(0)


def say_which(olle: Visitor, code: str) -> None:
    """From the list of units to the number of new ones, with what is wrong beside its field."""
    page = olle.page
    olle.go(f"/huvudman/{HALMSTAD}/enheter")
    follow(olle, "Dela eller slå ihop skolenheter")
    heading(olle, "Omorganisation")
    olle.look()
    picture(olle, "omorganisera")
    press(olle, "Börja")
    heading(olle, "Vilka skolenheter ska omorganiseras?")
    olle.look()
    press(olle, "Fortsätt")
    expect(page.get_by_role("alert")).to_contain_text("Välj minst en skolenhet")
    olle.look()
    choose_units(olle, [code])
    heading(olle, "Hur många nya skolenheter blir det?")
    olle.look()
    page.get_by_label("Antal nya skolenheter").fill("1")
    press(olle, "Fortsätt")
    expect(page.get_by_role("alert")).to_contain_text("Skriv minst 2")
    page.get_by_label("Antal nya skolenheter").fill("2")
    press(olle, "Fortsätt")


def say_what(olle: Visitor, mark: str) -> None:
    """Both new units."""
    page = olle.page
    heading(olle, "Ny skolenhet 1 av 2")
    olle.look()
    press(olle, "Fortsätt")
    expect(page.get_by_role("alert")).to_contain_text("Skriv skolenhetens namn")
    olle.look()
    picture(olle, "omorganisera-ny")
    page.get_by_label("Skolenhetens namn").fill(f"Norra {mark}")
    press(olle, "Fortsätt")
    heading(olle, "Ny skolenhet 2 av 2")
    page.get_by_label("Skolenhetens namn").fill(f"Norra {mark}")
    press(olle, "Fortsätt")
    expect(page.get_by_role("alert")).to_contain_text("Skriv ett eget namn")
    page.get_by_label("Skolenhetens namn").fill(f"Södra {mark}")
    press(olle, "Fortsätt")


def say_when(olle: Visitor) -> None:
    """The day."""
    page = olle.page
    heading(olle, "När ska det gälla?")
    olle.look()
    page.get_by_label("Datum").fill("i morgon")
    press(olle, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("ÅÅÅÅ-MM-DD")
    page.get_by_label("Datum").fill("2020-01-01")
    press(olle, "Fortsätt till kontroll")
    expect(page.get_by_role("alert")).to_contain_text("efter i dag")
    olle.look()
    page.get_by_label("Datum").fill(in_days(900))
    page.get_by_label("Anledning").fill("Skolan har blivit för stor")
    press(olle, "Fortsätt till kontroll")


def check_and_save(olle: Visitor, mark: str) -> None:
    """The check page, back to a new unit from it, and the receipt."""
    page = olle.page
    heading(olle, "Kontrollera omorganisationen")
    expect(page.get_by_role("img", name=re.compile("1 skolenhet före, 2 efter"))).to_be_visible()
    olle.look()
    picture(olle, "omorganisera-kontroll")
    press(olle, f"Ändra uppgifterna om Norra {mark}")
    expect(page.get_by_label("Skolenhetens namn")).to_have_value(f"Norra {mark}")
    page.get_by_label("Skolenhetens namn").fill(f"Östra {mark}")
    press(olle, "Fortsätt")
    expect(page.get_by_label("Anledning")).to_have_value("Skolan har blivit för stor")
    press(olle, "Fortsätt till kontroll")
    press(olle, "Spara omorganisationen")
    heading(olle, "Omorganisationen är planerad")
    olle.look()
    picture(olle, "omorganisera-kvitto")


def move(olle: Visitor, mark: str) -> None:
    """By way of a new unit's page to the reorganisation, and to another day."""
    page = olle.page
    follow(olle, f"Östra {mark}")
    expect(page.get_by_text("Planerad", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name="Omorganisation", exact=True)).to_be_visible()
    olle.look()
    follow(olle, "Se omorganisationen")
    olle.look()
    picture(olle, "omorganisation")
    press(olle, "Ändra datum")
    olle.look()
    page.get_by_label("Datum").fill(in_days(901))
    press(olle, "Fortsätt till kontroll")
    olle.look()
    press(olle, "Spara")
    heading(olle, "Ändringen är sparad")
    olle.look()
    follow(olle, "Se omorganisationen")


def undo(olle: Visitor) -> None:
    """Undo it, and see it said."""
    page = olle.page
    follow(olle, "Ångra omorganisationen")
    heading(olle, "Ångra omorganisationen?")
    olle.look()
    picture(olle, "omorganisera-angra")
    press(olle, "Ångra omorganisationen")
    heading(olle, "Omorganisationen är ångrad")
    olle.look()
    follow(olle, "Se omorganisationen")
    expect(page.get_by_text("Omorganisationen är ångrad.")).to_be_visible()


def test_two_units_are_merged_with_and_without_javascript(
    plain_visitor: Visitor, stack: Stack, users: list[str]
) -> None:
    page, codes, name = plain_visitor.page, free_units(stack, users[0], 2), f"Samlade {uuid4().hex[:6]}"
    plain_visitor.log_in(users[0])
    plain_visitor.go(f"{HOME}/enheter")
    choose_units(plain_visitor, codes)
    expect(page.get_by_label("Antal nya skolenheter")).to_have_value("1")
    press(plain_visitor, "Fortsätt")
    heading(plain_visitor, "Ny skolenhet")
    page.get_by_text("Varifrån uppgifterna kommer").first.press("Enter")
    plain_visitor.look()
    page.get_by_label("Skolenhetens namn").fill(name)
    press(plain_visitor, "Fortsätt")
    page.get_by_label("Datum").fill(in_days(900))
    press(plain_visitor, "Fortsätt till kontroll")
    plain_visitor.look()
    press(plain_visitor, "Spara omorganisationen")
    heading(plain_visitor, "Omorganisationen är planerad")
    follow(plain_visitor, "Se omorganisationen, ändra dagen eller ångra")
    for code in codes:
        expect(page.get_by_text(f"({code})")).to_be_visible()
    follow(plain_visitor, "Ångra omorganisationen")
    press(plain_visitor, "Ångra omorganisationen")
    heading(plain_visitor, "Omorganisationen är ångrad")
