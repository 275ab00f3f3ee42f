"""The open API's answers against the contract (docs/api/openapi-v2.json and its traps), asked through the gateway."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from deploy.stack.stack import Stack
from services.publication.domain.extract import SHEETS

pytestmark = pytest.mark.stack

CONTRACT = json.loads((Path(__file__).parents[2] / "docs" / "api" / "openapi-v2.json").read_text(encoding="utf-8"))
UNIT, LUND = "10035236", "2120001132"
MAY_BE_NULL_TOO = {"municipalityCode"}
"""Of units abroad (openapi-v2.md, School unit)."""


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema says it; a key that the contract does not name is an error."""
    if isinstance(schema, list):
        return [nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: nullable(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        changed["additionalProperties"] = False
    if changed.pop("nullable", False):
        return {"anyOf": [changed, {"type": "null"}]}
    return changed


SCHEMAS = Registry().with_resource("urn:v2", Resource.from_contents(nullable(CONTRACT), default_specification=DRAFT4))


@pytest.fixture(scope="module")
def public(stack: Stack) -> Iterator[httpx.Client]:
    """Somebody who reads the open API."""
    with httpx.Client(base_url=f"{stack.url}/skolenhetsregistret/", timeout=10) as client:
        yield client


@pytest.fixture(scope="module")
def units(public: httpx.Client) -> dict[str, Any]:
    """Every unit's answer."""
    rows = public.get("v2/school-units").json()["data"]["attributes"]
    return {row["schoolUnitCode"]: public.get(f"v2/school-units/{row['schoolUnitCode']}").json() for row in rows}


@pytest.fixture(scope="module")
def organizers(public: httpx.Client) -> dict[str, Any]:
    """Every organizer's answer."""
    rows = public.get("v2/organizers").json()["data"]["attributes"]
    numbers = [row["organizationNumber"] for row in rows]
    return {number: public.get(f"v2/organizers/{number}").json() for number in numbers}


def check(answer: Any, name: str) -> None:
    validator = Draft4Validator({"$ref": f"urn:v2#/components/schemas/{name}"}, registry=SCHEMAS)
    assert [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(answer)] == []
    assert_order(answer, {"$ref": f"#/components/schemas/{name}"}, name)


def assert_order(value: Any, schema: dict[str, Any], place: str) -> None:
    """Keys come in the contract's order, at every depth."""
    if reference := schema.get("$ref"):
        schema = CONTRACT["components"]["schemas"][reference.rpartition("/")[2]]
    if isinstance(value, list):
        for item in value:
            assert_order(item, schema["items"], place)
    if isinstance(value, dict):
        assert list(value) == [name for name in schema["properties"] if name in value], place
        for name, inner in value.items():
            assert_order(inner, schema["properties"][name], f"{place}/{name}")


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("school-units", "SchoolUnitResponse"),
        ("school-units?status=AKTIV&status=VILANDE&school_type=GR,FTH&municipality_code=", "SchoolUnitResponse"),
        (f"school-units/{UNIT}?search_date=2030-01-01", "SchoolUnitInfoResponse"),
        ("organizers", "OrganizerResponse"),
        ("organizers?organizer_type=ENSKILD", "OrganizerResponse"),
        (f"organizers/{LUND}?search_date=2030-01-01", "OrganizerInfoResponse"),
        ("education-providers?grading_rights=true&meta_modified_after=2026-01-01", "EducationProviderResponse"),
        (f"contracts?organizer_organization_number={LUND}", "ContractResponse"),
        ("api-info", "ApiInfoResponse"),
    ],
)
def test_an_answer_is_as_the_contract_says(public: httpx.Client, path: str, schema: str) -> None:
    answer = public.get(f"v2/{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    check(answer.json(), schema)


def test_every_unit_is_as_the_contract_says(units: dict[str, Any]) -> None:
    assert len(units) >= 1751
    for code, unit in units.items():
        check(unit, "SchoolUnitInfoResponse")
        assert unit["data"]["schoolUnitCode"] == code
        assert unit["data"]["type"] == "schoolunit"
        assert "schoolUnitCode" not in unit["data"]["attributes"]
        assert unit["included"]["type"] == "organizer"
        assert unit["included"]["attributes"].keys() == {"displayName", "organizerType"}
        assert unit["links"]["href"].endswith(f"/skolenhetsregistret/v2/school-units/{code}")


def test_what_a_unit_lacks_is_null_or_absent_as_the_contract_has_it(units: dict[str, Any]) -> None:
    schema = CONTRACT["components"]["schemas"]["SchoolUnitInfo"]["properties"]
    may_be_null = {name for name, field in schema.items() if field.get("nullable")} | MAY_BE_NULL_TOO
    always = {"displayName", "status", "url", "email", "phoneNumber", "addresses", "schoolUnitType", "schoolName",
              "municipalityCode", "schoolTypes", "schoolTypeProperties", "specialSupportSchool", "hospitalSchool",
              "startdate", "endDate"}  # fmt: skip

    for unit in units.values():
        attributes = unit["data"]["attributes"]
        assert always <= attributes.keys()
        assert {name for name, value in attributes.items() if value is None} <= may_be_null
        assert attributes.get("headMaster", "somebody"), "a head teacher who is not known has no key"
        assert all(isinstance(text, str | None) for a in attributes["addresses"]
                   for text in a.get("geoCoordinates", {}).values())  # fmt: skip


def test_every_organizer_is_as_the_contract_says_and_knows_its_units(
    units: dict[str, Any], organizers: dict[str, Any]
) -> None:
    assert len(organizers) >= 624
    for number, organizer in organizers.items():
        check(organizer, "OrganizerInfoResponse")
        own = [code for code, unit in units.items() if unit["included"]["organizationNumber"] == number]
        relation = organizer["data"]["relationships"]["schoolunit"]
        assert [unit["schoolUnitCode"] for unit in relation["data"]] == own
        assert [link["href"].rpartition("/")[2] for link in relation["links"]["related"]] == own
        types = {name for code in own for name in units[code]["data"]["attributes"]["schoolTypes"]}
        assert set(organizer["data"]["attributes"]["schoolTypes"]) == types


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("school-units/123", 400, "Bad Request"),
        ("school-units/01234567", 400, "Bad Request"),
        ("school-units/10000001", 404, "Not Found"),
        (f"school-units/{UNIT}?search_date=2000-01-01", 404, "Not Found"),
        (f"school-units/{UNIT}?search_date=igår", 400, "Bad Request"),
        (f"school-units/{UNIT}?search_date=2026-02-30", 400, "Bad Request"),
        ("school-units?status=aktiv", 400, "Bad Request"),
        ("school-units?school_type=GR,XX", 400, "Bad Request"),
        ("school-units?organization_number=12", 400, "Bad Request"),
        ("school-units?municipality_code=180", 400, "Bad Request"),
        ("school-units?meta_modified_after=20260101", 400, "Bad Request"),
        ("organizers/abc", 400, "Bad Request"),
        ("organizers/1111111111", 404, "Not Found"),
        ("organizers?organizer_type=KOMMUN&organizer_type=x", 400, "Bad Request"),
        ("education-providers/12345678", 404, "Not Found"),
        ("education-providers/1234", 400, "Bad Request"),
        ("education-providers?grading_rights=ja", 400, "Bad Request"),
        (f"contracts/{LUND}/12345678", 404, "Not Found"),
        (f"contracts/{LUND}/x", 400, "Bad Request"),
        ("no-such", 404, "Not Found"),
        ("school-units/", 404, "Not Found"),
    ],
)
def test_an_error_is_as_the_contract_says(public: httpx.Client, path: str, status: int, title: str) -> None:
    answer = public.get(f"v2/{path}")

    detail = json.dumps(answer.json()["detail"], ensure_ascii=False)
    body = f'{{"type":"about:blank","title":"{title}","status":"{status}","detail":{detail}}}'
    assert (answer.status_code, answer.text) == (status, body)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    check(answer.json(), "Errors")


