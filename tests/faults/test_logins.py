"""What somebody at a browser sees while a part that logins need is away, and after it has come back."""

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.faults.breaking import bring_back, crash
from tests.faults.ledger import Ledger
from tests.system import Person

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
