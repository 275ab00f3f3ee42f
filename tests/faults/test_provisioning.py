"""Between our commit and Keycloak's: whoever is killed, who was let in comes in, and who was put out stays out."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from services.identity.store import tasks
from tests.faults.breaking import bring_back, crash, paused
from tests.integration.authority.conftest import FRIDASKOLORNA, Books, Door, books, program_token
from tests.provider import NUMBERS, AtProvider, said
from tests.system import wait_for

__all__ = ["books"]
pytestmark = [pytest.mark.stack, pytest.mark.faults, pytest.mark.timeout(240)]

SCOPE = "openid personal-identity-number"


@pytest.fixture(autouse=True)
def mended(stack: Stack) -> Iterator[None]:
    """Whatever a test leaves broken is brought back after it."""
    yield
    for part in stack.parts.values():
        if not part.process.running:
            bring_back(part)


@pytest.fixture
def owner(stack: Stack, books: Books) -> Iterator[Door]:
    """A contact person at the doors of the APIs."""
    user_name, _ = books.user("frode", FRIDASKOLORNA, Role.CONTACT_PERSON)
    with AtProvider(stack.url, stack.secret["client_secret"]) as provider:
        token = provider.tokens(provider.with_password(user_name))["access_token"]
    with httpx.Client(timeout=60) as http:
        yield Door(http, stack.url, str(token))


def invited(owner: Door, books: Books, name: str) -> str:
    """Invite somebody by number; gives the token that the mail's link has."""
    body = {"email": f"{uuid4().hex[:8]}@example.org", "role": "data-reporter",
            "personalIdentityNumber": NUMBERS[name]}  # fmt: skip
    made = owner.knock("identity", "POST", f"/organizers/{FRIDASKOLORNA}/invitations", body).json()
    rows = books.run(books.directory.pool.fetch("SELECT body FROM outbox WHERE key = $1", made["invitationId"]))
    fact = json.loads(rows[-1]["body"])
    return books.directory.mail_vault.open(base64.b64decode(fact["sealedToken"]), fact["invitationId"])


def newcomer(stack: Stack, owner: Door, name: str) -> Door:
    """Somebody who is logged in by e-legitimation and is nobody yet."""
    with AtProvider(stack.url, stack.secret["client_secret"]) as provider:
        back = provider.with_e_legitimation(NUMBERS[name], scope=SCOPE)
        return Door(owner.http, stack.url, str(provider.tokens(back)["access_token"]))


def accept(who: Door, link: str) -> dict[str, Any]:
    answer = who.knock("identity", "POST", "/invitations/accept", {"token": link, "termsVersion": 1})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def person_in_token(stack: Stack, books: Books, name: str) -> str | None:
    """The person whom a new login's token names, once Keycloak has been told of everything."""
    wait_for(lambda: books.run(tasks.waiting(books.directory.pool)) == 0, seconds=120)
    with AtProvider(stack.url, stack.secret["client_secret"]) as provider:
        back = provider.with_e_legitimation(NUMBERS[name])
        return said(str(provider.tokens(back)["access_token"])).get("person_id")


def test_identity_killed_between_our_commit_and_keycloaks_lets_in_who_was_let_in(
    stack: Stack, books: Books, owner: Door
) -> None:
    link, lisa = invited(owner, books, "lisa.ledig"), newcomer(stack, owner, "lisa.ledig")
    lisa.knock("identity", "GET", "/me")

    with paused(stack.keycloak):
        joined = accept(lisa, link)
        crash(stack.services["identity"])
    bring_back(stack.services["identity"])

    assert person_in_token(stack, books, "lisa.ledig") == joined["personId"]
    statement = "SELECT count(*) FROM person WHERE person_id = $1"
    assert books.run(books.directory.pool.fetchval(statement, joined["personId"])) == 1


def test_keycloak_restarted_in_the_middle_of_an_invitation_loses_nothing(
    stack: Stack, books: Books, owner: Door
) -> None:
    link, per = invited(owner, books, "per.provare"), newcomer(stack, owner, "per.provare")
    per.knock("identity", "POST", "/invitations/look", {"token": link})

    crash(stack.keycloak)
    joined = accept(per, link)
    me = per.knock("identity", "GET", "/me").json()
    bring_back(stack.keycloak)

    assert me["personId"] == joined["personId"], "our records lead: identity knows the person at once"
    assert person_in_token(stack, books, "per.provare") == joined["personId"]


def test_a_credential_is_issued_and_revoked_whoever_is_killed_meanwhile(stack: Stack, owner: Door) -> None:
    issue = {"label": "Program", "days": 1}
    with paused(stack.keycloak):
        made = owner.knock("identity", "POST", f"/organizers/{FRIDASKOLORNA}/credentials", issue).json()
        crash(stack.services["identity"])
    bring_back(stack.services["identity"])
    program = Door(owner.http, stack.url, program_token(stack, made))
    path = f"/organizers/{FRIDASKOLORNA}"
    wait_for(lambda: program.knock("registry", "GET", path).status_code == 200)

    with paused(stack.keycloak):
        revoked = owner.knock("identity", "DELETE", f"/credentials/{made['credentialId']}")
        refused = wait_for(lambda: program.knock("registry", "GET", path).status_code == 404)
        crash(stack.services["identity"])
    bring_back(stack.services["identity"])

    assert (revoked.status_code, refused) == (204, True), "the registry refuses while Keycloak knows nothing yet"
    form, auth = {"grant_type": "client_credentials"}, (made["clientId"], made["clientSecret"])
    url = f"{stack.url}/auth/realms/register/protocol/openid-connect/token"
    wait_for(lambda: httpx.post(url, data=form, auth=auth, timeout=30).status_code == 401, seconds=60)
