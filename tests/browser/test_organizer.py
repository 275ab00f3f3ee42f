"""An organizer's own data, and the companies register: by keyboard, with every page looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press, see_the_past
from tests.people import employ, new_people
from tests.system import Person, inputs, mails_about, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

TOMELILLA, SJOBO, HORBY = "2120000886", "2120001090", "2120001108"
PAGE = f"/huvudman/{TOMELILLA}/uppgifter"
REGISTER = "/forvaltning/foretagsregister"


@dataclass
class Office:
    """Who acts for Tomelilla in these tests: user names."""

    petra: str
    urban: str


@pytest.fixture(scope="module")
def office(stack: Stack) -> Office:
    suffix = uuid4().hex[:6]
    (petra,) = contacts = new_people("Petra Prov", suffix=suffix)
    (urban,) = reporters = new_people("Urban Uppgift", suffix=suffix)
    employ(stack, TOMELILLA, Role.CONTACT_PERSON, *contacts)
    employ(stack, TOMELILLA, Role.DATA_REPORTER, *reporters)
    employ(stack, SJOBO, Role.CONTACT_PERSON, *new_people("Stina Stilla", suffix=suffix))
    return Office(petra.user_name, urban.user_name)


@pytest.fixture(scope="module")
def anna(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in("anna.admin")
    visitor.go("/forvaltning")
    if visitor.page.get_by_role("button", name="Fortsätt till säkrare inloggning").is_visible():
        visitor.be_safer()
    yield visitor
    context.close()


def mails_to(stack: Stack, user_name: str, words: str) -> list[dict[str, Any]]:
    return [mail for mail in mails_about(stack, words) if mail["to"] == [f"{user_name}@example.org"]]


def test_own_contact_values_by_keyboard_with_and_without_javascript(
    plain_visitor: Visitor, stack: Stack, office: Office
) -> None:
    page, host = plain_visitor.page, f"{uuid4().hex[:6]}.tomelilla.example"
    plain_visitor.log_in(office.petra)
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Huvudmannen").press("Enter")
    heading(plain_visitor, "Tomelilla kommun")
    expect(page.get_by_text("De här uppgifterna kommer från SCB:s företagsregister")).to_be_visible()
    plain_visitor.look()
    picture(plain_visitor, "huvudmannen")
    press(plain_visitor, "Ändra kontaktuppgifter")
    page.get_by_label("Webbadress").fill("tomelilla")
    page.get_by_label("E-postadress").fill(f"kommun@{host}")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page).to_have_title("Fel: Ändra kontaktuppgifter – Skolenhetsregistret")
    plain_visitor.look()
    picture(plain_visitor, "huvudmannen-fel")

    page.get_by_role("link", name="Webbadress: Skriv hela webbadressen").press("Enter")
    expect(page.get_by_label("Webbadress")).to_be_focused()
    page.get_by_label("Webbadress").fill(host)
    page.keyboard.press("Enter")
    heading(plain_visitor, "Kontrollera ändringen")
    expect(page.get_by_role("cell", name=f"https://{host}")).to_be_visible()
    plain_visitor.look()
    picture(plain_visitor, "huvudmannen-kontroll")
    press(plain_visitor, "Spara ändringen")
    heading(plain_visitor, "Ändringen är sparad")
    plain_visitor.look()
    picture(plain_visitor, "huvudmannen-kvitto")

    follow(plain_visitor, "Historik")
    heading(plain_visitor, "Historik")
    expect(page.get_by_text("Petra Prov, kontaktperson, i e-tjänsten").first).to_be_visible()
    plain_visitor.look()
    picture(plain_visitor, "huvudmannen-historik")
    see_the_past(plain_visitor)
    told = wait_for(lambda: mails_to(stack, office.urban, f"https://{host}"))
    assert [mail["subject"] for mail in told] == ["Petra Prov har ändrat kontaktuppgifterna för Tomelilla kommun"]
    assert mails_to(stack, office.petra, f"https://{host}") == [], "who did it knows"


def test_who_was_slower_keeps_what_was_typed_and_sees_what_stands_now(
    visitor: Visitor, stack: Stack, office: Office
) -> None:
    page, name = visitor.page, uuid4().hex[:6]
    visitor.log_in(office.petra)
    visitor.go(f"{PAGE}/andra")
    page.get_by_label("Telefonnummer").fill("0417-180 00")
    with Person.log_in(stack.url, office.urban) as urban:
        fields = inputs(urban.get(f"{PAGE}/andra").text) | {"email": f"{name}@tomelilla.example"}
        assert "Ändringen är sparad" in urban.post(f"{PAGE}/andra/spara", fields).text

    press(visitor, "Fortsätt till kontroll")

    expect(page.get_by_role("alert").first).to_contain_text("Någon har ändrat det här")
    expect(page.get_by_role("region", name="Så här står det i registret nu")).to_contain_text(f"{name}@tomelilla")
    expect(page.get_by_label("Telefonnummer")).to_have_value("0417-180 00")
    visitor.look()
    page.get_by_label("E-postadress").fill(f"{name}@tomelilla.example")
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera ändringen")
    expect(page.get_by_role("row")).to_have_count(2)


def test_nothing_changed_is_said_and_back_finds_what_was_typed(visitor: Visitor, office: Office) -> None:
    visitor.log_in(office.petra)
    visitor.go(f"{PAGE}/andra")
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Inget har ändrats")
    visitor.look()

    visitor.go(f"{PAGE}/andra")
    visitor.page.get_by_label("Webbadress").fill("https://kvar.tomelilla.example")
    press(visitor, "Fortsätt till kontroll")
    follow(visitor, "Tillbaka till formuläret")

    expect(visitor.page.get_by_label("Webbadress")).to_have_value("https://kvar.tomelilla.example")


def an_extract(folder: Path, *rows: str) -> Path:
    file = folder / f"foretag-{uuid4().hex[:6]}.csv"
    file.write_text("organizationNumber;displayName;streetAddress;locality\n" + "\n".join(rows), encoding="utf-8")
    return file


def upload(visitor: Visitor, file: Path, label: str = "En del av huvudmännen") -> None:
    """By keyboard, but for the file, which the browser's own window asks for."""
    visitor.go(f"{REGISTER}/ny")
    visitor.page.get_by_label("Fil", exact=True).set_input_files(file)
    visitor.page.get_by_label("Utdragets datum").fill(datetime.now(UTC).date().isoformat())
    visitor.page.get_by_label(label).press("Space")
    press(visitor, "Läs in och jämför")
    heading(visitor, file.name)
    compared = visitor.page.get_by_role("heading", name="Vad som skiljer")
    expect(compared).to_be_visible(timeout=60_000)


