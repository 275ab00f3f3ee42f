"""Whatever a test is answered is held against the OpenAPI document that is served beside it."""

import json
from functools import cache
from urllib.parse import parse_qs

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.templating.paths.exceptions import PathNotFound
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import ImmutableMultiDict

from services.publication.api.v3 import new_app
from services.publication.domain.v3 import PATH

JSON_KINDS = ("application/problem+json", "application/geo+json")
NO_BODY, NOT_FOUND = 304, 404


@cache
def contract() -> OpenAPI:
    """The document of v3."""
    config = Config(extra_media_type_deserializers=dict.fromkeys(JSON_KINDS, json.loads))
    return OpenAPI.from_dict(new_app().openapi(), config)


async def agrees(response: httpx.Response) -> None:
    """An answer of v3 is as its document says: status, media type, schema."""
    url = response.request.url
    if not url.path.startswith(f"{PATH}/") or response.status_code == NO_BODY or url.path.endswith("openapi.json"):
        return
    content = await response.aread()
    request = MockRequest(f"https://{url.host}", "get", url.path)
    request.parameters.query = ImmutableMultiDict(parse_qs(url.query.decode()))
    answer = MockResponse(content, response.status_code, content_type=response.headers["content-type"])
    try:
        contract().validate_response(request, answer)
    except PathNotFound:
        assert response.status_code == NOT_FOUND