@pytest.mark.parametrize(
    "path", ["v2/school-units", f"v2/school-units/{UNIT}", "v2/api-info", "extract/skolenheter.csv"]
)
def test_the_open_api_is_read_only(public: httpx.Client, path: str) -> None:
    answer = public.post(path)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    check(answer.json(), "Errors")


def codes(answer: httpx.Response) -> list[str]:
    return [row["schoolUnitCode"] for row in answer.json()["data"]["attributes"]]


@pytest.mark.parametrize(
    "query",
    [
        {"municipality_code": ["1281", "1280"]},
        {"school_type": ["GRAN", "GY"]},
        {"status": ["AKTIV"], "school_unit_type": ["SKOLENHET"], "municipality_code": ["0180"]},
        {"organization_number": [LUND], "school_type": ["FKLASS"]},
        {"organization_number": [LUND], "municipality_code": ["0180"]},
        {"school_unit_type": ["CENTRAL", "UTLAND"]},
        {"status": ["", "UPPHORT", "VILANDE", "PLANERAD"]},
    ],
    ids=str,
)
def test_filters_are_anded_their_values_ored_repeated_or_joined(
    public: httpx.Client, units: dict[str, Any], query: dict[str, list[str]]
) -> None:
    def has(unit: dict[str, Any], name: str, wanted: set[str]) -> bool:
        attributes = unit["data"]["attributes"]
        found = {"municipality_code": [attributes["municipalityCode"]], "school_type": attributes["schoolTypes"],
                 "status": [attributes["status"]], "school_unit_type": [attributes["schoolUnitType"]],
                 "organization_number": [unit["included"]["organizationNumber"]]}  # fmt: skip
        return not wanted.isdisjoint(found[name])

    expected = [code for code, unit in units.items() if all(has(unit, *each) for each in
                [(name, set(values) - {""}) for name, values in query.items()])]  # fmt: skip

    repeated = public.get("v2/school-units", params=query)
    joined = public.get("v2/school-units", params={name: ",".join(values) for name, values in query.items()})

    assert codes(repeated) == expected
    assert expected == sorted(expected)
    assert joined.content == repeated.content


