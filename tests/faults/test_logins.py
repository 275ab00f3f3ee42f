"""What somebody at a browser sees while a part that logins need is away, and after it has come back."""

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.faults.breaking import bring_back, crash
from tests.faults.ledger import Ledger
from tests.joining import Office
from tests.provider import NUMBERS
from tests.system import Person, inputs, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.faults, pytest.mark.timeout(180)]

AWAY = "Tjänsten startar eller är tillfälligt nere"


def test_the_first_login_after_postgresql_was_killed_is_a_login(stack: Stack) -> None:
    with Person.log_in(stack.url, "ulf.uppgift"):
        crash(stack.postgres)
        bring_back(stack.postgres)

    with Person.log_in(stack.url, "ulf.uppgift") as ulf:
        assert "Mina huvudmän" in ulf.get("/").text


def test_while_keycloak_is_away_who_is_logged_in_works_on_and_others_are_told_in_swedish(
    stack: Stack, ledger: Ledger
) -> None:
    with Person.log_in(stack.url, "ulf.uppgift") as ulf:
        crash(stack.keycloak)
        newcomer = httpx.get(f"{stack.url}/logga-in", follow_redirects=True, timeout=30)
        saved = ulf.save(ledger.codes[0], schoolName=f"{ledger.prefix} utan Keycloak")
        bring_back(stack.keycloak)

    assert (newcomer.status_code, AWAY in newcomer.text) == (503, True)
    assert newcomer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Ändringen är sparad" in saved.text
    with Person.log_in(stack.url, "ulf.uppgift") as again:
        assert "Mina huvudmän" in again.get("/").text


@pytest.mark.parametrize("name", ["eservice", "gateway", "identity"])
def test_a_session_outlives_the_parts_that_serve_it(stack: Stack, name: str) -> None:
    with Person.log_in(stack.url, "ulf.uppgift") as ulf:
        crash(stack.parts[name])
        bring_back(stack.parts[name])

        # Over a new connection, as a browser makes one when the old one's server is gone.
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in ulf.http.cookies.jar if cookie.path == "/")
        assert "Mina huvudmän" in httpx.get(f"{stack.url}/", headers={"Cookie": cookies}, timeout=30).text


def test_who_joins_while_keycloak_is_away_waits_and_is_let_in_when_it_is_back(stack: Stack) -> None:
    with (
        Office.of(stack, "frida.friskola") as frida,
        Person.log_in_with_e_legitimation(stack.url, NUMBERS["vera.vantar"], "/aktivera") as vera,
    ):
        offer = vera.get(frida.invite(number=NUMBERS["vera.vantar"]))
        crash(stack.keycloak)
        waiting = vera.post("/inbjudan", inputs(offer.text) | {"accept": "yes"})
        bring_back(stack.keycloak)
        let_in = wait_for(lambda: _ended(vera.get("/kontot-gors-i-ordning?vidare=/valkommen/5564515988")), 120)
    if let_in.status_code == 401:
        # A refresh token serves once: who was renewed when Keycloak fell, and never heard of it, logs in once more.
        with Person.log_in_with_e_legitimation(stack.url, NUMBERS["vera.vantar"], "/valkommen/5564515988") as vera:
            let_in = vera.get("/valkommen/5564515988")

    assert "Inloggningstjänsten svarar inte just nu" in waiting.text
    assert "är sparat hos oss" in waiting.text
    assert waiting.headers["refresh"].startswith("15; url=/kontot-gors-i-ordning?")
    assert (let_in.status_code, let_in.url.path) == (200, "/valkommen/5564515988")
    assert "Välkommen, Vera Väntar" in let_in.text


def _ended(answer: httpx.Response) -> httpx.Response | None:
    """An answer that lets somebody in, or asks for another login. All others, while Keycloak is slow, ask to wait."""
    return answer if "Välkommen, Vera Väntar" in answer.text or "Logga in igen" in answer.text else None


def test_the_gateway_writes_no_mailed_token_when_the_e_service_is_away(stack: Stack) -> None:
    token = "hemligt-och-langt-nog-for-en-inbjudan"
    crash(stack.parts["eservice"])
    answers = [httpx.get(f"{stack.url}/{kind}/{token}", timeout=30) for kind in ("inbjudan", "epost")]
    bring_back(stack.parts["eservice"])

    assert [(answer.status_code, AWAY in answer.text) for answer in answers] == [(503, True)] * 2
    logs = [path for path in stack.home.rglob("*.log") if path.is_file()]
    assert len(logs) > 5
    assert [path.name for path in logs if token in path.read_text(errors="replace")] == []
