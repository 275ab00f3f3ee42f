"""The open API v2 (spec/openapi-v2.md). The gateway serves most of it as plain files; this answers all of it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path as FilePath

from fastapi import APIRouter, Request, Response

from services.contracts.vocabulary import OrganizerType, SchoolType, SchoolUnitType, Status
from services.publication.api.answers import (
    BOTH,
    Allowed,
    ContractError,
    answer,
    asked_day,
    contract_file,
    filter_values,
    now_serving,
)
from services.publication.build.serving import Serving
from services.publication.build.v2_files import LISTS
from services.publication.domain import v2
from services.publication.domain.history import Kind
from services.publication.queries import past

router = APIRouter(prefix="/skolenhetsregistret/v2")
Filters = Mapping[str, Allowed]
YES_OR_NO = {"true": "true", "1": "true", "false": "false", "0": "false"}
"""As other languages write it: True, TRUE, 1."""

UNIT_FILTERS: Filters = {
    "organization_number": re.compile(r"[0-9]{10}", re.ASCII),
    "school_type": frozenset(SchoolType),
    "status": frozenset(Status),
    "municipality_code": re.compile(r"[0-9]{4}", re.ASCII),
    "school_unit_type": frozenset(SchoolUnitType),
}
NUMBER = re.compile(r"[0-9]{10}", re.ASCII)
FILTERS: Mapping[Kind, Filters] = {
    "unit": UNIT_FILTERS,
    "organizer": {"organizer_type": frozenset(OrganizerType)},
    "provider": {"grading_rights": YES_OR_NO},
    "contract": {"organizer_organization_number": NUMBER, "education_provider_organization_number": NUMBER},
}
UNIT_CODE, PROVIDER_CODE = re.compile(r"[1-9][0-9]{7}", re.ASCII), re.compile(r"[0-9]{8}", re.ASCII)


@router.api_route("/school-units", methods=BOTH)
async def school_units(request: Request) -> Response:
    """All school units, or those that the filters name."""
    return _list(request, "unit")


@router.api_route("/organizers", methods=BOTH)
async def organizers(request: Request) -> Response:
    """All organizers, or those of some types."""
    return _list(request, "organizer")


@router.api_route("/education-providers", methods=BOTH)
async def education_providers(request: Request) -> Response:
    """All education providers, or those with or without grading rights."""
    return _list(request, "provider")


@router.api_route("/contracts", methods=BOTH)
async def contracts(request: Request) -> Response:
    """All contracts, or those of an organizer or a provider."""
    return _list(request, "contract")


@router.api_route("/school-units/{code}", methods=BOTH)
async def school_unit(request: Request, code: str) -> Response:
    """One school unit, today or as it was on `search_date`."""
    if not UNIT_CODE.fullmatch(code):
        raise ContractError(400, "schoolUnitCode must be eight digits, the first not zero")
    return await _one(request, f"school-units/{code}.json", "school unit", past.unit, code)


@router.api_route("/organizers/{number}", methods=BOTH)
async def organizer(request: Request, number: str) -> Response:
    """One organizer, today or as it was on `search_date`."""
    if not NUMBER.fullmatch(number):
        raise ContractError(400, "organizationNumber must be ten digits")
    return await _one(request, f"organizers/{number}.json", "organizer", past.organizer, number)


@router.api_route("/education-providers/{code}", methods=BOTH)
async def education_provider(request: Request, code: str) -> Response:
    """One education provider, today or as it was on `search_date`."""
    if not PROVIDER_CODE.fullmatch(code):
        raise ContractError(400, "educationProviderCode must be eight digits")
    return await _one(request, f"education-providers/{code}.json", "education provider", past.provider, code)


@router.api_route("/contracts/{number}/{code}", methods=BOTH)
async def contract(request: Request, number: str, code: str) -> Response:
    """One organizer's contract with one provider, today or as it was on `search_date`."""
    if not (NUMBER.fullmatch(number) and PROVIDER_CODE.fullmatch(code)):
        raise ContractError(400, "A contract has an organizationNumber and an educationProviderCode")
    return await _one(request, f"contracts/{number}/{code}.json", "contract", past.contract, number, code)


@router.api_route("/api-info", methods=BOTH)
async def api_info(request: Request) -> Response:
    """What this API is."""
    return _file(request, now_serving(request), "api-info.json", "resource")


@router.api_route("/openapi.json", methods=BOTH)
async def document(request: Request) -> Response:
    """The contract itself, as an OpenAPI document."""
    return contract_file(request, "openapi-v2.json")


def _list(request: Request, kind: Kind) -> Response:
    serving = now_serving(request)
    filters = {name: filter_values(request, name, test) for name, test in FILTERS[kind].items()}
    modified_after = asked_day(request, "meta_modified_after")
    asked = f"{kind} {sorted((name, sorted(set(given))) for name, given in filters.items())} {modified_after}"
    selected = serving.lists[kind].select(filters, modified_after.isoformat() if modified_after else None)
    return answer(request, serving, asked, v2.list_answer(LISTS[kind][1], selected, serving.extract_date))


async def _one(
    request: Request, name: str, what: str, then: Callable[..., Awaitable[bytes | None]], *identity: str
) -> Response:
    """A ready-made answer; with `search_date` one made by `then`."""
    serving, day = now_serving(request), asked_day(request, "search_date")
    if day is None:
        return _file(request, serving, name, what)
    found = await then(request.app.state.pool, serving, *identity, day, request.app.state.base)
    if found is None:
        raise ContractError(404, f"There was no such {what} on {day}")
    return answer(request, serving, f"{request.url.path} {day}", found)


def _file(request: Request, serving: Serving, name: str, what: str) -> Response:
    path = serving.urls / "v2" / FilePath(name)
    if not path.is_file():
        raise ContractError(404, f"There is no such {what}")
    return answer(request, serving, name, path.read_bytes())