def test_modified_after_is_from_and_with_that_day(public: httpx.Client, units: dict[str, Any]) -> None:
    modified = {code: unit["meta"]["modified"] for code, unit in units.items()}
    last = max(modified.values())

    with_it = codes(public.get("v2/school-units", params={"meta_modified_after": last}))
    after_it = codes(public.get("v2/school-units", params={"meta_modified_after": "2100-01-01"}))

    assert with_it == [code for code, day in modified.items() if day == last]
    assert after_it == []
    assert codes(public.get("v2/school-units", params={"meta_modified_after": ""})) == list(units)


@pytest.mark.parametrize("path", [f"v2/school-units/{UNIT}", f"v2/organizers/{LUND}"])
def test_the_view_of_its_own_day_is_the_current_one_to_the_byte(public: httpx.Client, path: str) -> None:
    today = public.get(path)

    assert public.get(path, params={"search_date": today.json()["meta"]["extractDate"][:10]}).content == today.content


ALL_KINDS = [f"v2/school-units/{UNIT}", "v2/school-units", "v2/school-units?status=AKTIV", "v2/contracts",
             f"v2/organizers/{LUND}?search_date=2030-01-01", "extract/skolenheter.xlsx"]  # fmt: skip


@pytest.mark.parametrize("path", ALL_KINDS)
def test_what_a_client_has_is_not_sent_again(public: httpx.Client, path: str) -> None:
    first = public.get(path)

    known = [
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"other", W/{first.headers["etag"].removeprefix("W/")}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ]
    answers = [public.get(path, headers=headers) for headers in known]
    changed = public.get(path, headers={"If-None-Match": '"other"'})

    assert [(answer.status_code, answer.content) for answer in answers] == [(304, b"")] * 3
    assert (changed.status_code, changed.content) == (200, first.content)
    assert "public" in first.headers["cache-control"]


