"""The population register's adapters: a file, and HTTP on a real port against the published contract."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.responses import RedirectResponse, Response
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from pydantic import ValidationError

from services.contracts.vocabulary import PersonalIdentityNumber
from services.identity.domain.citizens import Citizen
from services.identity.population import (
    FIND,
    FilePopulation,
    HttpPopulation,
    PopulationAwayError,
    PopulationFileError,
    population_from,
)
from services.identity.settings import IdentitySettings
from tests.house.code import ROOT, any_settings
from tests.integration.identity.population_server import TOKEN, Exchange, PopulationServer, problem, serving

ANNA, PROTECTED, NOBODY = (PersonalIdentityNumber(n) for n in ("199001012385", "198112189876", "197010632391"))
PROBLEMS_ARE_JSON = Config(extra_media_type_deserializers={"application/problem+json": json.loads})
CONTRACT = json.loads((ROOT / "docs" / "api" / "population-register.json").read_text(encoding="utf-8"))


def entry(number: str = ANNA, **given: Any) -> dict[str, Any]:
    usual = {
        "personalIdentityNumber": number, "givenNames": ["Anna", "Karin"], "preferredGivenName": 1, "middleName": None,
        "surname": "Öberg", "protected": False,
    }  # fmt: skip
    return usual | given


PEOPLE = [entry(), entry(PROTECTED, givenNames=["Sven"], preferredGivenName=None, middleName="Å", protected=True)]
ANNA_AS_CITIZEN = Citizen(ANNA, ("Anna", "Karin"), 1, None, "Öberg", protected=False)


@pytest.fixture
def server() -> Iterator[PopulationServer]:
    with serving(PEOPLE) as state:
        yield state


def asking(server: PopulationServer, token: str = TOKEN, timeout: float = 20) -> HttpPopulation:
    return HttpPopulation(server.base, token, timeout)


def agree(server: PopulationServer) -> None:
    """All that was said is as the contract says."""
    contract = OpenAPI.from_dict(CONTRACT | {"servers": [{"url": server.base}]}, PROBLEMS_ARE_JSON)
    assert server.exchanges
    for said in server.exchanges:
        request, response = as_mocks(said)
        contract.validate_request(request)
        contract.validate_response(request, response)


def as_mocks(said: Exchange) -> tuple[MockRequest, MockResponse]:
    host, _, path = said.url.partition("/v1")
    request = MockRequest(
        host, said.method, f"/v1{path}", headers=said.headers, data=said.body, content_type=said.headers["content-type"]
    )
    return request, MockResponse(said.answer, said.status, content_type=said.content_type)


def test_the_contract_is_a_right_document() -> None:
    OpenAPI.from_dict(CONTRACT).check_spec()

    assert list(CONTRACT["paths"]) == [FIND]


async def test_a_person_is_found_with_the_number_in_the_body_alone(server: PopulationServer) -> None:
    assert await asking(server).find(ANNA) == ANNA_AS_CITIZEN

    (said,) = server.exchanges
    assert ANNA not in said.url
    assert ANNA not in str(said.headers)
    assert json.loads(said.body) == {"personalIdentityNumber": ANNA}
    agree(server)


async def test_a_protected_person_is_found_with_the_mark(server: PopulationServer) -> None:
    found = await asking(server).find(PROTECTED)

    assert found is not None
    assert (found.protected, found.display_name) == (True, "Sven Å Öberg")
    agree(server)


async def test_nobody_is_found_where_nobody_is(server: PopulationServer) -> None:
    assert await asking(server).find(NOBODY) is None
    agree(server)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_passes_is_asked_again(server: PopulationServer, status: int) -> None:
    server.next_answers = [lambda: problem(status)] * 2

    assert await asking(server).find(ANNA) == ANNA_AS_CITIZEN
    assert [said.status for said in server.exchanges] == [status, status, 200]
    agree(server)


async def test_three_tries_are_enough(server: PopulationServer) -> None:
    server.next_answers = [lambda: problem(503)] * 4

    with pytest.raises(PopulationAwayError, match="3 tries, the last: answered 503"):
        await asking(server).find(ANNA)
    assert len(server.exchanges) == 3
    agree(server)


async def test_a_wrong_token_is_told_once(server: PopulationServer) -> None:
    with structlog.testing.capture_logs() as logs, pytest.raises(PopulationAwayError, match="answered 401"):
        await asking(server, token="another").find(ANNA)

    assert len(server.exchanges) == 1
    assert [(line["log_level"], line["reason"]) for line in logs] == [("error", "answered 401")]
    agree(server)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: problem(404),
        lambda: problem(400),
        lambda: RedirectResponse("https://elsewhere.example/"),
        lambda: Response(b"", 204),
    ],
    ids=["404", "400", "a redirect", "204"],
)
async def test_a_wrong_address_is_not_taken_for_nobody(server: PopulationServer, answer: Any) -> None:
    server.next_answers = [answer]

    with pytest.raises(PopulationAwayError):
        await asking(server).find(ANNA)
    assert len(server.exchanges) == 1


MALFORMED = {
    "no JSON": b"<html>199001012385",
    "nothing": b"",
    "no person": b"{}",
    "a list": b"[]",
    "no mark": json.dumps({"citizen": {k: v for k, v in entry().items() if k != "protected"}}).encode(),
    "mark in words": json.dumps({"citizen": entry(protected="nej")}).encode(),
    "mark unknown": json.dumps({"citizen": entry(protected=None)}).encode(),
    "no names": json.dumps({"citizen": entry(givenNames=[], surname="", preferredGivenName=None)}).encode(),
    "an empty name": json.dumps({"citizen": entry(givenNames=["Anna", ""])}).encode(),
    "a place before the first": json.dumps({"citizen": entry(preferredGivenName=-1)}).encode(),
    "ten digits": json.dumps({"citizen": entry("9001012385")}).encode(),
}


@pytest.mark.parametrize("answer", MALFORMED.values(), ids=MALFORMED)
async def test_an_answer_that_breaks_the_contract_is_none(server: PopulationServer, answer: bytes) -> None:
    server.next_answers = [lambda: Response(answer, media_type="application/json")]

    with structlog.testing.capture_logs() as logs, pytest.raises(PopulationAwayError) as caught:
        await asking(server).find(ANNA)

    assert len(server.exchanges) == 1
    assert ANNA not in f"{logs} {caught.value} {caught.value.__cause__}"
    with pytest.raises(OpenAPIError):
        agree(server)


BEYOND_SCHEMA = {
    "another person": entry(PROTECTED),
    "a wrong check digit": entry("199001012384"),
    "a place after the last": entry(preferredGivenName=2),
}


@pytest.mark.parametrize("person", BEYOND_SCHEMA.values(), ids=BEYOND_SCHEMA)
async def test_an_answer_that_a_schema_cannot_judge_is_judged_too(
    server: PopulationServer, person: dict[str, Any]
) -> None:
    server.next_answers = [lambda: Response(json.dumps({"citizen": person}), media_type="application/json")]

    with pytest.raises(PopulationAwayError):
        await asking(server).find(ANNA)
    agree(server)


async def test_members_that_nobody_knows_are_ignored(server: PopulationServer) -> None:
    server.people[ANNA] |= {"address": "Gatan 1"}

    assert await asking(server).find(ANNA) == ANNA_AS_CITIZEN
    agree(server)


async def test_a_slow_register_is_not_waited_for(server: PopulationServer) -> None:
    server.silent = True

    with pytest.raises(PopulationAwayError):
        await asking(server, timeout=0.3).find(ANNA)


async def test_a_register_that_is_away_is_said_to_be(unused: str) -> None:
    with structlog.testing.capture_logs() as logs, pytest.raises(PopulationAwayError, match="ConnectError") as caught:
        await HttpPopulation(unused, TOKEN, 20).find(ANNA)

    assert [line["attempt"] for line in logs] == [1, 2, 3]
    assert ANNA not in f"{logs} {caught.value}"
    assert TOKEN not in f"{logs} {caught.value}"


@pytest.fixture
def unused() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "population.json", PEOPLE)


def written(path: Path, people: Any) -> Path:
    """As the page says: a new file is renamed over the old one."""
    new = path.with_suffix(".new")
    new.write_text(people if isinstance(people, str) else json.dumps(people), encoding="utf-8")
    return new.replace(path)


async def test_the_file_finds_whom_it_has(file: Path) -> None:
    population = FilePopulation(file)

    assert await population.find(ANNA) == ANNA_AS_CITIZEN
    assert await population.find(NOBODY) is None


async def test_the_file_is_read_again_when_it_changes(file: Path) -> None:
    population = FilePopulation(file)
    before = os.stat(file).st_mtime_ns  # noqa: PTH116
    os.utime(written(file, [entry(surname="Åberg")]), ns=(before, before))  # by a clock that does not tell them apart

    found = await population.find(ANNA)

    assert found is not None
    assert found.surname == "Åberg"
    assert await population.find(PROTECTED) is None


async def test_a_file_that_becomes_malformed_is_a_register_that_is_away(file: Path) -> None:
    population = FilePopulation(file)
    for broken in ("[", json.dumps([entry(protected="")])):
        written(file, broken)
        with pytest.raises(PopulationAwayError):
            await population.find(ANNA)
    os.unlink(file)  # noqa: PTH108
    with pytest.raises(PopulationAwayError):
        await population.find(ANNA)

    written(file, PEOPLE)

    assert await population.find(ANNA) == ANNA_AS_CITIZEN


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([entry(), entry(PROTECTED, protected="nej")], r"at 1\.protected: Input should be a valid boolean"),
        ([entry("199001012384")], r"at 0\.personalIdentityNumber: .*not a personal identity number"),
        ([entry(), entry()], "entry 1 has the number of an entry before it"),
        ([entry(preferredGivenName=2)], "entry 0: the preferred given name is none of the given names"),
        ({"people": []}, "Input should be a valid array"),
        ("[", "Invalid JSON"),
    ],
)
def test_a_malformed_file_is_told_at_the_start(tmp_path: Path, people: Any, said: str) -> None:
    path = written(tmp_path / "population.json", people)

    with pytest.raises(PopulationFileError, match=said) as caught:
        FilePopulation(path)
    assert str(path) in str(caught.value)
    assert "1990" not in str(caught.value)


def test_a_missing_file_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(PopulationFileError, match="No such file"):
        FilePopulation(tmp_path / "none.json")


def settings(**given: Any) -> IdentitySettings:
    return IdentitySettings.model_validate(any_settings("identity").model_dump(exclude_unset=True) | given)


def test_the_settings_choose_the_adapter(file: Path) -> None:
    token = {"population_token": TOKEN}

    assert isinstance(population_from(settings(population_file=file)), FilePopulation)
    chosen = population_from(
        settings(population_file=file, population_url="https://population.example.se/v1/", **token)
    )
    assert isinstance(chosen, HttpPopulation)
    assert chosen.url == "https://population.example.se/v1/citizens/find"


@pytest.mark.parametrize("url", ["population.example.se", "https://a:b@population.example.se", "https://x.se/?a=b"])
def test_an_address_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(ValidationError, match="population_url"):
        settings(population_url=url, population_token=TOKEN)


@pytest.mark.parametrize("token", [None, ""])
def test_an_address_without_a_token_stops_the_start(token: str | None) -> None:
    with pytest.raises(ValidationError, match="IDENTITY_POPULATION_TOKEN is needed"):
        settings(population_url="https://population.example.se", population_token=token)
