"""Units go from one organizer to another, by keyboard, with every page looked at, with and without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, expect

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from tests.browser.conftest import Visitor, follow, heading, picture, press
from tests.people import employ, new_people
from tests.provider import AtProvider
from tests.system import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SVEDALA, SKURUP = "2120001074", "2120001082"
FIELDS = {"municipalityCode": "1263", "schoolTypes": ["GR"], "orientationType": "EJ_RELEVANT"}
LATER = date(2031, 1, 1)


@dataclass
class Cast:
    """Who takes part: user names. Gerd and Gun act for Svedala, Rut for Skurup."""

    gerd: str
    gun: str
    rut: str


@pytest.fixture(scope="module")
def cast(stack: Stack) -> Cast:
    suffix = uuid4().hex[:6]
    givers = new_people("Gerd Givare", "Gun Givare", suffix=suffix)
    (rut,) = receivers = new_people("Rut Mottagare", suffix=suffix)
    employ(stack, SVEDALA, Role.CONTACT_PERSON, *givers)
    employ(stack, SKURUP, Role.CONTACT_PERSON, *receivers)
    return Cast(givers[0].user_name, givers[1].user_name, rut.user_name)


class Office:
    """Gerd's program at the registry's API."""

    def __init__(self, stack: Stack, user_name: str) -> None:
        with AtProvider(stack.url, stack.secret["client_secret"]) as provider:
            tokens = provider.tokens(provider.with_password(user_name))
        self.base, self.token = f"{stack.url}/api/registry", str(tokens["access_token"])

    def ask(self, method: str, path: str, body: Any = None, **more: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())} | more
        answer = httpx.request(method, self.base + path, json=body, headers=headers, timeout=30)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def plan(self) -> tuple[str, str]:
        """A unit of the tests' own: its name and its code."""
        name = f"Lämnaskolan {uuid4().hex[:6]}"
        body = {"organizationNumber": SVEDALA, "startdate": LATER.isoformat(),
                "unit": FIELDS | {"displayName": name}}  # fmt: skip
        return name, str(self.ask("POST", "/school-units", body)["schoolUnitCode"])

    def propose(self, code: str, day: date) -> str:
        body = {"receiver": SKURUP, "schoolUnitCodes": [code], "day": day.isoformat(), "message": "Enligt avtal."}
        return str(self.ask("POST", f"/organizers/{SVEDALA}/transfers", body)["transferId"])

    def today(self) -> date:
        return date.fromisoformat(self.ask("GET", "/register-day")["day"])


@pytest.fixture(scope="module")
def office(stack: Stack, cast: Cast) -> Office:
    found: list[Office] = []

    def ready() -> bool:
        made = Office(stack, cast.gerd)
        bearer = {"Authorization": f"Bearer {made.token}"}
        terms = httpx.post(f"{stack.url}/api/identity/me/terms", json={"version": 1}, timeout=30,
                           headers=bearer | {"Idempotency-Key": str(uuid4())})  # fmt: skip
        there = httpx.get(f"{made.base}/organizers/{SVEDALA}", headers=bearer)
        found.append(made)
        return terms.status_code < 500 and there.status_code == 200

    wait_for(ready)
    return found[-1]


@pytest.fixture(scope="module")
def rut(browser: Browser, stack: Stack, cast: Cast) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in(cast.rut)
    yield visitor
    context.close()


@pytest.fixture(scope="module")
def gerd(browser: Browser, stack: Stack, cast: Cast, office: Office) -> Iterator[Visitor]:  # noqa: ARG001 - after it
    context = browser.new_context(locale="sv-SE")
    visitor = Visitor(context.new_page(), stack.url)
    visitor.log_in(cast.gerd)
    yield visitor
    context.close()


