"""Education providers and contracts of the open API v2: none is in the register yet, so lists are empty."""

import re

from fastapi import APIRouter, Request, Response

from services.publication.api.answers import BOTH, ContractError, answer, asked_day, filter_values, now_serving
from services.publication.domain import v2

router = APIRouter(prefix="/skolenhetsregistret/v2")

TRUTH = frozenset({"true", "false"})
ORGANIZATION_NUMBER = re.compile(r"[0-9]{10}", re.ASCII)
PROVIDER_CODE = re.compile(r"[0-9]{8}", re.ASCII)


@router.api_route("/education-providers", methods=BOTH)
async def education_providers(request: Request) -> Response:
    """All education providers, or those with or without grading rights."""
    filter_values(request, "grading_rights", TRUTH)
    return _empty_list(request, "educationProvider")


@router.api_route("/education-providers/{code}", methods=BOTH)
async def education_provider(request: Request, code: str) -> Response:
    """One education provider."""
    if not PROVIDER_CODE.fullmatch(code):
        raise ContractError(400, "educationProviderCode must be eight digits")
    return _nothing(request, "education provider")


@router.api_route("/contracts", methods=BOTH)
async def contracts(request: Request) -> Response:
    """All contracts, or those of an organizer or a provider."""
    filter_values(request, "organizer_organization_number", ORGANIZATION_NUMBER)
    filter_values(request, "education_provider_organization_number", ORGANIZATION_NUMBER)
    return _empty_list(request, "contract")


@router.api_route("/contracts/{number}/{code}", methods=BOTH)
async def contract(request: Request, number: str, code: str) -> Response:
    """One organizer's contract with one provider."""
    if not (ORGANIZATION_NUMBER.fullmatch(number) and PROVIDER_CODE.fullmatch(code)):
        raise ContractError(400, "A contract has an organizationNumber and an educationProviderCode")
    return _nothing(request, "contract")


def _empty_list(request: Request, kind: str) -> Response:
    asked_day(request, "meta_modified_after")
    serving = now_serving(request)
    return answer(request, serving, kind, v2.list_answer(kind, [], serving.extract_date))


def _nothing(request: Request, what: str) -> Response:
    asked_day(request, "search_date")
    now_serving(request)
    raise ContractError(404, f"There is no such {what}")
