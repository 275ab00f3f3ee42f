"""What the routes of the open API v3 share: views, problems, validators."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from services.kernel.problems import UNSTORABLE, Problem
from services.publication.api import answers
from services.publication.api.answers import JSON, RETRY_SECONDS, answer
from services.publication.api.v3_parameters import Days
from services.publication.build.serving import Serving
from services.publication.domain import v3
from services.publication.domain.asked import CursorError, Last, SortKey, read_cursor
from services.publication.domain.listing import facet
from services.publication.queries.entities import Telling
from services.publication.store import history, listed, statistics

GEO_JSON = "application/geo+json"
HINTS = {"extra_forbidden": "There is no such parameter. Look for it in the OpenAPI document"}


def install(app: FastAPI) -> None:
    """Let every error be a problem document; what is asked wrongly is a 400, as the national profile has it."""
    answers.install(app)
    app.add_exception_handler(RequestValidationError, _asked_wrongly)
    for kind in UNSTORABLE:
        app.add_exception_handler(kind, _no_text)
    app.add_middleware(HeadAsGet)


class HeadAsGet:
    """ASGI middleware: HEAD is answered as GET is; the server sends no body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_head = scope.get("method") == "HEAD"
        await self.app({**scope, "method": "GET", "is_head": True} if is_head else scope, receive, send)


async def _no_text(_request: Request, _error: Exception) -> Response:
    says = "A parameter has a character that no text can have: NUL, or half of a surrogate pair"
    return Problem(400, "invalid-parameter", "A parameter is not right", says).response()


async def _asked_wrongly(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as registered
    errors = [
        {"pointer": "/".join(["", *map(str, one["loc"])]), "code": one["type"],
         "detail": HINTS.get(one["type"], one["msg"])}
        for one in error.errors()
    ]  # fmt: skip
    names = ", ".join(sorted({str(one["loc"][1]) for one in error.errors() if len(one["loc"]) > 1}))
    raise_for = Problem(400, "invalid-parameter", "A parameter is not right", names and f"See: {names}", errors=errors)
    return raise_for.response()


def serving_now(request: Request) -> Serving:
    """The snapshot that is served. Raises Problem 503 before there is one."""
    serving: Serving | None = request.app.state.publish.serving
    if serving is None:
        raise Problem(503, "starting", "The first extract is not made yet", headers={"Retry-After": RETRY_SECONDS})
    return serving


async def telling(request: Request, serving: Serving, asked: Days, *, view: date | None = None) -> tuple[Telling, str]:
    """In which view to answer, and when its extract was made. Raises Problem 404 where there is no such view."""
    day = view or asked.snapshot or serving.day
    made_at = serving.extract_date
    if day != serving.day:
        found = await history.extract_date(request.app.state.pool, day) if day < serving.day else None
        if found is None:
            first = await statistics.first_view(request.app.state.pool)
            says = f"The first is that of {first}, the newest that of {serving.day}"
            raise Problem(404, "no-such-snapshot", "There is no public view of that day", says)
        made_at = found
    return Telling(day, asked.as_of or day, serving.places, request.app.state.base), made_at


def page_answer(request: Request, serving: Serving, body: Mapping[str, Any], media_type: str = JSON) -> Response:
    """The answer with its validators: the same for as long as the snapshot is."""
    made = answer(
        request, serving, f"{request.url.path}?{request.url.query} {media_type}", orjson.dumps(body), media_type
    )
    made.headers["Vary"] = "Accept"
    return made


def meta(telling: Telling, made_at: str, asked: Days, **others: Any) -> dict[str, Any]:
    """Of which view an answer is."""
    said = {"snapshot": telling.view, "extractDate": made_at, "asOf": asked.as_of, **others}
    return {name: value for name, value in said.items() if value is not None}


def links(request: Request, further: Mapping[str, str] | None, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """The address of this answer, and of what follows: the same question with other values of some parameters."""
    at = f"{request.app.state.base}{request.url.path}"
    here = f"{at}?{request.url.query}" if request.url.query else at
    if not further:
        return {"self": here}
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in {*further, *without}]
    return {"self": here, "next": f"{at}?{urlencode([*given, *further.items()])}"}


def wrong(name: str, code: str, says: str) -> Problem:
    """The problem of a parameter that is not right."""
    errors = [{"pointer": f"/query/{name}", "code": code, "detail": says}]
    return Problem(400, "invalid-parameter", "A parameter is not right", f"See: {name}", errors=errors)


def last_of(cursor: str | None, sort: SortKey) -> Last | None:
    """Where the page before ended. Raises Problem 400 for what is no cursor of this order."""
    try:
        return read_cursor(cursor, sort) if cursor else None
    except CursorError as error:
        says = "Take the whole of `links.next`, with the parameters that are in it"
        raise Problem(400, "invalid-cursor", "The cursor cannot be read", says) from error


async def refuse_unknown_places(request: Request, serving: Serving, codes: Sequence[str]) -> None:
    """Raise Problem 400 for a municipality that nothing has, nor ever had."""
    others = [facet("municipalityCode", code) for code in codes if code not in serving.places]
    known = await listed.known(request.app.state.pool, serving.day, others) if others else set()
    if unknown := [one.partition(":")[2] for one in others if one not in known]:
        at = f"{request.app.state.base}{v3.PATH}/municipalities"
        raise wrong("municipalityCode", "unknown-municipality", f"No municipality is {unknown[0]}; all there are: {at}")


def telling_today(request: Request, serving: Serving) -> Telling:
    """The view that is served, as of its own day."""
    return Telling(serving.day, serving.day, serving.places, request.app.state.base)


def known_fields(fields: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """The fields that were asked for. Raises Problem 400 for one that there is not."""
    if wrong := [name for name in fields if name not in allowed]:
        errors = [{"pointer": "/query/fields", "code": "unknown-field", "detail": f"There is no field {name[:60]}"}
                  for name in wrong]  # fmt: skip
        says = f"The fields are {', '.join(allowed)}"
        raise Problem(400, "invalid-parameter", "A parameter is not right", says, errors=errors)
    return list(fields)
