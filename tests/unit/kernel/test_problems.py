"""Errors as problem+json."""

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from services.kernel.problems import Problem, install


class Body(BaseModel):
    url: str
    grades: list[int] = []


def client() -> httpx.AsyncClient:
    app = FastAPI()
    install(app)

    @app.post("/things/{number}")
    async def post(number: int, body: Body) -> int:
        if body.url == "stale":
            errors = [{"pointer": "/url", "code": "taken", "detail": "It is taken"}]
            raise Problem(412, "stale", "It changed meanwhile", errors=errors, extra={"current": {"version": number}})
        raise RuntimeError("secret-inside")

    # What the application raises on fails the test: the server would close the connection under the next request.
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_a_problem_has_its_type_and_members() -> None:
    async with client() as http:
        answer = await http.post("/things/3", json={"url": "stale"})

    assert answer.status_code == 412
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/docs/problems/stale",
        "title": "It changed meanwhile",
        "status": 412,
        "code": "stale",
        "errors": [{"pointer": "/url", "code": "taken", "detail": "It is taken"}],
        "current": {"version": 3},
    }


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/things/1", {}, "/url"),
        ("/things/1", {"url": "x", "grades": ["a"]}, "/grades/0"),
        ("/things/one", {"url": "x"}, "/path/number"),
    ],
)
async def test_a_malformed_request_points_at_the_place(path: str, body: dict[str, object], pointer: str) -> None:
    async with client() as http:
        answer = await http.post(path, json=body)

    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_an_unknown_error_says_nothing_of_what_is_inside() -> None:
    async with client() as http:
        answer = await http.post("/things/1", json={"url": "x"})

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret-inside" not in answer.text


async def test_an_unknown_address_and_a_wrong_method_are_problems_too() -> None:
    async with client() as http:
        missing, wrong = await http.get("/nothing"), await http.get("/things/1")

    assert (missing.status_code, missing.json()["code"]) == (404, "not-found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert wrong.headers["allow"] == "POST"


async def test_a_lost_database_is_no_verdict_on_the_command() -> None:
    app = FastAPI()
    install(app)

    @app.post("/things")
    async def post() -> None:
        raise ConnectionResetError

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        answer = await http.post("/things")

    assert (answer.status_code, answer.json()["code"]) == (503, "try-again")
    assert answer.headers["retry-after"] == "2"
