"""The OpenAPI document of the open API v3: what FastAPI makes of the routes, with our problem documents in it."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from services.publication.api import v3_models as models
from services.publication.api import v3_pages as pages
from services.publication.domain.v3 import PATH

ABOUT = """School units, organizers, education providers and contracts: today's public view, every earlier one, and
as of any day. No key is needed. Every answer names the `snapshot` that it is from and is the same until the next one;
pages and `snapshot=` keep to one. Errors are problem documents (RFC 9457)."""
TAGS = [
    {"name": "school units", "description": "Skolenheter"},
    {"name": "organizers", "description": "Huvudmän"},
    {"name": "adult education", "description": "Utbildningsanordnare and their contracts for komvux"},
    {"name": "changes", "description": "What is another than before"},
    {"name": "about", "description": "What this API is"},
]
OUR_OWN = (pages.ProblemDetails, pages.Features)
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


class Documented(FastAPI):
    """An application whose document is ours."""

    def openapi(self) -> dict[str, Any]:
        """Give the document, made once."""
        self.openapi_schema = self.openapi_schema or _document(self)
        return self.openapi_schema


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", summary=app.summary, description=ABOUT,
        routes=app.routes, tags=TAGS, license_info=app.license_info, servers=[{"url": PATH}],
    )  # fmt: skip
    schemas = made["components"]["schemas"]
    _, own = models_json_schema([(model, "serialization") for model in OUR_OWN], ref_template=models.IN_DOCUMENT)
    schemas.update(own["$defs"])
    for name in FASTAPIS_OWN:
        schemas.pop(name, None)
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    return made
