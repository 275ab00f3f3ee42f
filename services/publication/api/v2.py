"""The open API v2 (spec/openapi-v2.md). The gateway serves most of it as plain files; this answers all of it."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from email.utils import format_datetime
from pathlib import Path as FilePath

from fastapi import APIRouter, Request, Response

from services.contracts.vocabulary import OrganizerType, SchoolType, SchoolUnitType, Status
from services.publication.build import files
from services.publication.build.serving import Serving
from services.publication.domain import v2
from services.publication.domain.lists import Rows
from services.publication.queries import past

router = APIRouter(prefix="/skolenhetsregistret/v2")
Allowed = Mapping[str, "re.Pattern[str] | frozenset[str]"]

UNIT_FILTERS: Allowed = {
    "organization_number": re.compile(r"[0-9]{10}", re.ASCII),
    "school_type": frozenset(SchoolType),
    "status": frozenset(Status),
    "municipality_code": re.compile(r"[0-9]{4}", re.ASCII),
    "school_unit_type": frozenset(SchoolUnitType),
}
ORGANIZER_FILTERS: Allowed = {"organizer_type": frozenset(OrganizerType)}
UNIT_CODE = re.compile(r"[1-9][0-9]{7}", re.ASCII)
ORGANIZATION_NUMBER = re.compile(r"[0-9]{10}", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
JSON = "application/json"
BOTH = ["GET", "HEAD"]


class ContractError(Exception):
    """An answer of the contract's error form."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.body = status, v2.error(status, title, detail)


@router.api_route("/school-units", methods=BOTH)
async def school_units(request: Request) -> Response:
    """All school units, or those that the filters name."""
    serving = now_serving(request)
    return _list(request, serving, serving.units, "schoolunit", UNIT_FILTERS)


@router.api_route("/organizers", methods=BOTH)
async def organizers(request: Request) -> Response:
    """All organizers, or those of some types."""
    serving = now_serving(request)
    return _list(request, serving, serving.organizers, "organizer", ORGANIZER_FILTERS)


@router.api_route("/school-units/{code}", methods=BOTH)
async def school_unit(request: Request, code: str) -> Response:
    """One school unit, today or as it was on `search_date`."""
    if not UNIT_CODE.fullmatch(code):
        raise ContractError(400, "Bad Request", "schoolUnitCode must be eight digits, the first not zero")
    serving, day = now_serving(request), _day(request, "search_date")
    if day is None:
        return _file(request, serving, f"school-units/{code}.json", "school unit")
    return _past(request, serving, await past.unit(request.app.state.pool, serving, code, day, _base(request)), day)


@router.api_route("/organizers/{number}", methods=BOTH)
async def organizer(request: Request, number: str) -> Response:
    """One organizer, today or as it was on `search_date`."""
    if not ORGANIZATION_NUMBER.fullmatch(number):
        raise ContractError(400, "Bad Request", "organizationNumber must be ten digits")
    serving, day = now_serving(request), _day(request, "search_date")
    if day is None:
        return _file(request, serving, f"organizers/{number}.json", "organizer")
    found = await past.organizer(request.app.state.pool, serving, number, day, _base(request))
    return _past(request, serving, found, day)


@router.api_route("/api-info", methods=BOTH)
async def api_info(request: Request) -> Response:
    """What this API is."""
    return _file(request, now_serving(request), "api-info.json", "resource")


def now_serving(request: Request) -> Serving:
    """The snapshot to answer this request from. Raises ContractError 503 before there is one."""
    serving: Serving | None = request.app.state.publish.serving
    if serving is None:
        raise ContractError(503, "Service Unavailable", "The first extract is not made yet")
    return serving


def _list(request: Request, serving: Serving, rows: Rows, kind: str, allowed: Allowed) -> Response:
    filters = {name: _values(request, name, test) for name, test in allowed.items()}
    modified_after = _day(request, "meta_modified_after")
    asked = f"{kind} {sorted((name, sorted(set(values))) for name, values in filters.items())} {modified_after}"
    selected = rows.select(filters, modified_after.isoformat() if modified_after else None)
    return answer(request, serving, asked, v2.list_answer(kind, selected, serving.extract_date))


def _values(request: Request, name: str, allowed: "re.Pattern[str] | frozenset[str]") -> list[str]:
    """A filter's values: repeated keys and comma-joined ones both, empty ones ignored. Raises ContractError 400."""
    given = [value for text in request.query_params.getlist(name) for value in text.split(",") if value]
    for value in given:
        known = value in allowed if isinstance(allowed, frozenset) else allowed.fullmatch(value)
        if not known:
            raise ContractError(400, "Bad Request", f"{name} has a value that is not allowed: {value[:40]}")
    return given


def _day(request: Request, name: str) -> date | None:
    """A day parameter; an empty one is ignored. Raises ContractError 400."""
    text = request.query_params.get(name) or None
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not DAY.fullmatch(text):
        raise ContractError(400, "Bad Request", f"{name} must be a date, yyyy-mm-dd")
    return day


def _file(request: Request, serving: Serving, name: str, what: str) -> Response:
    path = serving.urls / "v2" / FilePath(name)
    if not path.is_file():
        raise ContractError(404, "Not Found", f"There is no such {what}")
    return answer(request, serving, name, path.read_bytes())


def _past(request: Request, serving: Serving, found: bytes | None, day: date) -> Response:
    if found is None:
        raise ContractError(404, "Not Found", f"There was no such resource on {day}")
    return answer(request, serving, f"{request.url.path} {day}", found)


def answer(request: Request, serving: Serving, asked: str, body: bytes) -> Response:
    """The answer with its validators; 304 where the client has it already (RFC 9110, section 13)."""
    tag = hashlib.sha256(f"{serving.sha256} {asked}".encode()).hexdigest()[:24]
    headers = {
        "ETag": f'"{tag}"',
        "Last-Modified": format_datetime(files.dated(serving.day), usegmt=True),
        "Cache-Control": request.app.state.cache_control,
        "Access-Control-Allow-Origin": "*",
    }
    if f'"{tag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=JSON)


def _base(request: Request) -> str:
    base: str = request.app.state.base
    return base
