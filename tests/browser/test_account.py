"""One's own account in a real browser: what is stored, the session and its end, locks and safer logins."""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from deploy.stack.stack import Stack
from tests.browser.conftest import PICTURES, Visitor, picture
from tests.joining import Office
from tests.system import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

UNIT = "/enheter/27508103/andra/namn"
MINUTE = 60_000


def age(stack: Stack, visitor: Visitor, what: str) -> None:
    """Make the visitor's session older."""
    (cookie,) = (c["value"] for c in visitor.page.context.cookies() if c["name"] == "__Host-session")
    row = f"id_hash = '\\x{hashlib.sha256(cookie.encode()).hexdigest()}'"
    stack.postgres.sql(f"UPDATE session SET {what} WHERE {row}", database="eservice")


def test_everything_about_me_on_one_page_and_as_a_file(visitor: Visitor, stack: Stack) -> None:
    page = visitor.page
    visitor.log_in("bo.bada")
    page.get_by_role("link", name="Mina uppgifter").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mina uppgifter")
    for text in ("Hämtas från folkbokföringen", "Bo Båda", "Kontaktperson sedan", "Fridaskolorna AB", "version 1"):
        expect(page.get_by_text(text).first).to_be_visible()
    visitor.look()
    picture(visitor, "konto-mina-uppgifter")

    with page.expect_download() as started:
        page.get_by_role("button", name="Hämta mina uppgifter").press("Enter")
    assert re.fullmatch(r"mina-uppgifter-\d{4}-\d\d-\d\d\.json", started.value.suggested_filename)
    everything = json.loads(started.value.path().read_text())
    assert everything["identity"]["person"]["name"] == "Bo Båda"
    assert {"notifications", "registry", "exportedAt"} <= everything.keys()
    assert everything["eservice"]["sessions"][0]["endedAt"] is None

    page.get_by_role("link", name=re.compile("Villkor för")).first.press("Enter")
    visitor.go("/villkor/1")
    expect(page.get_by_text("Version 1, från")).to_be_visible()
    visitor.look()
    assert stack.url in page.url


def test_mail_and_telephone_are_changed_and_a_new_address_waits_for_its_link(visitor: Visitor, stack: Stack) -> None:
    page, email = visitor.page, f"bo.{uuid4().hex[:8]}@lund.example"
    phone = f"046-{uuid4().int % 10**6:06}"
    visitor.log_in("bo.bada")
    visitor.go("/mina-uppgifter/kontakt")
    visitor.look()
    page.get_by_label("E-postadress i arbetet").fill("fel")
    page.get_by_label("Telefonnummer").fill(phone)
    page.get_by_role("button", name="Spara").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Telefonnummer")).to_have_value(phone)
    visitor.look()
    page.get_by_label("E-postadress i arbetet").fill(email)
    page.get_by_role("button", name="Spara").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("öppna länken i det, så börjar adressen gälla")
    expect(page.get_by_text(f"{email} väntar på att du öppnar länken")).to_be_visible()
    visitor.look()
    picture(visitor, "konto-ny-epost")

    with Office.of(stack, "bo.bada") as office:
        link = wait_for(lambda: office.link_to(email, "epost"))
        visitor.go(link)
        expect(page).to_have_url(f"{visitor.url}/epost")
        visitor.look()
        page.get_by_role("button", name="Bekräfta adressen").press("Enter")
        expect(page.get_by_role("status").first).to_have_text("Din nya e-postadress gäller nu.")
        visitor.go(link)
        page.get_by_role("button", name="Bekräfta adressen").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Länken gäller inte"))
        visitor.look()
        back, me = "bo.bada@example.org", office.http.get("/me").json()
        office.do("PUT", "/me/contact", {"email": back, "phone": me["phone"]}, me["version"])
        token = wait_for(lambda: office.link_to(back, "epost")).rpartition("/")[2]
        office.do("POST", "/me/email-confirmations", {"token": token})


def test_how_often_mail_comes_is_chosen(plain_visitor: Visitor, javascript: bool) -> None:
    page = plain_visitor.page
    plain_visitor.log_in("ulf.uppgift")
    for choice in ("En gång om dagen, allt i ett mejl", "Genast, ett mejl för varje händelse"):
        plain_visitor.go("/mina-uppgifter/mejl")
        page.get_by_label(choice).press("Space")
        page.get_by_role("button", name="Spara").press("Enter")
        expect(page.get_by_role("status").first).to_have_text("Ändringen är sparad.")
        expect(page.get_by_text(choice)).to_be_visible()
    if javascript:  # axe needs it
        plain_visitor.go("/mina-uppgifter/mejl")
        plain_visitor.look()
        picture(plain_visitor, "konto-mejl")


