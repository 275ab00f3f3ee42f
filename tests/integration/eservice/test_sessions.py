"""A session's life: how long it lasts, why it ends, what is kept over a new login, and for whom."""

import hashlib
import re
import time
from uuid import uuid4

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.integration.eservice.conftest import DRAFT, SESSION, Browser, NewBrowser
from tests.system import csrf, inputs, wait_for

pytestmark = pytest.mark.stack

UNIT = "/enheter/27508103/andra"


def row(browser: Browser) -> str:
    """SQL that finds the browser's session."""
    return f"id_hash = '\\x{hashlib.sha256(browser.cookies[SESSION].encode()).hexdigest()}'"


def of(stack: Stack, browser: Browser, what: str) -> str:
    return stack.postgres.sql(f"SELECT {what} FROM session WHERE {row(browser)}", database="eservice").strip()


def change(stack: Stack, browser: Browser, what: str) -> None:
    stack.postgres.sql(f"UPDATE session SET {what} WHERE {row(browser)}", database="eservice")


def with_terms(browser: Browser, user_name: str) -> Browser:
    """Log in, and accept the terms if they are not."""
    browser.log_in(user_name)
    page = browser.get("/villkor").text
    if 'name="accept"' in page:
        browser.post("/villkor", {"csrf": csrf(page), "accept": "yes", "wanted": "/"})
    return browser


@pytest.fixture
def bo(browser: Browser) -> Browser:
    return with_terms(browser, "bo.bada")


def at_keycloak(stack: Stack, method: str, path: str) -> httpx.Response:
    """What Keycloak's administrator does."""
    base = f"http://127.0.0.1:{stack.ports['keycloak']}/auth"
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin",
            "password": stack.secret["keycloak_admin_password"]}  # fmt: skip
    token = httpx.post(f"{base}/realms/master/protocol/openid-connect/token", data=form, timeout=30).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return httpx.request(method, f"{base}/admin/realms/register{path}", headers=headers, timeout=30)


@pytest.mark.parametrize(
    ("aged", "why"),
    [
        ("seen_at = now() - interval '31 minutes'", "Det gick för lång tid utan att du gjorde något."),
        ("created_at = now() - interval '601 minutes'", "En inloggning gäller bara en viss tid"),
    ],
    ids=["idle", "longest"],
)
def test_a_session_ends_by_its_limits_and_the_page_says_which(stack: Stack, bo: Browser, aged: str, why: str) -> None:
    change(stack, bo, aged)

    ended = bo.get("/mina-uppgifter/mejl")

    assert ended.status_code == 401
    assert why in ended.text
    assert 'href="/logga-in?vidare=/mina-uppgifter/mejl"' in ended.text
    assert SESSION not in bo.cookies


def test_an_idle_session_is_ended_at_the_provider_too_so_that_the_next_login_is_one(stack: Stack, bo: Browser) -> None:
    session = f"/sessions/{of(stack, bo, 'provider_session')}"
    change(stack, bo, "seen_at = now() - interval '31 minutes'")

    before = at_keycloak(stack, "DELETE", session + "x").status_code
    bo.get("/")

    assert at_keycloak(stack, "DELETE", session).status_code == before == 404


def test_the_page_says_until_when_and_use_makes_it_longer(stack: Stack, bo: Browser) -> None:
    change(stack, bo, "seen_at = now() - interval '29 minutes'")

    asked = bo.get("/session/kvar").json()
    page = bo.get("/villkor").text
    after = bo.get("/session/kvar").json()

    assert 0 < asked["seconds"] <= 60
    assert 1790 < after["seconds"] <= 1800
    assert re.search(r"Du loggas ut kl\. <span data-until>\d\d\.\d\d</span> om du inte gör något", page)