def mail_to(stack: Stack, user_name: str, subject: str, words: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found = (m for m in stack.mail.messages() if m["to"] == [f"{user_name}@example.org"])
        return next((m for m in found if subject in m["subject"] and words in m["text"]), None)

    return wait_for(look)


def propose_by_keyboard(visitor: Visitor, name: str, code: str, day: date, *, pictures: bool = False) -> None:
    """From the start page to the receipt, with each page's error first."""

    def keep(what: str) -> None:
        visitor.look()
        if pictures:
            picture(visitor, what)

    page = visitor.page
    visitor.go(f"/huvudman/{SVEDALA}/byte")
    heading(visitor, "Byte av huvudman")
    keep("byte-start")
    press(visitor, "Börja")
    heading(visitor, "Vem tar över?")
    page.get_by_role("searchbox").fill("finns inte någonstans")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Ingen huvudman stämmer")).to_be_visible()
    page.get_by_role("searchbox").fill("skurup")
    page.keyboard.press("Enter")
    keep("byte-mottagare")
    follow(visitor, "Skurups kommun")
    heading(visitor, "Vilka skolenheter lämnas över?")
    press(visitor, "Fortsätt")
    expect(page.get_by_role("alert").first).to_contain_text("Välj om det gäller några eller alla skolenheter")
    visitor.look()
    page.get_by_role("link", name="Vilka skolenheter: ").press("Enter")
    page.get_by_label("Några av skolenheterna").press("Space")
    press(visitor, "Fortsätt")
    expect(page.get_by_role("alert").first).to_contain_text("Välj minst en skolenhet")
    page.get_by_label(f"{name} ({code}, planerad)").press("Space")
    keep("byte-enheter")
    press(visitor, "Fortsätt")
    heading(visitor, "När byter skolenheterna huvudman?")
    page.get_by_label("Dag för bytet").fill("i går")
    page.get_by_label("Meddelande till mottagaren").fill("Enligt avtalet i november.")
    press(visitor, "Fortsätt till kontroll")
    expect(page.get_by_role("alert").first).to_contain_text("Skriv datumet som ÅÅÅÅ-MM-DD")
    assert page.get_by_label("Meddelande till mottagaren").input_value() == "Enligt avtalet i november."
    page.get_by_label("Dag för bytet").fill("2020-01-01")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Välj en dag efter i dag")
    visitor.look()
    page.get_by_label("Dag för bytet").fill(f"{day.day}/{day.month} {day.year}")
    keep("byte-dag")
    press(visitor, "Fortsätt till kontroll")
    heading(visitor, "Kontrollera förslaget")
    expect(page.get_by_role("row", name=f"{name} ({code})")).to_contain_text("Skurups kommun")
    keep("byte-kontroll")
    press(visitor, "Skicka förslaget")
    heading(visitor, "Förslaget är skickat")
    keep("byte-kvitto")


def test_units_are_handed_over_and_both_read_their_time(
    stack: Stack, cast: Cast, office: Office, gerd: Visitor, rut: Visitor
) -> None:
    name, code = office.plan()
    day = office.today() + timedelta(days=1)
    propose_by_keyboard(gerd, name, code, day, pictures=True)
    follow(gerd, "Se bytet")
    gerd.look()

    told = mail_to(stack, cast.rut, "vill lämna över en skolenhet till Skurups kommun", name)
    assert "Enligt avtalet i november." in told["text"]
    mail_to(stack, cast.gun, "vill lämna över en skolenhet till Skurups kommun", name)
    link = next(word for word in told["text"].split() if "/byten/" in word).removeprefix(stack.url)
    rut.go(link)
    expect(rut.page.get_by_text("Svara senast den ")).to_be_visible()
    rut.look()
    picture(rut, "byte-svara")
    press(rut, "Godkänn bytet")
    heading(rut, "Godkänn bytet av huvudman")
    rut.look()
    picture(rut, "byte-godkann")
    press(rut, "Godkänn bytet")
    heading(rut, "Bytet är godkänt")
    rut.look()
    mail_to(stack, cast.gerd, "har godkänt att ta över", name)

    stack.command("registry", "close-day")

    mail_to(stack, cast.gerd, "Skurups kommun är nu huvudman för en skolenhet", name)
    rut.go(f"/enheter/{code}")
    expect(rut.page.get_by_text("Tillhör huvudmannen Skurups kommun")).to_be_visible()
    rut.go(f"/enheter/{code}/historik")
    expect(rut.page.get_by_role("link", name="Byte av huvudman")).to_be_visible()
    rut.look()
    gerd.go(f"/enheter/{code}")
    heading(gerd, "Sidan finns inte")
    gerd.go(link)
    follow(gerd, name)
    heading(gerd, "Historik")
    expect(gerd.page.get_by_text("Svedala kommun var huvudman från och med")).to_be_visible()
    gerd.look()
    picture(gerd, "byte-egen-tid")
    gerd.go(f"/huvudman/{SVEDALA}/byten")
    expect(gerd.page.get_by_role("row", name="till Skurups kommun").first).to_be_visible()
    gerd.look()
    picture(gerd, "byten")


def test_a_proposal_without_javascript_and_declined_with_a_reason(
    stack: Stack, cast: Cast, office: Office, plain_visitor: Visitor, rut: Visitor
) -> None:
    name, code = office.plan()
    plain_visitor.log_in(cast.gerd)
    propose_by_keyboard(plain_visitor, name, code, office.today() + timedelta(days=30))
    follow(plain_visitor, "Se bytet")
    link = plain_visitor.page.url.removeprefix(stack.url)
    page = rut.page

    rut.go(link)
    press(rut, "Tacka nej")
    heading(rut, "Tacka nej till bytet av huvudman")
    press(rut, "Fortsätt till kontroll")
    expect(page.get_by_role("alert").first).to_contain_text("Skriv en anledning")
    rut.look()
    page.get_by_label("Anledning").fill("Vi har inte lokaler.")
    press(rut, "Fortsätt till kontroll")
    heading(rut, "Kontrollera att ni tackar nej")
    rut.look()
    picture(rut, "byte-tacka-nej")
    page.get_by_role("link", name="Tillbaka till formuläret").press("Enter")
    heading(rut, "Tacka nej till bytet av huvudman")
    assert page.get_by_label("Anledning").input_value() == "Vi har inte lokaler."
    press(rut, "Fortsätt till kontroll")
    press(rut, "Tacka nej")

    heading(rut, "Ni har tackat nej")
    rut.look()
    assert "Vi har inte lokaler." in mail_to(stack, cast.gerd, "tar inte över en skolenhet", name)["text"]
    plain_visitor.page.reload()
    expect(plain_visitor.page.get_by_text("Vi har inte lokaler.")).to_be_visible()
    plain_visitor.look()


def test_who_was_slower_sees_what_stands(stack: Stack, office: Office, gerd: Visitor, rut: Visitor) -> None:
    name, code = office.plan()
    link = f"/byten/{office.propose(code, office.today() + timedelta(days=20))}"
    rut.go(f"{link}/godkann")
    heading(rut, "Godkänn bytet av huvudman")
    gerd.go(link)
    press(gerd, "Dra tillbaka bytet")
    heading(gerd, "Dra tillbaka bytet av huvudman")
    gerd.look()
    picture(gerd, "byte-dra-tillbaka")
    press(gerd, "Dra tillbaka")
    heading(gerd, "Bytet är tillbakadraget")
    gerd.look()

    press(rut, "Godkänn bytet")

    expect(rut.page.get_by_role("alert").first).to_contain_text("Någon har ändrat det här")
    expect(rut.page.get_by_text(name)).to_be_visible()
    expect(rut.page.get_by_role("button", name="Godkänn bytet")).to_have_count(0)
    rut.look()
    assert stack.url in rut.page.url


def test_a_unit_that_is_promised_away_is_named(office: Office, gerd: Visitor) -> None:
    name, code = office.plan()
    office.propose(code, office.today() + timedelta(days=20))
    page = gerd.page

    gerd.go(f"/huvudman/{SVEDALA}/byte/{SKURUP}")
    page.get_by_label("Några av skolenheterna").check()
    page.get_by_label(f"{name} ({code}, planerad)").check()
    press(gerd, "Fortsätt")

    expect(page.get_by_role("alert").first).to_contain_text(f"{name} är redan med i ett byte")
    assert page.get_by_label(f"{name} ({code}, planerad)").is_checked()
    gerd.look()


def test_a_unit_that_a_colleague_changes_meanwhile_is_named_and_checked_again(office: Office, gerd: Visitor) -> None:
    name, code = office.plan()
    page, day = gerd.page, office.today() + timedelta(days=25)
    gerd.go(f"/huvudman/{SVEDALA}/byte/{SKURUP}")
    page.get_by_label("Några av skolenheterna").check()
    page.get_by_label(f"{name} ({code}, planerad)").check()
    press(gerd, "Fortsätt")
    page.get_by_label("Dag för bytet").fill(day.isoformat())
    press(gerd, "Fortsätt till kontroll")
    heading(gerd, "Kontrollera förslaget")
    changed = FIELDS | {"displayName": name, "phoneNumber": "0410-12 34 56"}
    office.ask("PUT", f"/school-units/{code}", changed, **{"If-Match": '"1"'})

    press(gerd, "Skicka förslaget")

    expect(page.get_by_role("alert").first).to_contain_text(f"{name} har ändrats sedan du kontrollerade förslaget")
    gerd.look()
    assert page.get_by_label("Dag för bytet").input_value() == day.isoformat()
    press(gerd, "Fortsätt till kontroll")
    press(gerd, "Skicka förslaget")
    heading(gerd, "Förslaget är skickat")


def test_what_an_ending_organizer_is_told_before_it_says_yes(gerd: Visitor, office: Office) -> None:
    page = gerd.page
    waiting = office.ask("GET", f"/organizers/{SVEDALA}/transfers")["transfers"]
    for one in (each for each in waiting if each["state"] in {"proposed", "accepted"}):
        gerd.go(f"/byten/{one['transferId']}/dra-tillbaka")
        press(gerd, "Dra tillbaka")
    gerd.go(f"/huvudman/{SVEDALA}/byte/{SKURUP}")
    page.get_by_label("Alla skolenheter, och huvudmannen upphör").check()
    press(gerd, "Fortsätt")
    page.get_by_label("Dag för bytet").fill("2031-01-01")
    press(gerd, "Fortsätt till kontroll")

    heading(gerd, "Kontrollera förslaget")
    expect(page.get_by_text("Svedala kommun upphör som huvudman.")).to_be_visible()
    gerd.look()
    picture(gerd, "byte-upphor")
    page.get_by_role("link", name="Avbryt").press("Enter")
    heading(gerd, "Byten av huvudman")


def test_the_administration_sees_all(browser: Browser, stack: Stack, office: Office) -> None:
    _, code = office.plan()
    link = f"/byten/{office.propose(code, office.today() + timedelta(days=20))}"
    context = browser.new_context(locale="sv-SE")
    anna = Visitor(context.new_page(), stack.url)
    anna.log_in("anna.admin")
    anna.go("/forvaltning")
    anna.be_safer()

    follow(anna, "Byten av huvudman")
    heading(anna, "Byten av huvudman")
    anna.page.get_by_label("Väntar på svar").check()
    press(anna, "Visa")

    expect(anna.page.get_by_role("row", name="Väntar på svar").first).to_be_visible()
    expect(anna.page.get_by_role("row", name="Tillbakadraget")).to_have_count(0)
    anna.look()
    picture(anna, "byten-forvaltning")
    anna.go(link)
    anna.look()
    context.close()
