"""The open API v2 (spec/openapi-v2.md). The gateway serves most of it as plain files; this answers all of it."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path as FilePath

from fastapi import APIRouter, Request, Response

from services.contracts.vocabulary import OrganizerType, SchoolType, SchoolUnitType, Status
from services.publication.api.answers import BOTH, Allowed, ContractError, answer, asked_day, filter_values, now_serving
from services.publication.build.serving import Serving
from services.publication.domain import v2
from services.publication.domain.lists import Rows
from services.publication.queries import past

router = APIRouter(prefix="/skolenhetsregistret/v2")
Filters = Mapping[str, Allowed]

DOCUMENT = FilePath(__file__).parents[3] / "docs" / "api" / "openapi-v2.json"

UNIT_FILTERS: Filters = {
    "organization_number": re.compile(r"[0-9]{10}", re.ASCII),
    "school_type": frozenset(SchoolType),
    "status": frozenset(Status),
    "municipality_code": re.compile(r"[0-9]{4}", re.ASCII),
    "school_unit_type": frozenset(SchoolUnitType),
}
ORGANIZER_FILTERS: Filters = {"organizer_type": frozenset(OrganizerType)}
UNIT_CODE = re.compile(r"[1-9][0-9]{7}", re.ASCII)
ORGANIZATION_NUMBER = re.compile(r"[0-9]{10}", re.ASCII)


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
        raise ContractError(400, "schoolUnitCode must be eight digits, the first not zero")
    serving, day = now_serving(request), asked_day(request, "search_date")
    if day is None:
        return _file(request, serving, f"school-units/{code}.json", "school unit")
    found = await past.unit(request.app.state.pool, serving, code, day, _base(request))
    return _past(request, serving, found, day)


@router.api_route("/organizers/{number}", methods=BOTH)
async def organizer(request: Request, number: str) -> Response:
    """One organizer, today or as it was on `search_date`."""
    if not ORGANIZATION_NUMBER.fullmatch(number):
        raise ContractError(400, "organizationNumber must be ten digits")
    serving, day = now_serving(request), asked_day(request, "search_date")
    if day is None:
        return _file(request, serving, f"organizers/{number}.json", "organizer")
    found = await past.organizer(request.app.state.pool, serving, number, day, _base(request))
    return _past(request, serving, found, day)


@router.api_route("/api-info", methods=BOTH)
async def api_info(request: Request) -> Response:
    """What this API is."""
    return _file(request, now_serving(request), "api-info.json", "resource")


@router.api_route("/openapi.json", methods=BOTH)
async def document(request: Request) -> Response:
    """The contract itself, as an OpenAPI document."""
    text = DOCUMENT.read_bytes()
    return answer(request, now_serving(request), hashlib.sha256(text).hexdigest(), text)


def _list(request: Request, serving: Serving, rows: Rows, kind: str, allowed: Filters) -> Response:
    filters = {name: filter_values(request, name, test) for name, test in allowed.items()}
    modified_after = asked_day(request, "meta_modified_after")
    asked = f"{kind} {sorted((name, sorted(set(given))) for name, given in filters.items())} {modified_after}"
    selected = rows.select(filters, modified_after.isoformat() if modified_after else None)
    return answer(request, serving, asked, v2.list_answer(kind, selected, serving.extract_date))


def _file(request: Request, serving: Serving, name: str, what: str) -> Response:
    path = serving.urls / "v2" / FilePath(name)
    if not path.is_file():
        raise ContractError(404, f"There is no such {what}")
    return answer(request, serving, name, path.read_bytes())


def _past(request: Request, serving: Serving, found: bytes | None, day: date) -> Response:
    if found is None:
        raise ContractError(404, f"There was no such resource on {day}")
    return answer(request, serving, f"{request.url.path} {day}", found)


def _base(request: Request) -> str:
    base: str = request.app.state.base
    return base