def test_to_ask_is_no_use_of_the_session_and_extending_it_needs_the_forms_token(stack: Stack, bo: Browser) -> None:
    token = csrf(bo.get("/villkor").text)
    change(stack, bo, "seen_at = now() - interval '20 minutes'")

    bo.get("/session/kvar")
    asked = bo.get("/session/kvar").json()["seconds"]
    forged = bo.post("/session/forlang", {"csrf": "another"})
    extended = bo.post("/session/forlang", {"csrf": token})

    assert asked <= 600
    assert forged.status_code == 403
    assert extended.json()["seconds"] > 1790
    assert extended.json()["canBeLonger"] is True


def test_near_the_absolute_limit_nothing_makes_it_longer(stack: Stack, bo: Browser) -> None:
    change(stack, bo, "created_at = now() - interval '598 minutes'")

    page = bo.get("/villkor").text
    told = bo.post("/session/forlang", {"csrf": csrf(page)}).json()

    assert told["canBeLonger"] is False
    assert told["seconds"] <= 120
    assert "Då behöver du logga in igen" in page


def test_tokens_are_renewed_when_half_their_life_is_gone(stack: Stack, bo: Browser) -> None:
    life = float(of(stack, bo, "extract(epoch FROM access_ends_at - created_at)"))
    tokens = of(stack, bo, "md5(sealed_tokens)")
    change(stack, bo, f"access_ends_at = now() + interval '{life / 2 + 20} seconds'")
    bo.get("/villkor")
    with_more = of(stack, bo, "md5(sealed_tokens)")

    change(stack, bo, f"access_ends_at = now() + interval '{life / 2 - 5} seconds'")
    bo.get("/villkor")

    assert with_more == tokens
    assert of(stack, bo, "md5(sealed_tokens)") != tokens
    assert float(of(stack, bo, "extract(epoch FROM access_ends_at - now())")) > life - 20


def typed(browser: Browser, text: str) -> dict[str, str]:
    """The form, with something typed into it."""
    return inputs(browser.get(f"{UNIT}/namn").text) | {"schoolName": text}


def test_what_was_typed_comes_back_after_the_limit_to_the_same_person_and_nobody_else(
    stack: Stack, bo: Browser
) -> None:
    form = typed(bo, "Bara för Bo")
    change(stack, bo, "seen_at = now() - interval '31 minutes'")

    ended = bo.post(UNIT, form)
    with_terms(bo, "ulf.uppgift")
    others = bo.get(UNIT)
    with_terms(bo, "karin.kontakt")
    anothers = bo.get(UNIT)
    with_terms(bo, "bo.bada")
    own = bo.get(UNIT)
    bo.get(f"{UNIT}/avbryt")
    again = bo.get(UNIT)

    assert ended.status_code == 401
    assert "Det du skrev är sparat här i en timme" in ended.text
    assert "Bara för Bo" not in others.text + anothers.text
    assert "Bara för Bo" in own.text
    assert "Bara för Bo" not in again.text, "it was thrown away"


def test_nothing_is_kept_for_a_browser_that_had_no_session_of_ours(stack: Stack, browser: Browser) -> None:
    count = "SELECT count(*) FROM draft"
    before = stack.postgres.sql(count, database="eservice")

    without = browser.post(UNIT, {"schoolName": "Av vem som helst"})
    browser.cookies[SESSION] = "chosen-by-somebody"
    invented = browser.post(UNIT, {"schoolName": "Av vem som helst"})

    assert (without.status_code, invented.status_code) == (303, 303)
    assert DRAFT not in browser.cookies
    assert stack.postgres.sql(count, database="eservice") == before


def test_a_form_has_one_draft_however_often_it_is_sent(stack: Stack, bo: Browser) -> None:
    form, cookie = typed(bo, "Ett"), bo.cookies[SESSION]
    find = f"SELECT count(*) FROM draft WHERE session_hash = '\\x{hashlib.sha256(cookie.encode()).hexdigest()}'"
    change(stack, bo, "seen_at = now() - interval '31 minutes'")

    for text in ("Ett", "Två", "Tre"):
        bo.cookies[SESSION] = cookie
        bo.post(UNIT, form | {"schoolName": text})

    assert stack.postgres.sql(find, database="eservice").strip() == "1"
    with_terms(bo, "bo.bada")
    assert "Tre" in bo.get(UNIT).text


