"""The OpenAPI document of the open API v3: what FastAPI makes of the routes, with our problems and examples in it.

Webhooks are another service's: their part is a file, docs/api/openapi-webhooks.json, which tests hold against it.
"""

from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from services.kernel.problems import MEDIA_TYPE
from services.publication.api import v3_examples as examples
from services.publication.api import v3_models as models
from services.publication.api import v3_pages as pages
from services.publication.api.answers import DOCUMENTS, JSON
from services.publication.domain.v3 import PATH

ABOUT = """School units, organizers, education providers and contracts: today's public view, every earlier one, and
as of any day. No key is needed. Every answer names the `snapshot` that it is from and is the same until the next one;
pages and `snapshot=` keep to one. What is changed today is public tomorrow: `publicFrom`, `snapshot`, `from` and `to`
are days of public views, `asOf` and `validFrom` days of changes. Errors are problem documents (RFC 9457)."""
TAGS = [
    {"name": "school units", "description": "Skolenheter: what they are called, where they lie, what they teach"},
    {"name": "organizers", "description": "Huvudmän: who runs the school units"},
    {"name": "adult education", "description": "Utbildningsanordnare and their contracts for komvux"},
    {"name": "places", "description": "Kommuner and län, with how many school units they have"},
    {"name": "changes", "description": "What is another than before: numbered as it comes, or between two days"},
    {
        "name": "webhooks",
        "description": "Be told when a new day is public; managed by a token that opening one gives",
    },
    {"name": "about", "description": "What this API is, and where everything is"},
]
EXAMPLES = {"description": "Examples in several languages", "url": "/register/api"}
OUR_OWN = (pages.ProblemDetails, pages.Features)
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")
NULL = {"type": "null"}


class Documented(FastAPI):
    """An application whose document is ours."""

    def openapi(self) -> dict[str, Any]:
        """Give the document, made once."""
        self.openapi_schema = self.openapi_schema or _document(self)
        return self.openapi_schema


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", summary=app.summary, description=ABOUT,
        routes=app.routes, tags=TAGS, license_info=app.license_info, contact=app.contact, servers=[{"url": PATH}],
    )  # fmt: skip
    made["externalDocs"] = EXAMPLES
    schemas = made["components"]["schemas"]
    _, own = models_json_schema([(model, "serialization") for model in OUR_OWN], ref_template=models.IN_DOCUMENT)
    schemas.update(own["$defs"])
    for name in FASTAPIS_OWN:
        schemas.pop(name, None)
    for path in made["paths"].values():
        for operation in path.values():
            _tidy(operation)
    return _with_webhooks(made)


def _tidy(operation: dict[str, Any]) -> None:
    """A parameter that is not given is not there, and never null; its example is told to people as well."""
    operation["responses"].pop("422", None)
    operation["responses"]["400"]["content"][MEDIA_TYPE]["example"] = examples.PROBLEM
    if operation["operationId"] in examples.ANSWERS:  # put in here: FastAPI takes every null out
        operation["responses"]["200"]["content"][JSON]["example"] = examples.ANSWERS[operation["operationId"]]
    for one in operation.get("parameters", ()):
        schema = one["schema"]
        options = [option for option in schema.pop("anyOf", ()) if option != NULL]
        one["schema"] = schema | (options[0] if options else {})
        one["description"] = f"{one['description']}. Such as `{_text(one['schema']['examples'][0])}`"


def _text(example: Any) -> str:
    if isinstance(example, bool):
        return str(example).lower()
    return ",".join(example) if isinstance(example, list) else str(example)


def _with_webhooks(made: dict[str, Any]) -> dict[str, Any]:
    part = orjson.loads((DOCUMENTS / "openapi-webhooks.json").read_bytes())
    made["paths"] |= part["paths"]
    made["webhooks"] = part["webhooks"]
    made["components"]["schemas"] |= part["components"]["schemas"]
    made["components"]["securitySchemes"] = part["components"]["securitySchemes"]
    return made
