"""The open API v3: for today's readers. See docs/api/v3.md."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import BaseModel

from services.kernel import problems
from services.kernel.problems import Problem
from services.publication.api import changes
from services.publication.api import v3_models as models
from services.publication.api import v3_pages as pages
from services.publication.api.v3_answers import (
    GEO_JSON,
    install,
    known_fields,
    links,
    meta,
    page_answer,
    serving_now,
    telling,
)
from services.publication.api.v3_document import Documented
from services.publication.api.v3_parameters import (
    ContractQuery,
    Days,
    DifferenceQuery,
    ListQuery,
    OrganizerQuery,
    ProviderQuery,
    UnitQuery,
)
from services.publication.domain import v3
from services.publication.domain.asked import CursorError, Last, SortKey, read_cursor
from services.publication.domain.history import Kind
from services.publication.queries import entities, lists

VERSION = "3.0.0"
RELEASED = date(2026, 11, 25)
router = APIRouter()
PROBLEM_TITLES = {
    400: "A parameter is not right",
    404: "There is no such thing, or no such view",
    429: "Asked too often; wait for as long as `Retry-After` says",
    503: "Starting, or away for a moment",
}


def _schema(name: str, media_type: str) -> dict[str, Any]:
    return {"content": {media_type: {"schema": {"$ref": models.IN_DOCUMENT.format(model=name)}}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": says, **_schema("ProblemDetails", problems.MEDIA_TYPE)}
    for status, says in PROBLEM_TITLES.items()
}
GEO: dict[int | str, dict[str, Any]] = {200: _schema("Features", GEO_JSON)}


def new_app() -> FastAPI:
    """The application that is mounted under the version's address, with an OpenAPI document of its own."""
    app = Documented(
        title="Open register of school units", version=VERSION, summary="Everything public, as of any day",
        docs_url=None, redoc_url=None, separate_input_output_schemas=False, redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        contact={"name": "The register"}, license_info={"name": "CC0-1.0", "identifier": "CC0-1.0"},
    )  # fmt: skip
    install(app)
    app.include_router(router, responses=PROBLEMS)
    app.include_router(changes.router, responses=PROBLEMS)
    return app


@router.get("/school-units", response_model=pages.SchoolUnits, responses=GEO, tags=["school units"])
async def school_units(request: Request, asked: Annotated[UnitQuery, Query()]) -> Response:
    """School units: filtered, searched, sorted, near a point or in a box, as of any day. JSON or GeoJSON."""
    as_geo = asked.format == "geojson" or GEO_JSON in request.headers.get("accept", "")
    body = await _page(request, "unit", asked, models.FoundUnit, v3.feature if as_geo else v3.only)
    if not as_geo:
        return page_answer(request, serving_now(request), body)
    features = body.pop("data")
    collection = {"type": "FeatureCollection", **body, "features": features}
    return page_answer(request, serving_now(request), collection, GEO_JSON)


@router.get("/organizers", response_model=pages.Organizers, tags=["organizers"])
async def organizers(request: Request, asked: Annotated[OrganizerQuery, Query()]) -> Response:
    """Organizers."""
    return page_answer(request, serving_now(request), await _page(request, "organizer", asked, models.FoundOrganizer))


@router.get("/education-providers", response_model=pages.EducationProviders, tags=["adult education"])
async def education_providers(request: Request, asked: Annotated[ProviderQuery, Query()]) -> Response:
    """Education providers that may be on contract for adult education."""
    body = await _page(request, "provider", asked, models.FoundEducationProvider)
    return page_answer(request, serving_now(request), body)


@router.get("/contracts", response_model=pages.Contracts, tags=["adult education"])
async def contracts(request: Request, asked: Annotated[ContractQuery, Query()]) -> Response:
    """Contracts between organizers and education providers."""
    return page_answer(request, serving_now(request), await _page(request, "contract", asked, models.FoundContract))


@router.get("/school-units/{code}", response_model=pages.OneUnit, tags=["school units"])
async def school_unit(request: Request, code: str, asked: Annotated[Days, Query()]) -> Response:
    """A school unit, with its predecessors and successors."""
    return await _one(request, "unit", code, asked)


@router.get("/organizers/{number}", response_model=pages.OneOrganizer, tags=["organizers"])
async def organizer(request: Request, number: str, asked: Annotated[Days, Query()]) -> Response:
    """An organizer."""
    return await _one(request, "organizer", number, asked)


@router.get("/education-providers/{code}", response_model=pages.OneEducationProvider, tags=["adult education"])
async def education_provider(request: Request, code: str, asked: Annotated[Days, Query()]) -> Response:
    """An education provider."""
    return await _one(request, "provider", code, asked)


@router.get("/contracts/{number}/{code}", response_model=pages.OneContract, tags=["adult education"])
async def contract(request: Request, number: str, code: str, asked: Annotated[Days, Query()]) -> Response:
    """A contract."""
    return await _one(request, "contract", f"{number}/{code}", asked)


@router.get("/school-units/{code}/history", response_model=pages.History, tags=["school units"])
async def unit_history(request: Request, code: str, asked: Annotated[Days, Query()]) -> Response:
    """Every state of a school unit, the newest first."""
    return await _history(request, "unit", code, asked)


