"""What the routes are given, and how they answer."""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Request, Response
from pydantic import Field

from services.identity.directory import Directory
from services.kernel.idempotency import IfMatch, version_of


def directory(request: Request) -> Directory:
    """Identity's means."""
    means: Directory = request.app.state.directory
    return means


DirectoryDep = Annotated[Directory, Depends(directory)]
LOCAL, LABEL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?"
Email = Annotated[str, Field(max_length=254, pattern=rf"^{LOCAL}@(?:{LABEL}\.)+\p{{L}}{{2,63}}$")]


async def seen(given: IfMatch = None) -> int:
    """The version that the caller has seen. Raises Problem 428, 400."""
    return version_of(given)


Seen = Annotated[int, Depends(seen)]


def answer(body: object, status: int = 200) -> Response:
    """JSON that nobody keeps; a version in it stands in `ETag` too."""
    # default: asyncpg's UUIDs are a type of their own
    content, headers = orjson.dumps(body, default=_plain), {"Cache-Control": "no-store"}
    if isinstance(body, dict) and "version" in body:
        headers["ETag"] = f'"{body["version"]}"'
    return Response(content, status, headers, "application/json")


def _plain(value: Any) -> str:
    return str(value)
