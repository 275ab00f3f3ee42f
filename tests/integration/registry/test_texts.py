"""Text that no database and no UTF-8 has, in every field of every route: refused by name, never a fault of ours."""

import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from openpyxl import Workbook

from services.registry.domain.bulk_columns import COLUMNS
from tests.house.code import application
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, Person
from tests.units import CODE, LUND

NO_TEXTS = ["\0", "\ud800", "ä\udfff", "Skolan\0"]
API = application("registry").openapi()
THINGS = {"number": LUND, "code": CODE, "provider_code": "99999999", "school_year": "2025-26", "day": "2026-01-01"}
HEADERS = {"If-Match": '"1"', "Idempotency-Key": "no such text", "Content-Type": "application/json"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in API["paths"].items():
        yield from ((path, method, operation) for method, operation in methods.items())


def schema_of(operation: dict[str, Any]) -> Any:
    """What the body is; None where there is none, or it is a file."""
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")


WITH_BODY = {f"{m.upper()} {p}": schema_of(o) for p, m, o in operations() if schema_of(o)}
WITH_TEXT = sorted({(path, p["name"]) for path, _, operation in operations() for p in operation.get("parameters", ())
                    if p["in"] == "query"})  # fmt: skip


def places(schema: Any, text: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Bodies with the text in one place each, and the pointer to it; the other fields are not there."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        yield from places(API["components"]["schemas"][name], text, depth)
    for way in schema.get("anyOf", ()):
        yield from places(way, text, depth)
    if schema.get("type") == "string":
        yield "", text
    elif schema.get("type") == "array" and depth < 8:
        yield from ((f"/0{pointer}", [inner]) for pointer, inner in places(schema["items"], text, depth + 1))
    elif schema.get("type") == "object" and depth < 8:
        yield "", {text: "x"}
        for field, of in schema.get("properties", {}).items():
            yield from ((f"/{field}{p}", {field: inner}) for p, inner in places(of, text, depth + 1))
        if isinstance(schema.get("additionalProperties"), dict):
            yield from ((f"/x{p}", {"x": v}) for p, v in places(schema["additionalProperties"], text, depth + 1))


def filled(path: str) -> str:
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", THINGS.get(name, str(UUID(int=0))))
    return path


def assert_named(answer: httpx.Response, pointer: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), answer.text
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, "bad-characters")]


def test_every_command_with_a_body_is_tried() -> None:
    assert len(WITH_BODY) >= 20
    assert len(list(places(WITH_BODY["PUT /school-units/{code}"], "x"))) > 30


@pytest.mark.parametrize("route", WITH_BODY)
async def test_no_field_of_a_body_takes_it(as_person: AsPerson, karin: Person, route: str) -> None:
    method, path = route.split()
    people = [karin, as_person(ADA, "register-administration")]
    for text in NO_TEXTS:
        for pointer, body in places(WITH_BODY[route], text):
            for person in people:
                answer = await person.http.request(method, filled(path), content=json.dumps(body), headers=HEADERS)
                assert_named(answer, pointer)


@pytest.mark.parametrize(("path", "name"), WITH_TEXT)
async def test_no_query_takes_it(karin: Person, path: str, name: str) -> None:
    methods = API["paths"][path]
    for method in [m for m, o in methods.items() if name in {p["name"] for p in o.get("parameters", ())}]:
        answer = await karin.http.request(method, f"{filled(path)}?{name}=a%00", headers=HEADERS)

        assert_named(answer, f"/query/{name}")


@pytest.mark.parametrize("path", [path for path in API["paths"] if "{" in path])
async def test_no_path_takes_it(karin: Person, path: str) -> None:
    first = path.partition("{")[2].partition("}")[0]
    address = filled(path.replace(f"{{{first}}}", "a%00"))
    method = next(iter(API["paths"][path]))

    assert_named(await karin.http.request(method, address, headers=HEADERS), f"/path/{first}")


def an_excel(text: str) -> bytes:
    """A book with the text in a cell. Excel writes what XML cannot have as `_x0000_`."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append([column.name for column in COLUMNS[:3]])
    sheet.append([CODE, "1", text])
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [an_excel("_xD800_"), an_excel("_x0000_"), b"\xed\xa0\x80", b'[{"schoolUnitCode": "\\ud800"}]', b"\\ud800",
     b'[{"\\ud800": "1"}]', b'[{"organizationNumber": "2120001132", "displayName": "\\ud800"}]',
     b'[{"organizationNumber": "2120001132", "displayName": "a\\u0000", "email": "\\udfff"}]',
     b'[{"organizationNumber": "2120001132", "displayName": "A", "\\ud800": []}]',
     b'{"organizationNumber": "\\ud800", "displayName": "A"}',
     b"organizationNumber;displayName\n2120001132;\xed\xa0\x80"],
)  # fmt: skip
async def test_no_file_brings_it_in(as_person: AsPerson, karin: Person, content: bytes) -> None:
    ada = as_person(ADA, "register-administration")
    units = await karin.http.post(
        f"/organizers/{LUND}/bulk-uploads?fileName=a", content=content, headers={"Idempotency-Key": "a file of units"}
    )
    companies = await ada.http.post(
        "/companies-imports?fileName=a&asOf=2026-01-01", content=content, headers={"Idempotency-Key": "of companies"}
    )

    for answer in (units, companies):
        assert answer.status_code < 500, answer.text
        assert "\\ud8" not in answer.text
