"""Keycloak as our records and the reviewed file say: on the real one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from keycloak.exceptions import KeycloakError

from deploy.stack.process import free_port
from deploy.stack.settings import DEMO_PASSWORD
from deploy.stack.stack import Stack
from services.identity.commands.authority import ADMINISTRATION
from services.identity.domain.credentials import Credential
from services.identity.domain.persons import Person
from services.identity.keycloak import Keycloak, SignIn
from services.identity.settings import IdentitySettings
from services.kernel.identity import subject_of
from tests.provider import NUMBERS, AtProvider, ByHand, said

pytestmark = pytest.mark.stack
SECRET = "a program's secret of forty characters!!"


def settings_of(stack: Stack, **other: Any) -> IdentitySettings:
    told = {name.removeprefix("IDENTITY_").lower(): value for name, value in stack.environment("identity").items()}
    return IdentitySettings(**(told | other))


@pytest.fixture
def keycloak(stack: Stack) -> Keycloak:
    return Keycloak(settings_of(stack))


@pytest.fixture
def by_hand(stack: Stack) -> Iterator[ByHand]:
    with ByHand(stack) as administrator:
        yield administrator


@pytest.fixture
def visitor(stack: Stack) -> Iterator[AtProvider]:
    with AtProvider(stack.url, stack.secret["client_secret"]) as browser:
        yield browser


def person(**other: Any) -> Person:
    name = f"prov-{uuid4().hex[:8]}"
    plain = {"person_id": uuid4(), "user_name": name, "name": "Prov Person", "email": f"{name}@example.org"}
    return Person(**(plain | {"protected": False, "register_administration": False, "version": 1} | other))


@pytest_asyncio.fixture
async def program(keycloak: Keycloak) -> AsyncIterator[Credential]:
    """A credential that Keycloak knows."""
    number = uuid4()
    end = datetime.now(UTC) + timedelta(days=1)
    made = Credential(number, "2120001132", "Skolsystemet", f"api-{number.hex[:12]}", 1, end)
    await keycloak.put_client(made, SECRET)
    yield made
    await keycloak.remove_client(made.client_id)


def token_of(stack: Stack, program: Credential, secret: str = SECRET) -> httpx.Response:
    url = f"{stack.url}/auth/realms/register/protocol/openid-connect/token"
    return httpx.post(url, data={"grant_type": "client_credentials"}, auth=(program.client_id, secret), timeout=30)


async def test_a_program_gets_short_tokens_that_say_which_credential_it_is_and_no_more(
    stack: Stack, keycloak: Keycloak, program: Credential
) -> None:
    answer = token_of(stack, program).json()
    who = subject_of(said(answer["access_token"]))
    await keycloak.put_client(program, None)
    still = token_of(stack, program)
    await keycloak.put_client(program, SECRET[::-1])
    rotated = [token_of(stack, program), token_of(stack, program, SECRET[::-1])]
    await keycloak.remove_client(program.client_id)
    await keycloak.remove_client(program.client_id)

    assert (who.machine, who.person_id, who.client) == (True, str(program.credential_id), program.client_id)
    assert (who.roles, who.national_id) == (frozenset(), None)
    assert said(answer["access_token"])["aud"] == "register-api"
    assert (answer["expires_in"], "refresh_token" in answer) == (300, False)
    assert still.status_code == 200, "without a new secret the old one holds"
    assert [one.status_code for one in rotated] == [401, 200]
    assert token_of(stack, program, SECRET[::-1]).status_code == 401


async def test_a_person_locked_is_out_and_gets_in_again_when_unlocked(keycloak: Keycloak, visitor: AtProvider) -> None:
    somebody = person()
    ids = await keycloak.put_person(somebody, [])
    assert await keycloak.put_person(somebody, ids) == ids
    tokens = visitor.tokens(visitor.with_password(str(somebody.user_name)))
    await keycloak.put_person(person(**_as(somebody), locked_at=datetime.now(UTC)), ids)
    await keycloak.end_sessions(somebody, ids)

    refused = visitor.refresh(tokens)
    page = visitor.with_password(str(somebody.user_name))
    await keycloak.put_person(somebody, ids)

    assert said(tokens["access_token"])["person_id"] == str(somebody.person_id)
    assert tokens["expires_in"] == 600
    assert refused.status_code == 400
    assert "Kontot är spärrat" in page.text
    assert visitor.claims(visitor.with_password(str(somebody.user_name)))["sub"] == ids[0]


def _as(somebody: Person) -> dict[str, Any]:
    return {name: getattr(somebody, name) for name in ("person_id", "user_name", "email")}


async def test_a_refresh_token_goes_once(visitor: AtProvider) -> None:
    tokens = visitor.tokens(visitor.with_password("karin.kontakt"))
    answers = [visitor.refresh(tokens) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400]


async def test_a_linked_account_gets_the_person_and_one_that_is_gone_is_let_be(
    keycloak: Keycloak, visitor: AtProvider, by_hand: ByHand
) -> None:
    before = visitor.claims(visitor.with_e_legitimation(NUMBERS["not in the population register"]))
    somebody = person(user_name=None, register_administration=True)
    there = await keycloak.put_person(somebody, [before["sub"], str(uuid4())])
    after = visitor.claims(visitor.leave())
    by_hand.delete(f"/users/{before['sub']}")

    assert "person_id" not in before
    assert there == [before["sub"]]
    assert (after["person_id"], after["realm_access"]["roles"]) == (str(somebody.person_id), [ADMINISTRATION])


async def test_sign_ins_are_told_with_how_and_a_browser_that_comes_round_again_is_none(
    stack: Stack, keycloak: Keycloak, visitor: AtProvider, program: Credential
) -> None:
    somebody = person()
    [account] = await keycloak.put_person(somebody, [])
    since = datetime.now(UTC)
    await keycloak.sign_ins(since)
    visitor.send(visitor.leave(), username=str(somebody.user_name), password="fel")
    visitor.tokens(visitor.with_password(str(somebody.user_name)))
    visitor.tokens(visitor.leave())
    with AtProvider(stack.url, stack.secret["client_secret"]) as other:
        legitimated = other.claims(other.with_e_legitimation(NUMBERS["olle.obehorig"]))["sub"]
    with AtProvider(stack.url, stack.secret["client_secret"]) as other:
        anna = other.claims(other.with_password("anna.admin", acr_values="2"))["sub"]
    token_of(stack, program)

    found = await keycloak.sign_ins(since)
    again = await keycloak.sign_ins(since)
    assert [(one.method, one.succeeded) for one in of(found, account)] == [("password", True), ("password", False)]
    assert [(one.method, one.application) for one in of(found, legitimated)] == [("e-legitimation", "eservice")]
    assert [one.method for one in of(found, anna)] == ["second-factor"]
    assert [one.client_id for one in found if one.client_id] == [program.client_id]
    assert all(one.ip_address == "127.0.0.1" for one in found)
    assert found == again
    assert not any(number in str(found) for number in NUMBERS.values())


def of(found: list[SignIn], account: str) -> list[SignIn]:
    return [one for one in found if one.account_id == account]


async def test_drift_is_said_and_mended(stack: Stack, by_hand: ByHand) -> None:
    await asyncio.to_thread(stack.command, "identity", "reconcile")
    ulf, bo, anna, frida = (by_hand.user(name) for name in ("ulf.uppgift", "bo.bada", "anna.admin", "frida.friskola"))
    stranger = by_hand.user(by_hand.new_user(attributes={"person_id": bo["attributes"]["person_id"]}))
    eservice, role = by_hand.client("eservice"), by_hand.get(f"/roles/{ADMINISTRATION}")
    foreign = f"foreign-{uuid4().hex[:8]}"

    by_hand.put(f"/users/{ulf['id']}", ulf | {"enabled": False})
    by_hand.post(f"/users/{ulf['id']}/role-mappings/realm", [role])
    by_hand.put(f"/users/{bo['id']}", bo | {"attributes": {"personid": bo["attributes"]["person_id"]}})
    by_hand.delete(f"/users/{anna['id']}/role-mappings/realm", [role])
    by_hand.delete(f"/users/{frida['id']}")
    by_hand.post("/clients", {"clientId": foreign, "publicClient": True, "directAccessGrantsEnabled": True})
    by_hand.put(f"/clients/{eservice['id']}", {"clientId": "eservice", "redirectUris": ["*"]})
    said_first, said_then = [
        (await asyncio.to_thread(stack.command, "identity", "reconcile")).splitlines() for _ in range(2)
    ]

    now = {name: by_hand.user(name) for name in ("ulf.uppgift", "bo.bada", "anna.admin", "frida.friskola")}
    assert f"account {ulf['id']}: mended enabled" in said_first
    assert f"account {ulf['id']}: took the role {ADMINISTRATION} away" in said_first
    assert f"account {bo['id']}: mended attributes" in said_first
    assert f"account {anna['id']}: gave the role {ADMINISTRATION}" in said_first
    assert any(
        f"account {now['frida.friskola']['id']}: the one with a password was gone" in line for line in said_first
    )
    assert any(f"account {stranger['id']}: our records do not know it" in line for line in said_first)
    assert {"client eservice: mended", f"client {foreign}: nobody here made it; stopped"} <= set(said_first)
    assert said_then == ["0 differences found and mended."]
    assert now["ulf.uppgift"]["enabled"]
    assert now["bo.bada"]["attributes"]["person_id"] == bo["attributes"]["person_id"]
    assert now["frida.friskola"]["attributes"]["person_id"] == frida["attributes"]["person_id"]
    assert "person_id" not in by_hand.get(f"/users/{stranger['id']}").get("attributes", {})
    assert by_hand.client("eservice")["redirectUris"] == [f"{stack.url}/logga-in/retur"]
    assert not any(word in " ".join(said_first) for word in ("ulf", "bo.bada", "frida", "example.org"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", ""), ("DELETE", ""), ("GET", "/components"), ("GET", "/keys"), ("GET", "/authentication/flows"),
        ("GET", "/identity-provider/instances"), ("GET", "/roles"), ("POST", "/roles"), ("GET", "/admin-events"),
        ("GET", "/../e-legitimation/users"), ("GET", "/../master/users"), ("POST", "/.."),
    ],
)  # fmt: skip
async def test_identitys_own_client_cannot_do_what_it_need_not(stack: Stack, method: str, path: str) -> None:
    with with_identitys_rights(stack) as http:
        answer = http.request(method, path, json={} if method in {"PUT", "POST"} else None)

    assert answer.status_code == 403 or (path == "/admin-events" and answer.status_code == 200)


async def test_identitys_own_client_gives_nobody_rights_that_it_has_not(stack: Stack, by_hand: ByHand) -> None:
    user, owner = by_hand.user(by_hand.new_user()), by_hand.client("realm-management")
    role = by_hand.get(f"/clients/{owner['id']}/roles/realm-admin")
    with with_identitys_rights(stack) as http:
        answer = http.post(f"/users/{user['id']}/role-mappings/clients/{owner['id']}", json=[role])

    assert answer.status_code == 403
    assert by_hand.get(f"/users/{user['id']}/role-mappings/clients/{owner['id']}") == []


def with_identitys_rights(stack: Stack) -> httpx.Client:
    base = stack.keycloak.base_url
    token = httpx.post(
        f"{base}/realms/register/protocol/openid-connect/token", data={"grant_type": "client_credentials"},
        auth=("identity", stack.secret["identity_client_secret"]), timeout=30,
    ).json()["access_token"]  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{base}/admin/realms/register", headers=headers, timeout=30)


async def test_a_realm_of_before_is_brought_to_the_file_and_nobody_loses_a_password(
    stack: Stack, by_hand: ByHand
) -> None:
    realm = f"old-{uuid4().hex[:8]}"
    user = {
        "username": "from.before", "enabled": True,
        "credentials": [{"type": "password", "value": DEMO_PASSWORD, "temporary": False}],
    }  # fmt: skip
    client = {"clientId": "eservice", "redirectUris": ["*"], "optionalClientScopes": [], "publicClient": True}
    by_hand.post("/..", {"realm": realm, "enabled": True, "users": [user], "clients": [client]})
    before = by_hand.get(f"/../{realm}/users")[0]
    credentials = by_hand.get(f"/../{realm}/users/{before['id']}/credentials")
    keycloak = Keycloak(settings_of(stack, keycloak_realm=realm, demo_password=None, eid_issuer=None))
    await keycloak.set_up_realm()
    once = by_hand.get(f"/../{realm}/authentication/flows")
    await keycloak.set_up_realm()

    now = by_hand.get(f"/../{realm}")
    [eservice] = by_hand.get(f"/../{realm}/clients", clientId="eservice")
    assert (now["browserFlow"], now["firstBrokerLoginFlow"]) == (
        "register browser 1",
        "register first e-legitimation 1",
    )
    assert (now["revokeRefreshToken"], now["otpPolicyCodeReusable"]) == (True, False)
    assert by_hand.get(f"/../{realm}/authentication/flows") == once
    assert by_hand.get(f"/../{realm}/identity-provider/instances") == [], "none is configured"
    assert by_hand.get(f"/../{realm}/users/{before['id']}/credentials") == credentials
    assert (eservice["publicClient"], eservice["redirectUris"]) == (False, [f"{stack.url}/logga-in/retur"])
    assert eservice["optionalClientScopes"] == ["personal-identity-number"]
    await keycloak.put_person(person(), [])
    by_hand.delete(f"/../{realm}")


async def test_keycloak_away_is_an_error_that_is_waited_out(stack: Stack) -> None:
    away = Keycloak(settings_of(stack, keycloak_url=f"http://127.0.0.1:{free_port()}/auth"))

    with pytest.raises((KeycloakError, OSError)):
        await away.put_person(person(), [])