@router.get("/organizers/{number}/history", response_model=pages.History, tags=["organizers"])
async def organizer_history(request: Request, number: str, asked: Annotated[Days, Query()]) -> Response:
    """Every state of an organizer, the newest first."""
    return await _history(request, "organizer", number, asked)


@router.get("/education-providers/{code}/history", response_model=pages.History, tags=["adult education"])
async def provider_history(request: Request, code: str, asked: Annotated[Days, Query()]) -> Response:
    """Every state of an education provider, the newest first."""
    return await _history(request, "provider", code, asked)


@router.get("/contracts/{number}/{code}/history", response_model=pages.History, tags=["adult education"])
async def contract_history(request: Request, number: str, code: str, asked: Annotated[Days, Query()]) -> Response:
    """Every state of a contract, the newest first."""
    return await _history(request, "contract", f"{number}/{code}", asked)


@router.get("/differences", response_model=pages.Differences, tags=["changes"])
async def differences(request: Request, asked: Annotated[DifferenceQuery, Query()]) -> Response:
    """What is another on one day than on an earlier one."""
    serving = serving_now(request)
    last = _last(asked.cursor, "id")
    by, made_at = await telling(request, serving, Days(asOf=asked.to), view=last.view if last else None)
    kinds = sorted(kind for kind, name in v3.COLLECTIONS.items() if not asked.type or name in asked.type)
    after = (str(last.key), last.id) if last else ("", "")
    found, beyond = await entities.differences(request.app.state.pool, kinds, by, asked.since, after, asked.limit)
    cursor = {"cursor": Last(by.view, 0, *beyond).cursor()} if beyond else None
    about = meta(by, made_at, Days(asOf=asked.to))
    return page_answer(request, serving, {"meta": about, "links": links(request, cursor), "data": found})


@router.get("/api-info", response_model=pages.ApiInfo, tags=["about"])
async def api_info(request: Request) -> Response:
    """What this API is."""
    documentation = f"{request.app.state.base}{v3.PATH}/openapi.json"
    about = {"apiName": "skolenhetsregistret", "apiVersion": VERSION, "apiReleased": RELEASED,
             "apiDocumentation": documentation, "apiStatus": "active"}  # fmt: skip
    return page_answer(request, serving_now(request), about)


async def _page(
    request: Request, kind: Kind, asked: ListQuery, model: type[BaseModel],
    tell: Callable[[v3.Said, Sequence[str]], v3.Said] = v3.only,
) -> dict[str, Any]:  # fmt: skip
    serving, box_and_near = serving_now(request), asked.place()
    sort: SortKey | None = asked.sort
    last = _last(asked.cursor, sort or ("distance" if box_and_near[1] and not asked.q else "displayName"))
    by, made_at = await telling(request, serving, asked, view=last.view if last else None)
    found = await lists.page(request.app.state.pool, request.app.state.spelling, serving.places, lists.Asked(
        kind, by.view, by.day, asked.filters(kind), asked.q, *box_and_near, asked.modified_after, sort, asked.limit,
        last, asked.total,
    ))  # fmt: skip
    said = await entities.tell(request.app.state.pool, kind, [seen for seen, _ in found.entities], by)
    for one, (_, metres) in zip(said, found.entities, strict=True):
        if metres is not None:
            one["distance"] = round(metres, 1)
    fields = known_fields(asked.fields, _names(model))
    about = meta(by, made_at, asked, total=found.total, corrections=found.corrections or None)
    cursor = {"cursor": found.last.cursor()} if found.last else None
    return {"meta": about, "links": links(request, cursor), "data": [tell(one, fields) for one in said]}


async def _one(request: Request, kind: Kind, entity: str, asked: Days) -> Response:
    serving = serving_now(request)
    by, made_at = await telling(request, serving, asked)
    said = await entities.one(request.app.state.pool, kind, entity, by)
    if said is None:
        raise _unknown(kind, entity)
    return page_answer(
        request, serving, {"meta": meta(by, made_at, asked), "links": links(request, None), "data": said}
    )


async def _history(request: Request, kind: Kind, entity: str, asked: Days) -> Response:
    serving = serving_now(request)
    by, made_at = await telling(request, serving, asked)
    found = await entities.history(request.app.state.pool, kind, entity, by)
    if found is None:
        raise _unknown(kind, entity)
    return page_answer(
        request, serving, {"meta": meta(by, made_at, asked), "links": links(request, None), "data": found}
    )


def _last(cursor: str | None, sort: SortKey) -> Last | None:
    try:
        return read_cursor(cursor, sort) if cursor else None
    except CursorError as error:
        says = "Take the whole of `links.next`, with the parameters that are in it"
        raise Problem(400, "invalid-cursor", "The cursor cannot be read", says) from error


def _names(model: type[BaseModel]) -> Sequence[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _unknown(kind: Kind, entity: str) -> Problem:
    return Problem(
        404, "not-found", "There is no such thing", f"{v3.COLLECTIONS[kind]} has no {entity[:40]} on that day"
    )