def test_sign_ins_are_shown_and_all_sessions_end_at_once(visitor: Visitor, plain_visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("frida.friskola")
    plain_visitor.log_in("frida.friskola")

    def shown() -> bool:
        visitor.go("/mina-uppgifter/inloggningar")
        return page.get_by_role("cell", name="Lösenord").count() > 0

    wait_for(shown)
    visitor.look()
    picture(visitor, "konto-inloggningar")
    page.get_by_role("button", name="Logga ut överallt").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad överallt")
    visitor.look()

    plain_visitor.go("/mina-uppgifter")
    expect(plain_visitor.page.get_by_text("Du har valt Logga ut överallt i en annan webbläsare.")).to_be_visible()


def test_before_the_session_ends_one_is_warned_and_stays_without_losing_the_page(
    visitor: Visitor, stack: Stack
) -> None:
    page = visitor.page
    visitor.log_in("ulf.uppgift")
    page.clock.install(time=datetime.now(UTC))
    visitor.go(UNIT)
    page.get_by_label("Skolans namn").fill("Halvskrivet")
    alert = page.get_by_role("alert").filter(has_text="Du loggas ut om")

    age(stack, visitor, "seen_at = now() - interval '26 minutes'")
    page.clock.fast_forward(25 * MINUTE + 2000)
    expect(alert).to_contain_text("Du loggas ut om 4 minuter, kl.")
    visitor.look()
    page.screenshot(path=PICTURES / "konto-snart-utloggad.png")  # what is seen, not the long page
    page.get_by_role("button", name="Fortsätt vara inloggad").press("Enter")
    expect(alert).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Du är inloggad till kl.")).to_have_count(1)
    expect(page.get_by_label("Skolans namn")).to_have_value("Halvskrivet")

    age(stack, visitor, "seen_at = now() - interval '31 minutes'")
    page.clock.fast_forward(25 * MINUTE + 2000)
    expect(page.get_by_role("alert")).to_contain_text("Du har loggats ut. Det gick för lång tid")
    expect(page.get_by_role("alert")).to_contain_text("Det du har skrivit på sidan är kvar")
    visitor.look()
    page.get_by_role("button", name="Fortsätt till kontroll").press("Enter")
    expect(page.get_by_text("Det du skrev är sparat här i en timme")).to_be_visible()
    picture(visitor, "konto-utloggad-utkast")


def test_what_another_tab_does_counts_as_use(visitor: Visitor, stack: Stack) -> None:
    page = visitor.page
    visitor.log_in("ulf.uppgift")
    page.clock.install(time=datetime.now(UTC))
    visitor.go("/mina-uppgifter")
    with page.expect_response("**/session/kvar") as asked:
        page.clock.fast_forward(25 * MINUTE + 2000)

    assert asked.value.json()["seconds"] > 1700
    expect(page.get_by_role("alert")).to_have_count(0)
    age(stack, visitor, "created_at = now() - interval '597 minutes'")
    page.clock.fast_forward(25 * MINUTE + 2000)
    expect(page.get_by_role("alert")).to_contain_text("Inloggningen går inte att förlänga mer.")


def test_without_javascript_the_page_says_until_when(plain_visitor: Visitor) -> None:
    plain_visitor.log_in("ulf.uppgift")

    plain_visitor.go("/mina-uppgifter")
    at = {f"{datetime.now(ZoneInfo('Europe/Stockholm')) + timedelta(minutes=30 - late):%H.%M}" for late in (0, 1)}

    text = plain_visitor.page.get_by_text(re.compile(r"Du loggas ut kl\. \d\d\.\d\d om du inte gör något"))
    expect(text).to_be_visible()
    assert text.inner_text().split()[4] in at


def test_what_was_typed_comes_back_to_its_typist_and_to_nobody_else_at_the_browser(
    visitor: Visitor, stack: Stack
) -> None:
    page = visitor.page
    visitor.log_in("ulf.uppgift")
    visitor.go(UNIT)
    page.get_by_label("Skolans namn").fill("Bara Ulfs")
    age(stack, visitor, "seen_at = now() - interval '31 minutes'")
    page.get_by_role("button", name="Fortsätt till kontroll").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Du har loggats ut")
    expect(page.get_by_text("Det gick för lång tid utan att du gjorde något.")).to_be_visible()
    visitor.look()

    visitor.log_in("karin.kontakt")
    visitor.go(UNIT)
    expect(page.get_by_label("Skolans namn")).not_to_have_value("Bara Ulfs")
    age(stack, visitor, "seen_at = now() - interval '31 minutes'")
    visitor.log_in("ulf.uppgift")
    visitor.go(UNIT)
    expect(page.get_by_label("Skolans namn")).to_have_value("Bara Ulfs")
    expect(page.get_by_text("Det du hade skrivit är kvar nedan.")).to_be_visible()


def test_a_locked_account_is_told_so_at_once(visitor: Visitor, stack: Stack) -> None:
    page = visitor.page
    visitor.log_in("frida.friskola")
    with Office.of(stack, "anna.admin") as anna:
        (frida,) = anna.http.get("/people", params={"q": "frida.friskola"}).json()["people"]
        path, version = f"/people/{frida['personId']}", anna.http.get(f"/people/{frida['personId']}").json()["version"]
        version = anna.do("POST", f"{path}/lock", {"reason": "Utlånat konto"}, version).json()["version"]
        try:
            visitor.go("/mina-uppgifter")
            expect(page.get_by_role("heading", level=1)).to_have_text("Ditt konto är spärrat")
            expect(page.get_by_text("Registerförvaltningen har spärrat kontot.")).to_be_visible()
            expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
            visitor.look()
            picture(visitor, "konto-sparrat")
        finally:
            anna.do("POST", f"{path}/unlock", version=version)
