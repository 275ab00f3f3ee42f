"""What the routes are given."""

from typing import Annotated

import orjson
from fastapi import Depends, Request, Response

from services.registry.register import Register


def register(request: Request) -> Register:
    """The register's means."""
    means: Register = request.app.state.register
    return means


RegisterDep = Annotated[Register, Depends(register)]
VISIBLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*$"
"""A text without control characters, and without those that turn the reading direction."""
JSON = "application/json"


def json_answer(body: object) -> Response:
    """A query's answer; nobody between keeps it."""
    return Response(orjson.dumps(body), media_type=JSON, headers={"Cache-Control": "no-store"})


def versioned(body: bytes, status: int = 200) -> Response:
    """One thing's JSON, with its version in `ETag`; nobody between keeps it."""
    version = orjson.loads(body)["version"]
    return Response(body, status, {"ETag": f'"{version}"', "Cache-Control": "no-store"}, JSON)
