"""Errors as problem+json (RFC 9457), from one place."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import asyncpg
import orjson
import structlog
from pydantic_core import PydanticSerializationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kernel.database import is_transient

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError

log = structlog.get_logger(__name__)

Error = Mapping[str, Any]
"""`{"pointer": "/thing/url", "code": "...", "detail": "..."}`; the pointer (RFC 6901) leads into the body."""

UNSTORABLE = (asyncpg.CharacterNotInRepertoireError, PydanticSerializationError, UnicodeEncodeError)
"""Text that JSON can carry and neither PostgreSQL nor UTF-8 can: NUL, half of a surrogate pair."""

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: ("bad-request", "The request cannot be read"),
    401: ("unauthenticated", "You must be logged in"),
    403: ("forbidden", "You may not do this"),
    404: ("not-found", "There is no such thing"),
    405: ("method-not-allowed", "This address does not take that method"),
    413: ("too-large", "The request is too large"),
    415: ("unsupported-media-type", "The request has the wrong media type"),
    429: ("too-often", "You ask too often"),
    500: ("internal-error", "Something went wrong on our side"),
    503: ("try-again", "The service cannot answer now"),
}


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """An answer that tells what went wrong. Raised anywhere under a route, rendered here."""

    def __init__(  # one parameter for each member that RFC 9457 names
        self,
        status: int,
        code: str,
        title: str,
        detail: str | None = None,
        *,
        errors: Sequence[Error] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail or title}")
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.extra, self.headers = list(errors), dict(extra or {}), dict(headers or {})

    def body(self) -> dict[str, Any]:
        """Give the members, without those that say nothing."""
        members = {
            "type": f"/docs/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": self.errors or None,
        }
        return {name: value for name, value in members.items() if value is not None} | self.extra

    def response(self) -> Response:
        """Render."""
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(orjson.dumps(self.body(), default=str), self.status, headers, MEDIA_TYPE)


def install(app: "FastAPI") -> None:
    """Let an application answer every error as problem+json, and say nothing of what is inside on a 500."""
    # Here, so that a command that only raises Problem does not wait for FastAPI and Kafka's client.
    from fastapi.exceptions import RequestValidationError  # noqa: PLC0415

    from services.kernel.outbox import TooLargeError  # noqa: PLC0415

    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    for kind in UNSTORABLE:
        app.add_exception_handler(kind, _unstorable)
    app.add_exception_handler(TooLargeError, _too_large)
    app.add_middleware(Caught, render=_unknown)


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - as registered
    return error.response()


async def _malformed(_request: Request, error: Exception) -> Response:
    found = cast("RequestValidationError", error).errors()
    errors = [{"pointer": _pointer(e["loc"]), "code": e["type"], "detail": e["msg"]} for e in found]
    return Problem(422, "malformed", "The request does not have the right form", errors=errors).response()


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as registered
    code, title = TITLES.get(error.status_code, ("error", "The request failed"))
    return Problem(error.status_code, code, title, headers=error.headers).response()


async def _unstorable(_request: Request, _error: Exception) -> Response:
    errors = [{"pointer": "", "code": "bad-characters", "detail": "NUL, or half of a surrogate pair"}]
    return Problem(422, "malformed", "The request does not have the right form", errors=errors).response()


async def _too_large(_request: Request, _error: Exception) -> Response:
    code, title = TITLES[413]
    return Problem(413, code, title).response()


class Caught:
    """ASGI middleware: answers what nothing else caught.

    Starlette's own handler of every error raises it again, and the server closes the connection: under the next request
    that the gateway has sent on it.
    """

    def __init__(self, app: ASGIApp, render: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app, self.render = app, render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if began or scope["type"] != "http":
                raise
            answer = await self.render(Request(scope), error)
            await answer(scope, receive, send)


async def _unknown(request: Request, error: Exception) -> Response:
    from services.kernel.telemetry import route_of  # noqa: PLC0415 - as above

    # What was asked may have been done: a commit whose answer was lost is a commit.
    log.error("request-failed", route=route_of(request.scope), exc_info=error)
    if is_transient(error):
        again = "Send it again with the same Idempotency-Key: if it was done, you get its answer"
        return Problem(503, *TITLES[503], again, headers={"Retry-After": "2"}).response()
    return Problem(500, *TITLES[500]).response()


def _pointer(location: Sequence[str | int]) -> str:
    """Turn pydantic's location into a pointer into the body, or `/query/name`, `/path/name`, `/header/name`."""
    steps = location[1:] if location and location[0] == "body" else location
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
