"""Placing a unit on a map, from its form: by pointer, by keyboard, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visitor, heading, picture, press

pytestmark = [pytest.mark.stack, pytest.mark.browser]

UNIT = "27508103"
USER = "ulf.uppgift"


def coordinates(visitor: Visitor) -> list[str]:
    names = ("Nord (SWEREF 99 TM)", "Öst (SWEREF 99 TM)", "Latitud (WGS 84)", "Longitud (WGS 84)")
    return [visitor.page.get_by_label(name).input_value() for name in names]


def street(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label("Gatuadress").first


def to_map(visitor: Visitor) -> None:
    visitor.go(f"/enheter/{UNIT}/andra/adresser")
    street(visitor).fill("Kartgatan 1")
    press(visitor, "Placera på karta")
    heading(visitor, "Placera på karta")


def test_a_click_places_and_the_other_system_is_counted_from_it(plain_visitor: Visitor) -> None:
    page = plain_visitor.page
    plain_visitor.log_in(USER)
    to_map(plain_visitor)
    plain_visitor.look()
    sheet = page.get_by_role("button", name=re.compile("^Karta"))
    before = page.get_by_role("status").first.inner_text()
    with page.expect_navigation():
        sheet.click(position={"x": 150, "y": 450})
    expect(page.get_by_role("status").first).not_to_have_text(before)
    said = page.get_by_role("status").first.inner_text()
    press(plain_visitor, "Använd platsen")

    heading(plain_visitor, "Ändra adresser och läge")
    north, east, latitude, longitude = coordinates(plain_visitor)
    assert f"nord {north}, öst {east}" in said
    assert (latitude, longitude) == ("", "")
    expect(street(plain_visitor)).to_have_value("Kartgatan 1")
    press(plain_visitor, "Fortsätt till kontroll")
    heading(plain_visitor, "Kontrollera ändringen")
    for part in ("latitud", "longitud", "nord", "öst"):
        expect(page.get_by_role("rowheader", name=re.compile(f"Besöksadress, {part}"))).to_be_visible()


def test_the_keyboard_places_too_and_going_back_alters_nothing(visitor: Visitor) -> None:
    visitor.log_in(USER)
    visitor.go(f"/enheter/{UNIT}/andra/adresser")
    first = coordinates(visitor)
    to_map(visitor)
    press(visitor, "Längre bort")
    press(visitor, "Norrut")
    press(visitor, "Tillbaka utan att ändra")
    assert coordinates(visitor) == first
    expect(street(visitor)).to_have_value("Kartgatan 1")

    press(visitor, "Placera på karta")
    press(visitor, "Norrut")
    visitor.look()
    press(visitor, "Sätt platsen mitt i kartan")
    press(visitor, "Längre bort")
    visitor.look()
    picture(visitor, "karta")
    press(visitor, "Använd platsen")
    heading(visitor, "Ändra adresser och läge")
    placed = coordinates(visitor)
    assert 6_100_000 < int(placed[0]) < 6_300_000, "in Skåne"
    assert placed[2:] == ["", ""]
