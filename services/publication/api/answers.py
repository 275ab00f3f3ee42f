"""What the open API's doors share: parameters, validators, and errors in the contract's form (spec/openapi-v2.md)."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from services.kernel.database import is_transient
from services.kernel.problems import TITLES, Caught, Problem
from services.publication.build.serving import Serving
from services.publication.domain import v1, v2, v3, xml
from services.publication.domain.wire import as_json

log = structlog.get_logger(__name__)

Allowed = re.Pattern[str] | frozenset[str] | Mapping[str, str]
"""A form, the values there are, or how each value may be written (in small letters) and what it means."""

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
JSON = "application/json"
DOCUMENTS = Path(__file__).parents[3] / "docs" / "api"
BOTH = ["GET", "HEAD"]
RETRY_SECONDS = "5"
SITE, HTML = "/register", "text/html; charset=utf-8"
SITE_ERRORS = {405: "Det går inte att göra så här.", 503: "Registret är borta en stund. Försök igen om en minut."}
SITE_ERROR = (
    '<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>{says}</title><h1>{says}</h1><p><a href="/register">Till sökningen</a></p></html>'
)


KNOWN = {
    404: ("There is no such address", "Adressen finns inte"),
    405: ("The open API is read only", "Det öppna API:et går bara att läsa"),
}
"""What is said in English, and by the open API v1 in Swedish."""


class ContractError(Exception):
    """An answer of the contract's error form."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, swedish: str | None = None
    ) -> None:
        """`swedish`: what the open API v1 says instead (decision 24)."""
        super().__init__(detail)
        self.status, self.detail, self.headers = HTTPStatus(status), detail, dict(headers or {})
        self.swedish = swedish or detail

    def response(self, request: Request) -> Response:
        """Render, in the form of the address's contract; v1's as XML too, where that is asked for."""
        path = request.url.path
        headers = self.headers | {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = RETRY_SECONDS
        if path == SITE or path.startswith(f"{SITE}/"):
            return Response(site_error(self.status), self.status, headers, HTML)
        if path.startswith(f"{v3.PATH}/"):
            code, title = TITLES.get(self.status, ("error", self.status.phrase))
            return Problem(self.status, code, title, self.detail, headers=headers).response()
        if not path.startswith(f"{v1.PATH}/"):
            return Response(v2.error(self.status, self.status.phrase, self.detail), self.status, headers, JSON)
        kind = xml.wanted(request.headers.get("accept", ""))
        body = xml.as_xml(v1.error(self.swedish)) if kind else as_json(v1.error(self.swedish))
        return Response(body, self.status, headers | {"Vary": "Accept"}, kind or JSON)


def site_error(status: HTTPStatus) -> str:
    """The page of an error of the public site, where none of its own pages can be made."""
    says = SITE_ERRORS.get(status, "Något gick fel hos oss. Försök igen om en stund.")
    return SITE_ERROR.format(says=says)


def install(app: FastAPI) -> None:
    """Let every error have the contract's form, and say nothing of what is inside."""
    app.add_exception_handler(ContractError, _contract)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Caught, render=_unknown)


async def _contract(request: Request, error: Exception) -> Response:
    assert isinstance(error, ContractError)  # noqa: S101 - as registered
    return error.response(request)


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - as registered
    return error.response()


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as registered
    # Starlette names the methods of a set, in another order each time.
    headers = {"Allow": ", ".join(BOTH)} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
    says, swedish = KNOWN.get(error.status_code, (error.detail, None))
    return ContractError(error.status_code, says, headers, swedish=swedish).response(request)


async def _unknown(request: Request, error: Exception) -> Response:
    log.error("request-failed", path=request.url.path, exc_info=error)
    if is_transient(error):
        return ContractError(503, "The service cannot answer now", swedish="Tjänsten kan inte svara nu").response(
            request
        )
    return ContractError(500, "Something went wrong on our side", swedish="Något gick fel hos oss").response(request)


def now_serving(request: Request) -> Serving:
    """The snapshot to answer this request from. Raises ContractError 503 before there is one."""
    serving: Serving | None = request.app.state.publish.serving
    if serving is None:
        raise ContractError(503, "The first extract is not made yet", swedish="Det första utdraget är inte gjort än")
    return serving


def filter_values(request: Request, name: str, allowed: Allowed) -> list[str]:
    """A filter's values: repeated keys and comma-joined ones both, empty ones ignored. Raises ContractError 400."""
    given = [value for text in request.query_params.getlist(name) for value in text.split(",") if value]
    if isinstance(allowed, Mapping):
        given = [allowed.get(value.lower(), value) for value in given]
    for value in given:
        known = allowed.fullmatch(value) if isinstance(allowed, re.Pattern) else value in allowed
        if not known:
            raise ContractError(400, f"{name} has a value that is not allowed: {value[:40]}")
    return given


def asked_day(request: Request, name: str) -> date | None:
    """A day parameter; an empty one is ignored. Raises ContractError 400."""
    text = request.query_params.get(name) or None
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not DAY.fullmatch(text):
        raise ContractError(400, f"{name} must be a date, yyyy-mm-dd")
    return found


def answer(request: Request, serving: Serving, asked: str, body: bytes, media_type: str = JSON) -> Response:
    """The answer with its validators; 304 where the client has it already."""
    headers = validators(request, serving, asked)
    if has_it(request, headers):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def contract_file(request: Request, name: str, media_type: str = JSON) -> Response:
    """A contract itself, as an OpenAPI document."""
    return document(request, (DOCUMENTS / name).read_bytes(), media_type)


def document(request: Request, text: bytes, media_type: str = JSON) -> Response:
    """A description, which is the same whatever day is served."""
    return answer(request, now_serving(request), hashlib.sha256(text).hexdigest(), text, media_type)


def validators(request: Request, serving: Serving, asked: str) -> dict[str, str]:
    """The headers of an answer that is the same for as long as the snapshot is."""
    tag = hashlib.sha256(f"{serving.sha256} {asked}".encode()).hexdigest()[:24]
    return {
        "X-Snapshot": serving.folder.name,  # for the gateway, which keeps answers by the snapshot
        "ETag": f'"{tag}"',
        "Last-Modified": format_datetime(serving.dated, usegmt=True),
        "Cache-Control": cache_control(request, serving),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, RateLimit-Policy, Retry-After",
    }


def cache_control(request: Request, serving: Serving) -> str:
    """How long an answer may be kept: until the next view is expected; while that is late, it is always asked for."""
    left = -1 if request.app.state.always_ask else serving.seconds_left(datetime.now(tz=UTC))
    return f"public, max-age={left}" if left > 0 else "public, no-cache"


def has_it(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether the client's copy is the current one (RFC 9110, section 13.2.2)."""
    known = request.headers.get("if-none-match")
    if known is None:
        return request.headers.get("if-modified-since") == headers["Last-Modified"]
    return known.strip() == "*" or headers["ETag"] in [tag.strip().removeprefix("W/") for tag in known.split(",")]
