"""Many school units by one file: by keyboard, with and without JavaScript, with every page looked at."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.people import employ, new_people
from tests.system import Person, mails_about, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ESLOV = "2120001173"
FILE = f"/huvudman/{ESLOV}/enheter/fil"


@dataclass
class Office:
    """Who acts for Eslöv in these tests: user names."""

    berit: str
    ulf: str


@pytest.fixture(scope="module")
def office(stack: Stack) -> Office:
    suffix = uuid4().hex[:6]
    (berit,) = contacts = new_people("Berit Blad", suffix=suffix)
    (ulf,) = reporters = new_people("Ulf Uppgift", suffix=suffix)
    employ(stack, ESLOV, Role.CONTACT_PERSON, *contacts)
    employ(stack, ESLOV, Role.DATA_REPORTER, *reporters)
    return Office(berit.user_name, ulf.user_name)


def rows_of(person: Person) -> list[dict[str, str]]:
    """The organizer's units as the CSV has them."""
    answer: httpx.Response = person.get(f"{FILE}/skolenheter.csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def a_file(folder: Path, rows: list[dict[str, str]]) -> Path:
    file = folder / f"enheter-{uuid4().hex[:6]}.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return file


def upload(visitor: Visitor, file: Path) -> None:
    """By keyboard, but for the file, which the browser's own window asks for."""
    visitor.go(FILE)
    visitor.page.get_by_label("Fil", exact=True).set_input_files(file)
    press(visitor, "Läs in och kontrollera")


def test_a_file_is_downloaded_changed_looked_through_and_applied(
    plain_visitor: Visitor, stack: Stack, office: Office, tmp_path: Path
) -> None:
    page, host = plain_visitor.page, f"{uuid4().hex[:6]}.eslov.example"
    plain_visitor.log_in(office.berit)
    plain_visitor.go(f"/huvudman/{ESLOV}/enheter")
    follow(plain_visitor, "Ändra många skolenheter med en fil")
    heading(plain_visitor, "Ändra många skolenheter med en fil")
    plain_visitor.look()
    picture(plain_visitor, "fil")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Excel, med listor att välja ur").press("Enter")
    book = load_workbook(io.BytesIO(begun.value.path().read_bytes()))
    sheet = book["Skolenheter"]
    names = [str(cell.value) for cell in sheet[1]]
    for row in (3, 4):
        sheet.cell(row, names.index("url") + 1, f"https://{host}/{row}")
    file = tmp_path / f"enheter-{host[:6]}.xlsx"
    book.save(file)

    upload(plain_visitor, file)
    expect(page.get_by_role("heading", level=1, name="Kontrollera ändringarna")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("2 skolenheter ändras")).to_be_visible()
    expect(page.get_by_role("cell", name=f"https://{host}/3")).to_be_visible()
    plain_visitor.look()
    picture(plain_visitor, "fil-kontroll")
    press(plain_visitor, "Inför alla ändringar")
    expect(page.get_by_role("heading", level=1, name="Ändringarna är införda")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("2 skolenheter är ändrade")).to_be_visible()
    plain_visitor.look()
    picture(plain_visitor, "fil-kvitto")

    first = str(sheet.cell(3, 1).value)
    told = wait_for(lambda: [m for m in mails_about(stack, first) if m["to"] == [f"{office.ulf}@example.org"]])
    assert {mail["subject"] for mail in told} == {"Berit Blad har ändrat 2 skolenheter med en fil"}
    plain_visitor.go(f"/enheter/{first}/historik")
    expect(page.get_by_role("cell", name=f"https://{host}/3").first).to_be_visible()


def test_errors_are_told_by_row_and_column_and_nothing_is_changed(
    visitor: Visitor, stack: Stack, office: Office, tmp_path: Path
) -> None:
    with Person.log_in(stack.url, office.berit) as berit:
        rows = rows_of(berit)
        wrong = [rows[0] | {"email": "fel"}, rows[1] | {"schoolUnitCode": "00000000"}, *rows[2:]]
        visitor.log_in(office.berit)
        visitor.go(FILE)
        press(visitor, "Läs in och kontrollera")
        expect(visitor.page.get_by_role("alert").first).to_contain_text("Fil: Välj en fil.")
        visitor.look()

        upload(visitor, a_file(tmp_path, wrong))
        expect(visitor.page.get_by_role("heading", level=1, name="Filen har fel")).to_be_visible(timeout=60_000)
        expect(visitor.page.get_by_role("rowheader", name="Rad 2")).to_be_visible()
        expect(visitor.page.get_by_role("cell", name="Ni har ingen skolenhet med den koden.")).to_be_visible()
        visitor.look()
        picture(visitor, "fil-fel")
        assert rows_of(berit) == rows


def test_a_file_that_is_as_the_register_and_one_that_is_no_file(
    visitor: Visitor, stack: Stack, office: Office, tmp_path: Path
) -> None:
    with Person.log_in(stack.url, office.berit) as berit:
        rows = rows_of(berit)
    visitor.log_in(office.berit)
    upload(visitor, a_file(tmp_path, rows))
    expect(visitor.page.get_by_role("heading", level=1, name="Filen ändrar inget")).to_be_visible(timeout=60_000)
    visitor.look()

    picture_file = tmp_path / "bild.xlsx"
    picture_file.write_bytes(b"PK\x03\x04 no book")
    upload(visitor, picture_file)
    expect(visitor.page.get_by_role("alert").first).to_contain_text("Filen är varken Excel")
    expect(visitor.page).to_have_title("Fel: Ändra många skolenheter med en fil – Skolenhetsregistret")
    visitor.look()


def test_others_find_no_such_pages(stack: Stack, office: Office) -> None:
    with Person.log_in(stack.url, office.berit) as berit:
        for path in ("", "/skolenheter.xlsx", "/skolenheter.csv"):
            assert berit.get(f"/huvudman/2120001132/enheter/fil{path}").status_code == 404
        assert berit.get(f"{FILE}/{uuid4()}").status_code == 404