def test_two_windows_of_a_session_each_keep_what_is_typed_in_them(stack: Stack, bo: Browser) -> None:
    form, cookie = typed(bo, "Ett"), bo.cookies[SESSION]
    other = UNIT.replace("/andra", "/status")
    change(stack, bo, "seen_at = now() - interval '31 minutes'")

    bo.post(UNIT, form | {"schoolName": "I det ena"})
    bo.cookies[SESSION] = cookie
    bo.post(other, form | {"reason": "I det andra"})
    with_terms(bo, "bo.bada")

    assert "I det andra" in bo.get(other).text
    assert "I det ena" in bo.get(UNIT).text


def test_a_form_that_was_sent_to_its_end_is_empty_the_next_time(bo: Browser) -> None:
    form = "/huvudman/2120001132/uppgifter/andra"
    key = re.findall(r'name="(csrf|key|version)" value="([^"]*)"', bo.get(form).text)
    sent = {**dict(key), "url": f"https://www.{uuid4().hex[:6]}.example"}
    bo.post(form, sent)

    saved = bo.post(f"{form}/spara", sent)

    assert saved.status_code == 303
    assert "Det du hade skrivit är kvar" not in bo.get(form).text


def test_what_was_typed_is_forgotten_at_logout(bo: Browser) -> None:
    form = typed(bo, "Glömt vid utloggning")
    bo.post(UNIT, form)
    draft = bo.cookies[DRAFT]

    bo.post("/logga-ut", {"csrf": form["csrf"]})
    with_terms(bo, "bo.bada")
    bo.cookies[DRAFT] = draft

    assert "Glömt vid utloggning" not in bo.get(UNIT).text


def test_logging_out_everywhere_ends_this_session_and_all_others_at_once(new_browser: NewBrowser) -> None:
    here, there, somebody_else = new_browser(), new_browser(), new_browser()
    with_terms(here, "frida.friskola")
    with_terms(there, "frida.friskola")
    with_terms(somebody_else, "ulf.uppgift")
    page = here.get("/mina-uppgifter/inloggningar").text
    form = {"csrf": csrf(page), "key": str(re.findall(r'name="key" value="([^"]+)"', page)[0])}

    out = here.post("/mina-uppgifter/inloggningar", form)
    told = there.get("/mina-uppgifter")

    assert int(re.findall(r"inloggad i (\d+) webbläsare", page)[0]) >= 2
    assert out.headers["location"] == "/utloggad?overallt=true"
    assert SESSION not in here.cookies
    assert told.status_code == 401
    assert "Du har valt Logga ut överallt i en annan webbläsare." in told.text
    assert somebody_else.is_logged_in()


def test_all_sessions_of_an_account_end_when_identity_ends_them(stack: Stack, new_browser: NewBrowser) -> None:
    browsers = [with_terms(new_browser(), "karin.kontakt") for _ in range(3)]
    page = browsers[0].get("/mina-uppgifter/inloggningar").text
    # As if another e-service process had been asked: only the identity provider tells this one's table.
    ours = f"person_id = '{of(stack, browsers[0], 'person_id')}'"
    stack.postgres.sql(f"UPDATE session SET person_id = 'elsewhere' WHERE {ours}", database="eservice")

    browsers[0].post("/mina-uppgifter/inloggningar", inputs(page))

    for browser in browsers[1:]:
        told = wait_for(lambda browser=browser: (a := browser.get("/villkor")).status_code == 401 and a, seconds=10)
        assert "avslutats på ett annat ställe" in told.text


def test_a_session_that_the_provider_ends_is_over_within_a_second_and_the_page_says_so(
    stack: Stack, bo: Browser
) -> None:
    ended = at_keycloak(stack, "DELETE", f"/sessions/{of(stack, bo, 'provider_session')}")
    began = time.monotonic()
    told = bo.get("/villkor")

    assert ended.status_code == 204
    assert time.monotonic() - began < 1
    assert told.status_code == 401
    assert "Inloggningen har avslutats på ett annat ställe" in told.text
    assert SESSION not in bo.cookies