def test_an_extract_is_uploaded_looked_through_and_applied(
    anna: Visitor, stack: Stack, office: Office, tmp_path: Path
) -> None:
    page, street = anna.page, f"Gustafs torg {uuid4().int % 1000}"
    file = an_extract(
        tmp_path, f"{TOMELILLA};Tomelilla kommun;{street};Tomelilla", f"{SJOBO};Sjöbo kommun;{street};Sjöbo",
        "2120001133;Fel siffra;;", "9001012385;En person;;",
    )  # fmt: skip
    anna.go("/forvaltning")
    follow(anna, "Företagsregistret")
    heading(anna, "Företagsregistret")
    press(anna, "Läs in ett utdrag")
    press(anna, "Läs in och jämför")
    expect(page.get_by_role("alert").first).to_contain_text("Fil: Välj en fil.")
    anna.look()
    upload(anna, file)
    anna.look()
    expect(page.get_by_text("Ändrade uppgifter: 2")).to_be_visible()
    expect(page.get_by_text("Rader som inte kunde läsas: 2")).to_be_visible()
    expect(page.get_by_text("9001012385")).to_have_count(0)
    picture(anna, "foretagsregistret-skillnader")
    press(anna, "Fortsätt till kontroll")
    expect(page.get_by_role("alert").first).to_contain_text("Välj minst en skillnad")
    anna.look()

    page.get_by_label("Inför för Tomelilla kommun").press("Space")
    press(anna, "Fortsätt till kontroll")
    heading(anna, "Kontrollera vad som införs")
    expect(page.get_by_role("cell", name=street)).to_have_count(1)
    anna.look()
    picture(anna, "foretagsregistret-kontroll")
    press(anna, "Inför")

    expect(page.get_by_role("heading", name="Det du valde är infört")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 huvudman är ändrad eller ny")).to_be_visible()
    anna.look()
    picture(anna, "foretagsregistret-klart")
    for user_name in (office.petra, office.urban):
        (mail,) = wait_for(lambda user_name=user_name: mails_to(stack, user_name, street))  # type: ignore[misc]
        assert mail["subject"] == "Grunduppgifter för Tomelilla kommun har ändrats"
    assert {mail["subject"] for mail in mails_about(stack, street)} == {mail["subject"]}, "only who was chosen"
    anna.go(f"/huvudman/{TOMELILLA}/historik")
    expect(page.get_by_text("Utdrag ur företagsregistret").first).to_be_visible()
    anna.go(REGISTER)
    anna.look()
    picture(anna, "foretagsregistret")


def test_an_import_works_without_javascript_and_the_rest_can_be_applied_later(
    plain_visitor: Visitor, tmp_path: Path
) -> None:
    page, street = plain_visitor.page, f"Torget {uuid4().int % 1000}"
    plain_visitor.log_in("anna.admin")
    plain_visitor.go("/forvaltning")
    if page.get_by_role("button", name="Fortsätt till säkrare inloggning").is_visible():
        plain_visitor.be_safer()
    upload(plain_visitor, an_extract(tmp_path, f"{HORBY};Hörby kommun;{street};Hörby"))
    page.get_by_label("Ändrade uppgifter: 1").press("Space")
    press(plain_visitor, "Fortsätt till kontroll")
    expect(page.get_by_text("Alla, 1 stycken")).to_be_visible()
    plain_visitor.look()
    press(plain_visitor, "Inför")
    expect(page.get_by_role("heading", name="Det du valde är infört")).to_be_visible(timeout=60_000)
    plain_visitor.look()
    upload(plain_visitor, an_extract(tmp_path, f"{HORBY};Hörby kommun;{street};Hörby"))

    expect(page.get_by_text("Inget skiljer. Uppgifterna i registret är som i utdraget.")).to_be_visible()
    plain_visitor.look()


def test_a_file_that_cannot_be_read_is_told_beside_its_field(anna: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "fel.csv"
    file.write_bytes("organizationNumber;displayName\n2120001132;Åå\n".encode("cp1252"))
    anna.go(f"{REGISTER}/ny")
    picture(anna, "foretagsregistret-ny")
    anna.page.get_by_label("Fil", exact=True).set_input_files(file)
    anna.page.get_by_label("Utdragets datum").fill("2026-01-01")
    anna.page.get_by_label("Alla huvudmän").check()
    press(anna, "Läs in och jämför")

    expect(anna.page.get_by_role("alert").first).to_contain_text(
        "Fil: Filen går inte att läsa. Spara den med teckenkodningen UTF-8."
    )
    expect(anna.page.get_by_label("Utdragets datum")).to_have_value("2026-01-01")
    expect(anna.page.get_by_label("Alla huvudmän")).to_be_checked()
    anna.look()


def test_others_find_no_such_pages(stack: Stack, office: Office) -> None:
    with Person.log_in(stack.url, office.petra) as petra:
        for path in (REGISTER, f"{REGISTER}/ny", f"{REGISTER}/{uuid4()}", f"/huvudman/{SJOBO}/uppgifter"):
            assert petra.get(path).status_code == 404
