"""What the routes are given."""

from typing import Annotated

import orjson
from fastapi import Depends, Path, Query, Request, Response

from services.kernel.problems import Problem
from services.registry.register import Register


def register(request: Request) -> Register:
    """The register's means."""
    means: Register = request.app.state.register
    return means


RegisterDep = Annotated[Register, Depends(register)]
Number = Annotated[str, Path(pattern=r"^[0-9]{10}$", description="Organization number, ten digits")]
DryRun = Annotated[bool, Query(description="Only tell what would change")]
Page = Annotated[int, Query(ge=1, le=100_000)]
Text = Annotated[str, Query(max_length=100)]
FileName = Annotated[str, Query(alias="fileName", min_length=1, max_length=200, pattern=r"^[^\x00-\x1f/\\]+$")]
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


async def file_of(request: Request, most: int) -> bytes:
    """The file that is the body. Raises Problem 413 as soon as it is too large."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most:
            raise Problem(413, "file-too-large", "The file is too large", f"At most {most} bytes")
    return bytes(content)
