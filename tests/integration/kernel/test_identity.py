"""Bearer tokens against keys that a real HTTP server gives out."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI

from deploy.stack.process import free_port
from services.kernel.identity import Anyone, Who, authenticator, require_assurance, subject_of
from services.kernel.problems import install
from services.kernel.settings import ServiceSettings
from tests.keys import ISSUER, KeyServer, claims, key_server, token

SURE: list[dict[str, Any]] = [{"acr": "2"}, {"eid_assurance": "loa3"}, {"machine": True}]


@pytest.fixture
def provider() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


def service(url: str) -> httpx.AsyncClient:
    settings = ServiceSettings(database_url="", http_port=1, oidc_jwks_url=url, oidc_issuer=ISSUER)
    app = FastAPI()
    app.state.authenticate = authenticator(settings)
    install(app)

    @app.get("/me")
    async def me(subject: Who) -> dict[str, Any]:
        return {"person": subject.person_id, "roles": sorted(subject.roles), "client": subject.client}

    @app.get("/account")
    async def account(subject: Anyone) -> dict[str, Any]:
        return asdict(subject) | {"roles": sorted(subject.roles)}

    @app.get("/sure")
    async def sure(subject: Who) -> None:
        require_assurance(subject, 2)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def ask(http: httpx.AsyncClient, bearer: str, path: str = "/me") -> httpx.Response:
    return await http.get(path, headers={"Authorization": f"Bearer {bearer}"})


async def test_a_good_token_is_a_subject(provider: KeyServer) -> None:
    async with service(provider.url) as http:
        answer = await ask(http, token(provider))

    assert answer.json() == {
        "person": "3f6c1f0e-8a52-4d7c-9a0e-52d1b7c0f001",
        "roles": ["register-administration"],
        "client": "eservice",
    }


async def test_no_token_is_401_with_a_challenge(provider: KeyServer) -> None:
    async with service(provider.url) as http:
        answer = await http.get("/me")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "other",
    [
        {"exp": datetime(2026, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"iss": "http://elsewhere"},
        {"aud": "another-api"},
        {"person_id": None},
        {"person_id": 7},
        {"person_id": ""},
        {"azp": None},
        {"sub": None},
    ],
    ids=[
        "expired",
        "without-end",
        "other-issuer",
        "other-audience",
        "no-person",
        "odd-person",
        "empty-person",
        "no-client",
        "no-account",
    ],
)
async def test_a_token_that_is_not_for_us_is_refused(provider: KeyServer, other: dict[str, Any]) -> None:
    async with service(provider.url) as http:
        answer = await ask(http, token(provider, **other))

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_an_account_without_a_person_is_let_in_only_where_anyone_is(provider: KeyServer) -> None:
    bearer = token(provider, person_id=None, eid_assurance="loa3", personal_identity_number="199006069007")
    async with service(provider.url) as http:
        refused, let_in = await ask(http, bearer), await ask(http, bearer, "/account")

    assert refused.status_code == 401
    assert let_in.json() == {
        "person_id": "", "account_id": "keycloak-id", "roles": ["register-administration"], "client": "eservice",
        "session": "session", "assurance": 3, "machine": False, "national_id": "199006069007",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "assurance"),
    [
        ({"acr": None}, 1),
        ({"acr": "0"}, 1),
        ({"acr": "1"}, 1),
        ({"acr": "2"}, 2),
        ({"acr": "3"}, 1),
        ({"acr": "1", "eid_assurance": "loa2"}, 2),
        ({"acr": "2", "eid_assurance": "http://id.elegnamnden.se/loa/1.0/loa3"}, 3),
        ({"acr": "1", "eid_assurance": "http://id.swedenconnect.se/loa/1.0/uncertified-loa3"}, 3),
        ({"acr": "1", "eid_assurance": "4"}, 4),
        ({"acr": "1", "eid_assurance": "high"}, 1),
        ({"acr": "1", "eid_assurance": "loa30"}, 1),
        ({"acr": "1", "eid_assurance": 7}, 1),
    ],
)
def test_the_surer_of_the_two_counts_and_what_is_not_known_counts_for_nothing(
    told: dict[str, Any], assurance: int
) -> None:
    assert subject_of(claims(**told)).assurance == assurance


async def test_a_login_that_is_not_sure_enough_is_told_what_is_needed(provider: KeyServer) -> None:
    async with service(provider.url) as http:
        refused = await ask(http, token(provider, acr="1"), "/sure")
        let_in = [await ask(http, token(provider, **({"acr": "1"} | sure)), "/sure") for sure in SURE]

    assert (refused.status_code, refused.json()["code"], refused.json()["needed"]) == (403, "assurance-too-low", 2)
    assert [answer.status_code for answer in let_in] == [200, 200, 200]


def test_only_the_word_true_makes_a_machine_and_only_twelve_digits_a_number() -> None:
    odd = subject_of(claims(machine="true", personal_identity_number="19900606-9007"))

    assert (odd.machine, odd.national_id) == (False, None)
    assert "199006069007" not in repr(subject_of(claims(personal_identity_number="199006069007")))


async def test_forged_tokens_are_refused(provider: KeyServer) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = [
        jwt.encode(claims(), stranger, "RS256", headers={"kid": "first"}),
        jwt.encode(claims(), "", "none", headers={"kid": "first"}),
        jwt.encode(claims(), provider.public("first")["n"], "HS256", headers={"kid": "first"}),
        jwt.encode(claims(), stranger, "RS256"),
        token(provider)[:-4],
        "nonsense",
    ]

    async with service(provider.url) as http:
        answers = [await ask(http, bearer) for bearer in forged]

    assert {answer.status_code for answer in answers} == {401}


async def test_a_new_key_is_fetched_but_not_for_every_stranger(
    provider: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service(provider.url) as http:
        assert (await ask(http, token(provider))).status_code == 200
        stranger = KeyServer()
        stranger.http.server_close()
        stranger.new_key("unknown")
        for _ in range(20):
            assert (await ask(http, token(stranger, "unknown"))).status_code == 401
        assert provider.asked == 1

        provider.new_key("second")
        monkeypatch.setattr("services.kernel.identity.REFETCH_AFTER", 0)
        assert (await ask(http, token(provider, "second"))).status_code == 200
    assert provider.asked == 2


async def test_keys_that_cannot_be_fetched_are_no_fault_of_the_person(provider: KeyServer) -> None:
    async with service(f"http://127.0.0.1:{free_port()}/certs") as http:
        answer = await ask(http, token(provider))

    assert answer.status_code == 503
    assert answer.json()["code"] == "identity-provider-away"
