"""The OpenAPI documents are valid, with true examples; and what holds answers against them notices what is wrong."""

import json
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from openapi_core.exceptions import OpenAPIError
from openapi_spec_validator import validate

from services.notifications.api import webhooks
from services.publication.api.answers import DOCUMENTS
from services.publication.api.v3 import new_app
from services.publication.api.v3_examples import ANSWERS
from services.publication.domain.catalogue import Publisher
from tests.integration.publication.documents import BASE, VERSIONS, agrees

V1 = json.loads((DOCUMENTS / "openapi-v1.json").read_bytes())
VALUES = {
    "skolenhetskod": "13954336",
    "datum": "20261124",
    "kommunkod": "0180",
    "SkolformID": "5",
    "PeOrgNr": "2120000142",
}


def an_answer(path: str, body: bytes, status: int = 200, kind: str = "application/json") -> httpx.Response:
    request = httpx.Request("GET", f"https://register.example{BASE}{path}")
    return httpx.Response(status, content=body, headers={"Content-Type": kind}, request=request)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_is_valid(version: str) -> None:
    validate(
        new_app().openapi() if version == "v3" else json.loads((DOCUMENTS / f"openapi-{version}.json").read_bytes())
    )


@pytest.mark.parametrize("path", V1["paths"])
async def test_each_address_of_v1_has_an_example_that_is_as_the_document_says(path: str) -> None:
    content: dict[str, Any] = V1["paths"][path]["get"]["responses"]["200"]["content"]

    await agrees(an_answer(path.format_map(VALUES), json.dumps(content["application/json"]["example"]).encode()))


V3 = new_app().openapi()
V3_VALUES = {"code": "27508103", "number": "2120001132", "webhook_id": "0c6f4f6e-6f0b-4a4e-9f0c-0d2f1f3f7a55"}
OPERATIONS = {
    told["operationId"]: (path, told) for path, ways in V3["paths"].items() for way, told in ways.items()
    if way != "parameters"
}  # fmt: skip


@pytest.mark.parametrize("operation", ANSWERS)
async def test_each_example_of_v3_is_as_the_document_says(operation: str) -> None:
    path, told = OPERATIONS[operation]
    example = told["responses"]["200"]["content"]["application/json"]["example"]

    await agrees(an_answer(f"/v3{path.format_map(V3_VALUES)}", json.dumps(example).encode()))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_of_v3_says_what_it_is_for_and_each_parameter_has_an_example(operation: str) -> None:
    path, told = OPERATIONS[operation]
    parameters = [*told.get("parameters", ()), *V3["paths"][path].get("parameters", ())]

    assert told["summary"]
    assert told["description"] != told["summary"]
    assert {*told["tags"]} <= {tag["name"] for tag in V3["tags"]}
    assert [one["name"] for one in parameters if not (one["description"] and one["schema"]["examples"])] == []


def test_webhooks_are_documented_as_the_service_that_keeps_them_has_them() -> None:
    ours = {(way.upper(), path) for path, ways in V3["paths"].items() if path.startswith("/webhooks")
            for way in ways if way != "parameters"}  # fmt: skip
    routes = {(way, route.path) for route in webhooks.router.routes if isinstance(route, APIRoute)
              for way in route.methods}  # fmt: skip

    assert ours == routes
    for model in (webhooks.NewWebhook, webhooks.MovedWebhook):
        assert {*V3["components"]["schemas"][model.__name__]["properties"]} == {*model.model_fields}


def test_who_publishes_is_told() -> None:
    found = new_app(Publisher("Verket", "https://verket.example/", "post@verket.example", "https://licence.example/"))
    about = found.openapi()["info"]

    assert about["contact"] == {"name": "Verket", "url": "https://verket.example/", "email": "post@verket.example"}
    assert about["license"]["url"] == "https://licence.example/"


UNIT = "/v1/skolenhet/13954336"
EXAMPLE: dict[str, Any] = V1["paths"]["/v1/skolenhet/{skolenhetskod}"]["get"]["responses"]["200"]["content"][
    "application/json"
]["example"]
XML = "application/xml"
HEAD = "<Skolenhetsregistret><Uttagsdatum>2026-11-25T00:00:01.0000000+00:00</Uttagsdatum><Fotnot />"
ROW = ("<Skolenhet><Skolenhetskod>27508103</Skolenhetskod><Kommunkod /><PeOrgNr>2120001132</PeOrgNr>"
       "<Skolenhetsnamn>A</Skolenhetsnamn><Status>{}</Status></Skolenhet>")  # fmt: skip
LIST = f"{HEAD}<Skolenheter>{ROW}</Skolenheter></Skolenhetsregistret>"


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in EXAMPLE.items() if key != name}).encode()


@pytest.mark.parametrize(
    "answer",
    [
        an_answer(UNIT, without("Fotnot")),
        an_answer(UNIT, json.dumps(EXAMPLE | {"Mer": 1}).encode()),
        an_answer(UNIT, b'{"Message":"Nej"}', status=418),
        an_answer(UNIT, json.dumps(EXAMPLE).encode(), kind="text/html"),
        an_answer("/v1/skolenhet", LIST.format("Upphört").encode(), kind=XML),
        an_answer("/v2/school-units", b'{"meta":{},"data":{"type":"schoolunit","attributes":[{"code":"1"}]}}'),
        an_answer("/v2/school-units", b'{"Message":"Nej"}', status=503),
    ],
    ids=["a key less", "a key more", "another status", "another form", "a word that is not in the list", "v2's key",
         "another error"],
)  # fmt: skip
async def test_what_a_document_does_not_have_is_noticed(answer: httpx.Response) -> None:
    with pytest.raises(OpenAPIError):
        await agrees(answer)


async def test_an_answer_in_xml_that_is_as_the_document_says_is_none_of_that() -> None:
    await agrees(an_answer("/v1/skolenhet", LIST.format("Aktiv").encode(), kind=XML))


async def test_an_address_that_no_document_has_can_only_be_missing() -> None:
    await agrees(an_answer("/v1/nowhere", b'{"Message":"Nej"}', status=404))
    with pytest.raises(AssertionError):
        await agrees(an_answer("/v1/nowhere", b"{}"))
