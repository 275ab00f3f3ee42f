"""Bearer tokens against keys that a real HTTP server gives out."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import Depends, FastAPI

from deploy.stack.process import free_port
from services.kernel.identity import Subject, authenticator
from services.kernel.problems import install
from services.kernel.settings import ServiceSettings
from tests.keys import ISSUER, KeyServer, claims, key_server, token


@pytest.fixture
def provider() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


def service(url: str) -> httpx.AsyncClient:
    settings = ServiceSettings(database_url="", http_port=1, oidc_jwks_url=url, oidc_issuer=ISSUER)
    app, who = FastAPI(), authenticator(settings)
    install(app)

    @app.get("/me")
    async def me(subject: Annotated[Subject, Depends(who)]) -> dict[str, Any]:
        return {"person": subject.person_id, "roles": sorted(subject.roles), "client": subject.client}

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def ask(http: httpx.AsyncClient, bearer: str) -> httpx.Response:
    return await http.get("/me", headers={"Authorization": f"Bearer {bearer}"})


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
        {"azp": None},
    ],
    ids=["expired", "without-end", "other-issuer", "other-audience", "no-person", "odd-person", "no-client"],
)
async def test_a_token_that_is_not_for_us_is_refused(provider: KeyServer, other: dict[str, Any]) -> None:
    async with service(provider.url) as http:
        answer = await ask(http, token(provider, **other))

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


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
