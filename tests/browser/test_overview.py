"""Overview, list, history and working together in a real browser: by keyboard, looked at by axe, at 320 and 1280 px."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.system import LUND, Person

pytestmark = [pytest.mark.stack, pytest.mark.browser]

UNIT, OTHER = "64936034", "54391347"
LIST = f"/huvudman/{LUND}/enheter"


@pytest.fixture
def second(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """Somebody else, at a browser of their own."""
    context = browser.new_context(locale="sv-SE")
    yield Visitor(context.new_page(), stack.url)
    context.close()


@pytest.fixture
def karin(stack: Stack) -> Iterator[Person]:
    """Somebody who edits meanwhile, without a browser."""
    with Person.log_in(stack.url, "karin.kontakt") as person:
        yield person


def test_after_the_login_one_sees_what_waits_and_where_each_task_begins(plain_visitor: Visitor) -> None:
    visitor, page = plain_visitor, plain_visitor.page
    visitor.log_in("karin.kontakt")

    heading(visitor, "Översikt")
    expect(page).to_have_title("Översikt, Lunds kommun – Skolenhetsregistret")
    for name in ("Planera en ny skolenhet", "Omorganisation", "Byte av huvudman", "Godkänn uppgifterna",
                 "Komvux på entreprenad", "Ändra många på en gång"):  # fmt: skip
        expect(page.get_by_role("link", name=name)).to_be_visible()
    visitor.look()
    if visitor.scripts:
        picture(visitor, "oversikt")

    task = page.get_by_role("region", name="Att göra").get_by_role("link", name="skolenheter saknar rektor")
    count = task.inner_text().split()[0]
    task.press("Enter")
    heading(visitor, "Skolenheter")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(f"{count} skolenheter stämmer")
    visitor.look()
    follow(visitor, "Visa alla")
    expect(page.get_by_role("main").get_by_role("status")).not_to_contain_text("stämmer")
    page.get_by_role("link", name="Översikt").first.press("Enter")
    heading(visitor, "Översikt")
    visitor.go("/")
    heading(visitor, "Mina huvudmän")


def test_who_acts_for_more_than_one_chooses_first(visitor: Visitor) -> None:
    visitor.log_in("bo.bada")

    heading(visitor, "Mina huvudmän")
    follow(visitor, "Lunds kommun")
    heading(visitor, "Översikt")
    visitor.look()


def test_the_list_with_columns_of_ones_own_and_as_a_file(plain_visitor: Visitor, tmp_path: Path) -> None:
    visitor, page = plain_visitor, plain_visitor.page
    visitor.log_in("ulf.uppgift")
    visitor.go(LIST)

    page.locator("summary", has_text="Välj kolumner").press("Enter")
    for name in ("Besöksadress", "Rektor", "Telefon", "Webbadress"):
        page.get_by_role("checkbox", name=name, exact=True).press("Space")
    page.get_by_role("checkbox", name="Ändrad").press("Space")
    visitor.look()
    if visitor.scripts:
        picture(visitor, "enheter-kolumner")
    page.get_by_label("Namn eller skolenhetskod").fill("skola")
    press(visitor, "Visa")

    expect(page.get_by_role("columnheader", name="Besöksadress")).to_be_attached()
    expect(page.get_by_role("columnheader", name="Ändrad")).to_have_count(0)
    shown = page.get_by_role("rowheader").count()
    visitor.look()
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta listan som fil (CSV)").press("Enter")
    download.value.save_as(tmp_path / "list.csv")
    rows = list(csv.reader((tmp_path / "list.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == ["Namn", "Kod", "Status", "Kommun", "Skolformer", "Rektor", "Besöksadress", "Telefon",
                       "Webbadress"]  # fmt: skip
    assert len(rows) == 1 + shown
    assert all("skola" in row[0].lower() for row in rows[1:])


def test_a_unit_as_it_was_and_two_days_compared(plain_visitor: Visitor, karin: Person) -> None:
    visitor, page = plain_visitor, plain_visitor.page
    name = f"Nya namnet {uuid4().hex[:6]}"
    karin.save(UNIT, schoolName=name)
    visitor.log_in("ulf.uppgift")
    visitor.go(f"/enheter/{UNIT}")
    follow(visitor, "Historik")
    expect(page.get_by_text("Karin Kontakt, kontaktperson, i e-tjänsten").first).to_be_visible()
    visitor.look()

    follow(visitor, "Se en annan dag")
    heading(visitor, "Så såg det ut")
    visitor.look()
    if visitor.scripts:
        picture(visitor, "valj-dag")
    tomorrow = date.fromisoformat(page.locator("#dag-hint").inner_text().split()[-1]) + timedelta(days=1)
    page.get_by_label("Dag", exact=True).fill(tomorrow.isoformat())
    press(visitor, "Visa dagen")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("link", name="Dagen har inte varit än")).to_be_visible()
    visitor.look()
    page.get_by_label("Dag", exact=True).fill("1/1 2020")
    press(visitor, "Visa dagen")
    heading(visitor, "Den 1 januari 2020")
    expect(page.get_by_text("Skolenheten fanns inte i registret den dagen.")).to_be_visible()
    visitor.look()

    follow(visitor, "Välj en annan dag")
    today = tomorrow - timedelta(days=1)
    page.get_by_label("Dag", exact=True).fill(today.strftime("%Y%m%d"))
    press(visitor, "Visa dagen")
    expect(page.get_by_text(name)).to_be_visible()
    visitor.look()
    if visitor.scripts:
        picture(visitor, "en-dag")
    follow(visitor, "Visa vad öppna data sa")
    expect(page.get_by_text(name)).to_have_count(0)

    follow(visitor, "Välj en annan dag")
    page.get_by_label("Första dagen").fill((today - timedelta(days=1)).isoformat())
    page.get_by_label("Andra dagen").fill(today.isoformat())
    press(visitor, "Jämför dagarna")
    expect(page.get_by_role("cell", name=name)).to_be_visible()
    visitor.look()
    if visitor.scripts:
        picture(visitor, "jamfor")


def test_a_hint_comes_and_goes_while_two_edit_the_same_unit(visitor: Visitor, second: Visitor) -> None:
    visitor.log_in("karin.kontakt")
    second.log_in("ulf.uppgift")
    visitor.go(f"/enheter/{OTHER}/andra")
    hint = visitor.page.get_by_text("Ulf Uppgift redigerar också just nu")
    expect(hint).to_have_count(0)

    second.go(f"/enheter/{OTHER}/andra")
    expect(second.page.get_by_text("Karin Kontakt redigerar också just nu")).to_be_visible()
    second.look()
    visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(hint).to_be_visible()
    visitor.look()

    second.page.get_by_role("link", name="Avbryt").press("Enter")
    second.page.wait_for_url(lambda url: not url.endswith("/andra"))
    expect(second.page.get_by_role("heading", level=1)).to_be_visible()
    visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(hint).to_have_count(0)


def test_the_hint_is_there_without_javascript_too(plain_visitor: Visitor, karin: Person) -> None:
    karin.get(f"/enheter/{OTHER}/andra")
    plain_visitor.log_in("ulf.uppgift")

    plain_visitor.go(f"/enheter/{OTHER}/andra/namn")

    expect(plain_visitor.page.get_by_text("Karin Kontakt redigerar också just nu")).to_be_visible()
    plain_visitor.look()
    plain_visitor.page.get_by_label("Telefonnummer").fill(f"046-{uuid4().int % 10**6:06}")
    plain_visitor.page.get_by_role("button", name="Fortsätt till kontroll").press("Enter")
    expect(plain_visitor.page.get_by_text("Karin Kontakt redigerar också just nu")).to_be_visible()
    plain_visitor.look()
    if plain_visitor.scripts:
        picture(plain_visitor, "samtidigt")


def test_a_choice_for_each_field_that_two_have_changed(plain_visitor: Visitor, karin: Person) -> None:
    visitor, page = plain_visitor, plain_visitor.page
    visitor.log_in("ulf.uppgift")
    visitor.go(f"/enheter/{OTHER}/andra/namn")
    mark = uuid4().int % 10**4
    page.get_by_label("Skolans namn").fill(f"Ulfs skola {mark}")
    press(visitor, "Ändra fler uppgifter")
    follow(visitor, "Ändra adresser och läge")
    page.get_by_label("Latitud (WGS 84)").fill(f"55.70{mark:04}")
    page.get_by_label("Longitud (WGS 84)").fill("13.19")
    for part in ("Nord (SWEREF 99 TM)", "Öst (SWEREF 99 TM)"):
        page.get_by_label(part).fill("")
    place = {"coordinateSweRefN": "", "coordinateSweRefE": "", "latitude": "55.71", "longitude": f"13.2{mark:04}"}
    theirs = {f"addresses/BESOKSADRESS/geoCoordinates/{part}": text for part, text in place.items()}
    karin.save(OTHER, schoolName=f"Karins skola {mark}", **theirs)

    page.get_by_role("button", name="Fortsätt till kontroll").press("Enter")
    heading(visitor, "Någon annan har ändrat samtidigt")
    groups = page.get_by_role("group")
    expect(groups).to_have_count(2)
    visitor.look()
    page.get_by_role("group", name="Skolans namn").get_by_role("radio", name="Ditt").press("Space")
    page.get_by_role("group", name="koordinater").get_by_role("radio", name="Karin Kontakts").press("Space")
    visitor.look()
    if visitor.scripts:
        picture(visitor, "konflikt-val")
    page.get_by_role("button", name="Fortsätt till kontroll").press("Enter")
    heading(visitor, "Kontrollera ändringen")
    expect(page.get_by_role("rowheader")).to_have_text(["Skolans namn"])
    press(visitor, "Spara ändringen")
    heading(visitor, "Ändringen är sparad")
