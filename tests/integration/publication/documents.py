"""Whatever a test is answered is held against the OpenAPI document that is served beside it."""

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.templating.paths.exceptions import PathNotFound
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import ImmutableMultiDict

from services.publication.api.answers import DOCUMENTS
from services.publication.api.v3 import new_app
from tests.integration.publication import xml_answers

READ_AS = {"application/problem+json": json.loads, "application/geo+json": json.loads,
           "application/xml": xml_answers.read, "text/xml": xml_answers.read}  # fmt: skip
NOT_MODIFIED, NOT_FOUND, NOT_ALLOWED = 304, 404, 405
BASE, VERSIONS = "/skolenhetsregistret", ("v1", "v2", "v3")

MAY_BE_NULL_TOO = {"municipalityCode", "validTo"}
"""The live service is known to differ from its document in these (openapi-v2.md)."""
FAULT, AWAY = 500, 503


@cache
def contract(version: str) -> OpenAPI:
    """The document of a version. A key that it does not name is an error."""
    config = Config(extra_media_type_deserializers=READ_AS)
    if version == "v3":
        return OpenAPI.from_dict(new_app().openapi(), config)
    return OpenAPI.from_dict(_closed(json.loads((DOCUMENTS / f"openapi-{version}.json").read_bytes())), config)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _closed(value) for name, value in schema.items()}
    for name in MAY_BE_NULL_TOO & found.keys():
        found[name] = found[name] | {"nullable": True}
    return {"additionalProperties": False} | found if "properties" in found else found


async def agrees(response: httpx.Response) -> None:
    """An answer is as the document of its version says: status, media type, schema."""
    url, (version, *_) = response.request.url, response.request.url.path.removeprefix(f"{BASE}/").split("/")
    kind = response.headers.get("content-type", "")
    unsaid = url.path == f"{BASE}/v3" or "openapi.json" in url.path
    if version not in VERSIONS or unsaid or response.status_code == NOT_MODIFIED:
        return
    if response.status_code == NOT_ALLOWED and response.request.method not in {"GET", "HEAD"}:
        return  # of an operation that there is not, nothing is said
    request = MockRequest(f"https://{url.host}", "get", url.path)
    request.parameters.query = ImmutableMultiDict(parse_qs(url.query.decode()))
    status = _documented(version, response.status_code)
    answer = MockResponse(await response.aread(), status, content_type=kind.partition(";")[0])
    try:
        contract(version).validate_response(request, answer)
    except PathNotFound:
        assert response.status_code == NOT_FOUND


async def webhooks_agree(response: httpx.Response) -> None:
    """An answer of the service that keeps webhooks is as v3's document says; the gateway puts the base before it."""
    if response.status_code == NOT_ALLOWED:
        return  # of an operation that there is not, nothing is said
    kind, asked = response.headers.get("content-type", ""), response.request
    request = MockRequest("https://register.example", asked.method.lower(), f"{BASE}/v3{asked.url.path}")
    answer = MockResponse(await response.aread(), response.status_code, content_type=kind.partition(";")[0])
    contract("v3").validate_response(request, answer)


def _documented(version: str, status: int) -> int:
    """v2's document is the original's and has one error of the server's: that ours is away is told in its form."""
    return FAULT if version == "v2" and status == AWAY else status
