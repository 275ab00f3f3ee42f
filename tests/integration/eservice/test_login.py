"""Logging in against a real Keycloak: what is refused, what a session is, and when it is over."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.integration.eservice.conftest import LOGIN, SESSION, Browser, NewBrowser
from tests.system import csrf

pytestmark = pytest.mark.stack


def authorization(browser: Browser, **changed: str | None) -> httpx.Response:
    """The provider's answer to the request that the e-service would send, with something changed or left out."""
    address = urlsplit(browser.get("/logga-in").headers["location"])
    query = {name: values[0] for name, values in parse_qs(address.query).items()} | changed
    kept = urlencode({name: value for name, value in query.items() if value is not None})
    return httpx.get(address._replace(query=kept).geturl(), timeout=30)


@pytest.mark.parametrize("changed", [{"code_challenge": None}, {"code_challenge_method": "plain"}], ids=str)
def test_a_login_without_proof_of_the_same_browser_is_refused(browser: Browser, changed: dict[str, str | None]) -> None:
    refused = authorization(browser, **changed)

    back = parse_qs(urlsplit(refused.headers["location"]).query)
    assert back["error"] == ["invalid_request"]
    assert "code" not in back
    assert browser.get(refused.headers["location"].removeprefix(browser.url)).status_code == 400


@pytest.mark.parametrize("address", ["https://evil.example/", "{url}/logga-in/retur/../../", "{url}/", "{url}.evil/"])
def test_an_address_that_is_not_registered_gets_nobody_sent_to_it(browser: Browser, address: str) -> None:
    refused = authorization(browser, redirect_uri=address.format(url=browser.url))

    assert refused.status_code == 400
    assert "location" not in refused.headers


def test_a_login_that_this_browser_did_not_begin_is_refused(new_browser: NewBrowser) -> None:
    victim, attacker = new_browser(), new_browser()
    stolen = victim.at_provider()
    mine = parse_qs(urlsplit(attacker.at_provider("ulf.uppgift")).query)
    code, state = (parse_qs(urlsplit(stolen).query)[name][0] for name in ("code", "state"))

    without_cookie = new_browser().get(stolen)
    wrong_state = victim.get(f"/logga-in/retur?{urlencode({'code': code, 'state': 'another'})}")
    code_of_another = attacker.get(f"/logga-in/retur?{urlencode({'code': code, 'state': mine['state'][0]})}")
    after_all = victim.get(stolen)

    answers = [without_cookie, wrong_state, code_of_another, after_all]
    assert [answer.status_code for answer in answers] == [400] * 4
    assert "Inloggningen gick inte att slutföra" in code_of_another.text
    assert SESSION not in victim.cookies | attacker.cookies
    assert state not in wrong_state.text


def test_a_code_goes_once(browser: Browser) -> None:
    back = browser.at_provider()
    login = browser.cookies[LOGIN]

    first = browser.get(back)
    browser.cookies = {LOGIN: login}
    again = browser.get(back)

    assert first.status_code == 303
    assert again.status_code == 400
    assert SESSION not in browser.cookies


def test_the_cookie_is_for_this_host_alone_and_not_for_scripts(browser: Browser) -> None:
    answer = browser.log_in()

    (header,) = (h for h in answer.headers.get_list("set-cookie") if h.startswith(SESSION))
    attributes = {part.strip().lower() for part in header.split(";")[1:]}
    assert attributes == {"path=/", "secure", "httponly", "samesite=lax"}


def test_a_login_makes_a_new_session_and_ends_the_one_before(browser: Browser) -> None:
    browser.cookies[SESSION] = "chosen-by-somebody-else"
    browser.log_in()
    first = browser.cookies[SESSION]
    browser.log_in("ulf.uppgift")
    second = browser.cookies[SESSION]

    assert len({"chosen-by-somebody-else", first, second}) == 3
    assert browser.is_logged_in()
    browser.cookies = {SESSION: first}
    assert not browser.is_logged_in()


def test_the_cookie_is_dead_after_logging_out_and_logging_out_twice_is_no_error(browser: Browser) -> None:
    browser.log_in()
    cookie, token = browser.cookies[SESSION], csrf(browser.get("/villkor").text)

    out = browser.post("/logga-ut", {"csrf": token})
    browser.cookies[SESSION] = cookie
    again = browser.post("/logga-ut", {"csrf": token})

    assert "/protocol/openid-connect/logout" in out.headers["location"]
    assert not browser.is_logged_in()
    assert (again.status_code, again.headers["location"]) == (303, "/utloggad")


@pytest.mark.parametrize(
    "meddled",
    [
        "set_byte(sealed_tokens, 40, get_byte(sealed_tokens, 40) # 1)",
        "(SELECT sealed_tokens FROM session o WHERE o.id_hash <> session.id_hash AND o.ended_at IS NULL LIMIT 1)",
    ],
    ids=["altered", "of another session"],
)
def test_a_sealed_session_that_was_meddled_with_is_refused(stack: Stack, new_browser: NewBrowser, meddled: str) -> None:
    karin, ulf = new_browser(), new_browser()
    karin.log_in()
    ulf.log_in("ulf.uppgift")
    assert karin.is_logged_in()
    assert ulf.is_logged_in()

    stack.postgres.sql(f"UPDATE session SET sealed_tokens = {meddled} WHERE ended_at IS NULL", database="eservice")

    for browser in (karin, ulf):
        assert browser.get("/").status_code == 200, "a page for somebody who is not logged in, not an error"
        assert not browser.is_logged_in()


def test_a_new_version_of_the_terms_in_the_middle_of_a_form_loses_nothing_typed(stack: Stack, browser: Browser) -> None:
    unit = "/enheter/27508103/andra"
    browser.log_in("bo.bada")
    page = browser.get("/villkor").text
    if 'name="accept"' in page:
        browser.post("/villkor", {"csrf": csrf(page), "accept": "yes", "wanted": "/"})
    token = csrf(browser.get(f"{unit}/namn").text)
    forget = "DELETE FROM terms_acceptance USING person WHERE person.person_id = terms_acceptance.person_id"
    stack.postgres.sql(f"{forget} AND user_name = 'bo.bada'", database="identity")

    sent = browser.post(unit, {"csrf": token, "schoolName": "Skrivet under gamla villkor"})
    terms = browser.get(sent.headers["location"])
    accepted = browser.post("/villkor", {"csrf": csrf(terms.text), "accept": "yes", "wanted": unit})

    assert sent.headers["location"] == f"/villkor?vidare={unit}"
    assert accepted.headers["location"] == unit
    assert "Skrivet under gamla villkor" in browser.get(unit).text


def test_where_one_wanted_to_go_is_kept_through_login_with_its_query(browser: Browser) -> None:
    wanted = "/huvudman/2120001132/enheter?q=skola&sort=code"

    asked = browser.get(wanted)

    assert asked.headers["location"] == "/logga-in?vidare=/huvudman/2120001132/enheter%3Fq%3Dskola%26sort%3Dcode"
