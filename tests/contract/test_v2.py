"""The open API's answers against the contract (docs/api/openapi-v2.json), asked through the gateway."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from deploy.stack.stack import Stack

pytestmark = pytest.mark.stack

CONTRACT = json.loads((Path(__file__).parents[2] / "docs" / "api" / "openapi-v2.json").read_text(encoding="utf-8"))


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(schema, list):
        return [nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: nullable(value) for name, value in schema.items()}
    if changed.pop("nullable", False):
        return {"anyOf": [changed, {"type": "null"}]}
    return changed


SCHEMAS = Registry().with_resource("urn:v2", Resource.from_contents(nullable(CONTRACT), default_specification=DRAFT4))


def ask(stack: Stack, path: str) -> httpx.Response:
    return httpx.get(f"{stack.url}/skolenhetsregistret/v2/{path}", timeout=10)


def check(answer: httpx.Response, name: str) -> None:
    validator = Draft4Validator({"$ref": f"urn:v2#/components/schemas/{name}"}, registry=SCHEMAS)
    errors = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(answer.json())]
    assert errors == []


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("school-units", "SchoolUnitResponse"),
        ("school-units?status=AKTIV&status=VILANDE&school_type=GR,FTH&municipality_code=", "SchoolUnitResponse"),
        ("school-units/10035236", "SchoolUnitInfoResponse"),
        ("school-units/10132939", "SchoolUnitInfoResponse"),
        ("school-units/10035236?search_date=2030-01-01", "SchoolUnitInfoResponse"),
        ("organizers", "OrganizerResponse"),
        ("organizers?organizer_type=ENSKILD", "OrganizerResponse"),
        ("organizers/2120001132", "OrganizerInfoResponse"),
        ("api-info", "ApiInfoResponse"),
    ],
)
def test_an_answer_is_as_the_contract_says(stack: Stack, path: str, schema: str) -> None:
    answer = ask(stack, path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    check(answer, schema)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("school-units/123", 400),
        ("school-units/01234567", 400),
        ("school-units/10000001", 404),
        ("school-units/10035236?search_date=2000-01-01", 404),
        ("school-units/10035236?search_date=igår", 400),
        ("school-units?status=aktiv", 400),
        ("school-units?organization_number=12", 400),
        ("school-units?meta_modified_after=20260101", 400),
        ("organizers/abc", 400),
        ("organizers/1111111111", 404),
    ],
)
def test_an_error_is_as_the_contract_says(stack: Stack, path: str, status: int) -> None:
    answer = ask(stack, path)

    assert answer.status_code == status
    assert answer.json()["status"] == str(status)
    check(answer, "Errors")


def test_filters_are_anded_their_values_ored_in_both_spellings(stack: Stack) -> None:
    both = ask(stack, "school-units?municipality_code=1281,1280").json()["data"]["attributes"]
    repeated = ask(stack, "school-units?municipality_code=1281&municipality_code=1280").json()["data"]["attributes"]
    one = ask(stack, "school-units?municipality_code=1281").json()["data"]["attributes"]
    none = ask(stack, "school-units?municipality_code=1281&organization_number=2120000019").json()["data"]["attributes"]

    assert both == repeated
    assert 0 < len(one) < len(both)
    assert none == []
    assert [row["schoolUnitCode"] for row in both] == sorted(row["schoolUnitCode"] for row in both)


@pytest.mark.parametrize("path", ["school-units/10035236", "school-units", "school-units?status=AKTIV"])
def test_what_a_client_has_is_not_sent_again(stack: Stack, path: str) -> None:
    first = ask(stack, path)

    again = httpx.get(first.url, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_a_web_page_elsewhere_may_read_it(stack: Stack) -> None:
    for path in ("school-units/10035236", "school-units?status=AKTIV", "school-units/10000001"):
        assert ask(stack, path).headers["access-control-allow-origin"] == "*"
