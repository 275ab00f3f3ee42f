"""Joining over plain HTTP: the token's way, who is refused and how it is said, and accounts that are nobody's yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.stack.stack import Stack
from tests.integration.eservice.conftest import SESSION, Browser
from tests.joining import FRIDA, KEEPERS, Office, frida_alone
from tests.provider import NUMBERS
from tests.system import csrf, inputs, wait_for

pytestmark = pytest.mark.stack

MALMO = "2120001124"
INVITATION = "__Host-invitation"


@pytest.fixture(scope="module")
def frida(stack: Stack) -> Iterator[Office]:
    """Frida, alone at her organizer when the module begins and when it has ended."""
    with frida_alone(stack) as office:
        yield office


@pytest.fixture(scope="module")
def anna(stack: Stack) -> Iterator[Office]:
    with Office.of(stack, "anna.admin") as office:
        yield office


def joined(browser: Browser) -> str:
    """Accept what is offered, and wait until the receipt comes; gives its text."""
    answer = browser.post("/inbjudan", inputs(browser.get("/inbjudan").text) | {"accept": "yes"})
    assert answer.status_code == 303, answer.text
    return receipt(browser, answer.headers["location"])


def receipt(browser: Browser, location: str) -> str:
    """The page that the way through waiting leads to."""

    def look() -> str | None:
        answer = browser.get(location)
        return browser.get(answer.headers["location"]).text if answer.status_code == 303 else None

    return wait_for(look) if "kontot-gors-i-ordning" in location else browser.get(location).text


def test_the_token_leaves_the_address_at_once_and_is_in_no_log(stack: Stack, frida: Office, browser: Browser) -> None:
    link = frida.invite(number=NUMBERS["olle.obehorig"])
    token = link.rpartition("/")[2]

    taken = browser.get(link)
    page = browser.get("/inbjudan")
    browser.log_in_with_e_legitimation(NUMBERS["olle.obehorig"], "/logga-in?niva=3&vidare=/inbjudan")
    offer = browser.get("/inbjudan")

    assert (taken.status_code, taken.headers["location"]) == (303, "/inbjudan")
    assert taken.headers["referrer-policy"] == "no-referrer"
    assert "Du är inbjuden till Skolenhetsregistret" in page.text
    assert "Fridaskolorna" not in page.text, "to what, one is told after the login"
    assert "Fridaskolorna AB" in offer.text
    assert token not in page.text + offer.text
    assert browser.cookies[INVITATION] != token
    logs = [path for path in Path(stack.home).rglob("*.log") if path.is_file()]
    assert len(logs) > 5
    assert [path.name for path in logs if token in path.read_text(errors="replace")] == []


def test_a_cookie_that_was_meddled_with_is_no_invitation(browser: Browser, frida: Office) -> None:
    browser.get(frida.invite())
    kept = browser.cookies[INVITATION]
    for meddled in (kept[:-8] + "AAAAAAA=", "x", "AAAA", kept[:20]):
        browser.cookies[INVITATION] = meddled
        assert browser.get("/inbjudan").status_code == 404


def test_somebody_new_joins_leaves_and_comes_back_to_a_known_account(frida: Office, browser: Browser) -> None:
    olle = NUMBERS["olle.obehorig"]
    again = frida.invite(number=olle)
    browser.get(frida.invite("contact-person", number=olle))
    browser.log_in_with_e_legitimation(NUMBERS["olle.obehorig"], "/logga-in?niva=3&vidare=/inbjudan")
    first = joined(browser)
    browser.get(again)
    while_a_user = browser.get("/inbjudan")
    frida.end_all(FRIDA, but=KEEPERS)
    ended = wait_for(lambda: (answer := browser.get("/")).status_code == 401 and answer)
    browser.get(again)
    browser.log_in_with_e_legitimation(olle, "/logga-in?niva=3&vidare=/inbjudan")
    second = joined(browser)

    assert "Välkommen, Olle Obehörig" in first
    assert "Du är nu kontaktperson för Fridaskolorna AB" in first
    assert "Du har redan behörighet" in while_a_user.text
    assert "Du har inte längre behörighet för någon huvudman" in ended.text
    assert "Du är nu uppgiftslämnare för Fridaskolorna AB" in second
    assert INVITATION not in browser.cookies


def test_a_form_that_is_sent_twice_joins_once(frida: Office, browser: Browser) -> None:
    browser.get(frida.invite(number=NUMBERS["pia.protokoll"]))
    browser.log_in_with_e_legitimation(NUMBERS["pia.protokoll"], "/logga-in?niva=3&vidare=/inbjudan")
    form = inputs(browser.get("/inbjudan").text) | {"accept": "yes"}

    answers = [browser.post("/inbjudan", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]


def test_another_than_the_invited_is_told_so_before_trying_and_when_trying_all_the_same(
    frida: Office, browser: Browser
) -> None:
    browser.get(frida.invite(number=NUMBERS["nina.ny"]))
    browser.log_in_with_e_legitimation(NUMBERS["sven.skyddad"], "/logga-in?niva=3&vidare=/inbjudan")

    answer = browser.get("/inbjudan")
    form = {"csrf": csrf(answer.text), "accept": "yes", "termsVersion": "1"}
    tried = browser.post("/inbjudan", form)
    forged = browser.post("/inbjudan", form | {"termsVersion": "x"})

    assert 'name="accept"' not in answer.text
    for page in (answer, tried):
        assert (page.status_code, "Inbjudan gäller någon annan" in page.text) == (403, True)
    assert "Formuläret gick inte att ta emot" in forged.text


def test_somebody_outside_the_population_register_is_told_so_and_is_nobody_here(
    frida: Office, browser: Browser
) -> None:
    browser.get(frida.invite())
    browser.log_in_with_e_legitimation(NUMBERS["not in the population register"], "/logga-in?niva=3&vidare=/inbjudan")

    refused = browser.post("/inbjudan", inputs(browser.get("/inbjudan").text) | {"accept": "yes"})
    start = browser.get("/")

    assert (refused.status_code, "Du finns inte i folkbokföringen" in refused.text) == (403, True)
    assert (start.status_code, "Du har ingen behörighet än" in start.text) == (403, True)


def test_a_login_that_leads_to_nobody_ends_at_a_page_that_says_what_to_do(browser: Browser) -> None:
    answer = browser.log_in_with_e_legitimation(NUMBERS["not in the population register"])
    page = browser.get(answer.headers["location"])

    assert answer.headers["location"] == "/ingen-behorighet"
    assert page.status_code == 403
    for words in ("Öppna länken i mejlet", 'href="/aktivera"', "kontaktperson", "mailto:"):
        assert words in page.text
    assert SESSION in browser.cookies
    assert "Inloggad" not in page.text


def test_a_known_person_is_found_by_an_e_legitimation_never_used_before(browser: Browser) -> None:
    answer = browser.log_in_with_e_legitimation(NUMBERS["bo.bada"], "/logga-in?niva=3&vidare=/mina-uppgifter")

    assert "Inloggad: Bo Båda" in receipt(browser, answer.headers["location"])


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ("state = 'withdrawn'", "Inbjudan gäller inte längre"),
        ("expires_at = now() - interval '1 minute'", "Inbjudan har gått ut"),
        ("token_hash = decode(md5(random()::text) || md5(random()::text), 'hex')", "Inbjudan finns inte"),
    ],
)
def test_an_invitation_that_is_over_says_how(
    stack: Stack, frida: Office, browser: Browser, change: str, title: str
) -> None:
    browser.get(frida.invite())
    if "withdrawn" in change:
        newest = max(frida.http.get(f"/organizers/{FRIDA}/users").json()["invitations"], key=lambda one: one["sentAt"])
        frida.do("DELETE", f"/invitations/{newest['invitationId']}", version=newest["version"])
    else:
        newest_row = "invitation_id = (SELECT invitation_id FROM invitation ORDER BY sent_at DESC LIMIT 1)"
        stack.postgres.sql(f"UPDATE invitation SET {change} WHERE {newest_row}", database="identity")
    browser.log_in_with_e_legitimation(NUMBERS["sven.skyddad"], "/logga-in?niva=3&vidare=/inbjudan")

    assert title in browser.get("/inbjudan").text


def test_wrong_codes_are_said_to_be_wrong_and_then_there_is_a_time_to_wait(
    stack: Stack, anna: Office, browser: Browser
) -> None:
    anna.letter(MALMO)
    browser.log_in_with_e_legitimation(NUMBERS["karin.kontakt"], "/logga-in?niva=3&vidare=/aktivera")
    token = csrf(browser.get("/aktivera").text)
    stack.postgres.sql("DELETE FROM wrong_code", database="identity")

    answers = [
        browser.post("/aktivera", {"csrf": token, "number": "212000-1124", "code": f"FEL{number}"})
        for number in range(6)
    ]

    assert "Organisationsnumret och koden hör inte ihop" in answers[0].text
    assert 'value="212000-1124"' in answers[0].text
    assert 'value="FEL0"' in answers[0].text
    assert answers[-1].status_code == 429
    assert "Du har försökt för många gånger. Vänta 15 minuter och försök igen." in answers[-1].text


def test_what_was_typed_from_a_letter_is_there_after_the_session_ended(stack: Stack, browser: Browser) -> None:
    browser.log_in_with_e_legitimation(NUMBERS["not in the population register"], "/logga-in?niva=3&vidare=/aktivera")
    form = {"csrf": csrf(browser.get("/aktivera").text), "number": "212000-1124", "code": "ABCD-EFGH"}
    stack.postgres.sql("UPDATE session SET seen_at = now() - interval '1 hour'", database="eservice")

    ended = browser.post("/aktivera", form)
    browser.log_in_with_e_legitimation(NUMBERS["not in the population register"], "/logga-in?niva=3&vidare=/aktivera")

    assert ended.status_code == 401
    assert 'value="ABCD-EFGH"' in browser.get("/aktivera").text
