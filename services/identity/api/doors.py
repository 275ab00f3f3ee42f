"""What the routes are given, and how they answer."""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request, Response
from pydantic import Field

from services.identity.directory import Directory
from services.kernel.problems import Problem

LONGEST_VERSION = 9
"""Digits that an integer column holds."""


def directory(request: Request) -> Directory:
    """Identity's means."""
    means: Directory = request.app.state.directory
    return means


DirectoryDep = Annotated[Directory, Depends(directory)]
Key = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=100, description="A new one for each new command")
]
LOCAL, LABEL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?"
Email = Annotated[str, Field(max_length=254, pattern=rf"^{LOCAL}@(?:{LABEL}\.)+\p{{L}}{{2,63}}$")]


async def if_match(
    given: Annotated[str | None, Header(alias="If-Match", description='The version seen, as `"3"`')] = None,
) -> int:
    """Read the version from `If-Match`. Raises Problem 428 without it (RFC 6585), 400 when it is none of ours."""
    if given is None:
        raise Problem(428, "version-needed", "Say which version you saw, in If-Match")
    text = given.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_VERSION:
        raise Problem(400, "version-form", 'If-Match takes one version, as "3"')
    return int(text)


Seen = Annotated[int, Depends(if_match)]


def answer(body: object, status: int = 200) -> Response:
    """JSON that nobody keeps; a version in it stands in `ETag` too."""
    # default: asyncpg's UUIDs are a type of their own
    content, headers = orjson.dumps(body, default=_plain), {"Cache-Control": "no-store"}
    if isinstance(body, dict) and "version" in body:
        headers["ETag"] = f'"{body["version"]}"'
    return Response(content, status, headers, "application/json")


def _plain(value: Any) -> str:
    return str(value)