@pytest.mark.parametrize("path", ALL_KINDS)
def test_head_has_the_headers_of_get_and_no_body(public: httpx.Client, path: str) -> None:
    plain = {"Accept-Encoding": "identity"}
    got, head = public.get(path, headers=plain), public.head(path, headers=plain)

    names = ("content-type", "content-length", "etag", "last-modified", "cache-control")
    assert (head.status_code, head.content) == (200, b"")
    assert [head.headers[name] for name in names] == [got.headers[name] for name in names]


@pytest.mark.parametrize("path", ALL_KINDS)
def test_a_web_page_elsewhere_may_read_it_and_ask_whether_it_changed(public: httpx.Client, path: str) -> None:
    page = {"Origin": "https://elsewhere.example"}
    asks = page | {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}

    first, answer = public.options(path, headers=asks), public.get(path, headers=page)

    assert first.status_code == 200
    assert first.headers["access-control-allow-headers"] == "if-none-match"
    assert first.headers["access-control-allow-origin"] == answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "ETag, RateLimit-Policy, Retry-After"


@pytest.mark.parametrize("path", ["v2/school-units", "v2/organizers", "v1/skolenhet"])
@pytest.mark.parametrize(
    ("takes", "coding"), [("gzip", "gzip"), ("gzip, deflate, br", "br"), ("br;q=0, gzip", "gzip"), ("br;q=0.5", "br")]
)
def test_a_packed_list_is_the_list(public: httpx.Client, path: str, takes: str, coding: str) -> None:
    plain = public.get(path, headers={"Accept-Encoding": "identity"})
    packed = public.get(path, headers={"Accept-Encoding": takes})

    assert packed.headers["content-encoding"] == coding
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in plain.headers["vary"].lower()
    assert packed.content == plain.content


def test_the_documentation_is_where_api_info_says(public: httpx.Client) -> None:
    found = public.get(public.get("v2/api-info").json()["apiDocumentation"])

    assert found.json() == CONTRACT


def test_the_workbook_has_a_row_a_unit_and_school_type(public: httpx.Client, units: dict[str, Any]) -> None:
    answer = public.get("extract/skolenheter.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    rows = {sheet.title: [row[5] for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book}
    attributes = [unit["data"]["attributes"] for unit in units.values()]
    expected = Counter(SHEETS[name] for a in attributes if a["status"] != "UPPHORT" for name in a["schoolTypes"])
    assert {name: len(found) for name, found in rows.items() if found} == expected
    assert all(isinstance(code, str) and code in units for found in rows.values() for code in found)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "spreadsheetml" in answer.headers["content-type"]


def test_the_csv_has_every_unit_once_with_what_the_api_says(public: httpx.Client, units: dict[str, Any]) -> None:
    answer = public.get("extract/skolenheter.csv")

    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline=""), strict=True))
    assert [line["SKOLENHETSKOD"] for line in lines] == list(units)
    for line, unit in zip(lines, units.values(), strict=True):
        attributes = unit["data"]["attributes"]
        assert line["SKOLENHETENS NAMN"].removeprefix("'") == attributes["displayName"]
        assert (line["KOMMUN"], line["STATUS"]) == (attributes["municipalityCode"], attributes["status"])
        assert line["SKOLFORMER"].split() == attributes["schoolTypes"]
        assert line["ORGANISATIONSNR"] == unit["included"]["organizationNumber"]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert {name for name in lines[0] if "PERSON" in name or name.startswith("REKTOR")} == {"REKTORS NAMN"}


@pytest.mark.parametrize("name", ["skolenheter.csv", "skolenheter-excel.csv", "skolenheter.xlsx"])
def test_a_file_of_the_extract_has_its_checksum(public: httpx.Client, name: str) -> None:
    content = public.get(f"extract/{name}").content

    assert public.get(f"extract/{name}.sha256").text == f"{hashlib.sha256(content).hexdigest()}  {name}\n"
    assert public.get("extract/no-such.csv").status_code == 404
