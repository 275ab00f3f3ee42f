"""Errors as problem+json (RFC 9457), from one place."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
TYPES = "/docs/problems/"


class FieldError(TypedDict):
    """What is wrong with one field: a JSON pointer (RFC 6901), a stable code, a sentence, and what the rule was told."""

    pointer: str
    code: str
    detail: str
    params: NotRequired[Mapping[str, Any]]


class Problem(Exception):  # noqa: N818 - the RFC's word
    """An answer that says what is wrong. `code` is stable, and has its page in docs/api/problems.md."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        *,
        detail: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(f"{status} {code}: {detail or title}")
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.headers, self.extra = list(errors), dict(headers or {}), extra

    def body(self) -> dict[str, Any]:
        """The document's members."""
        members = {"type": TYPES + self.code, "title": self.title, "status": self.status, "detail": self.detail}
        named = {name: value for name, value in members.items() if value is not None}
        return named | ({"errors": self.errors} if self.errors else {}) | self.extra


def render(problem: Problem) -> Response:
    """The HTTP answer for a problem."""
    return Response(orjson.dumps(problem.body()), problem.status, problem.headers, MEDIA_TYPE)


async def _problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - the handler is bound to this class
    return render(problem)


async def _malformed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the handler is bound to this class
    errors: list[FieldError] = [
        {
            "pointer": "/" + "/".join(str(part) for part in e["loc"] if part != "body"),
            "code": e["type"],
            "detail": e["msg"],
        }
        for e in error.errors()
    ]
    return render(Problem(422, "malformed", "The request does not have the right form", errors=errors))


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler is bound to this class
    codes = {404: "not-found", 405: "method-not-allowed"}
    code = codes.get(error.status_code, "http-error")
    return render(Problem(error.status_code, code, str(error.detail), headers=error.headers))


async def _unknown(_request: Request, error: Exception) -> Response:
    """Say that it is our fault, and nothing of what it was: that stands in the log."""
    log.error("request_failed", error=repr(error), exc_info=error)
    return render(Problem(500, "internal-error", "Something went wrong here; it is not your request's fault"))


def install(app: FastAPI) -> None:
    """Let every error of an application be a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)
