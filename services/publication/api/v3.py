"""The open API v3: for today's readers. See docs/api/v3.md."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query, Request, Response
from pydantic import BaseModel

from services.kernel import problems
from services.kernel.problems import Problem
from services.publication.api import changes, v3_days, v3_places, v3_root
from services.publication.api import v3_models as models
from services.publication.api import v3_pages as pages
from services.publication.api.answers import JSON
from services.publication.api.v3_answers import (
    GEO_JSON,
    install,
    known_fields,
    last_of,
    links,
    meta,
    page_answer,
    refuse_unknown_places,
    serving_now,
    telling,
)
from services.publication.api.v3_document import Documented
from services.publication.api.v3_parameters import (
    ContractQuery,
    Days,
    ListQuery,
    OrganizerQuery,
    ProviderQuery,
    UnitQuery,
)
from services.publication.build.serving import Serving
from services.publication.domain import v3
from services.publication.domain.accepted import qualities
from services.publication.domain.asked import SortKey
from services.publication.domain.catalogue import Publisher
from services.publication.domain.history import Kind
from services.publication.queries import entities, lists

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
LICENCE = "CC0-1.0"
UnitCode = Annotated[str, Path(description="A school unit code, eight digits", examples=["27508103"])]
Number = Annotated[str, Path(description="An organization number, ten digits", examples=["2120001132"])]
ProviderCode = Annotated[str, Path(description="An education provider's code, eight digits", examples=["12345678"])]


def new_app(publisher: Publisher | None = None) -> FastAPI:
    """The application that is mounted under the version's address, with an OpenAPI document of its own.

    `publisher`: who answers questions about it, and under which licence it is read.
    """
    licence = {"url": publisher.licence} if publisher else {"identifier": LICENCE}
    app = Documented(
        title=v3_root.TITLE, version=v3_root.VERSION, summary="Everything public, as of any day",
        docs_url=None, redoc_url=None, openapi_url=None, separate_input_output_schemas=False, redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name, license_info={"name": LICENCE, **licence},
        contact={"name": publisher.name, "url": publisher.url, "email": publisher.email} if publisher else None,
    )  # fmt: skip
    install(app)
    for part in (v3_root.router, router, v3_places.router, v3_days.router, changes.router):
        app.include_router(part, responses=PROBLEMS)
    return app


@router.get(
    "/school-units", response_model=pages.SchoolUnits, responses=GEO, tags=["school units"],
    summary="Find school units",
)  # fmt: skip
async def school_units(request: Request, asked: Annotated[UnitQuery, Query()]) -> Response:
    """School units: filtered, searched, sorted, near a point or in a box, as of any day. JSON or GeoJSON.

    Several values of one filter: any of them. Several filters: all of them. Follow `links.next` for the next page.
    """
    wanted = qualities(request.headers.get("accept", ""))
    as_geo = asked.format == "geojson" or wanted.get(GEO_JSON, 0.0) > wanted.get(JSON, 0.0)
    serving = serving_now(request)
    body = await _page(request, serving, "unit", asked, models.FoundUnit, v3.feature if as_geo else v3.only)
    if not as_geo:
        return page_answer(request, serving, body)
    features = body.pop("data")
    collection = {"type": "FeatureCollection", **body, "features": features}
    return page_answer(request, serving, collection, GEO_JSON)


@router.get("/organizers", response_model=pages.Organizers, tags=["organizers"], summary="Find organizers")
async def organizers(request: Request, asked: Annotated[OrganizerQuery, Query()]) -> Response:
    """Organizers: municipalities, regions, the state, companies and others that run school units."""
    serving = serving_now(request)
    return page_answer(request, serving, await _page(request, serving, "organizer", asked, models.FoundOrganizer))


@router.get(
    "/education-providers", response_model=pages.EducationProviders, tags=["adult education"],
    summary="Find education providers",
)  # fmt: skip
async def education_providers(request: Request, asked: Annotated[ProviderQuery, Query()]) -> Response:
    """Education providers that may be on contract for adult education, with their grading rights."""
    serving = serving_now(request)
    return page_answer(
        request, serving, await _page(request, serving, "provider", asked, models.FoundEducationProvider)
    )


@router.get("/contracts", response_model=pages.Contracts, tags=["adult education"], summary="Find contracts")
async def contracts(request: Request, asked: Annotated[ContractQuery, Query()]) -> Response:
    """Contracts between organizers and education providers, with the parts of adult education that they are for."""
    serving = serving_now(request)
    return page_answer(request, serving, await _page(request, serving, "contract", asked, models.FoundContract))


@router.get(
    "/school-units/{code}", response_model=pages.OneUnit, tags=["school units"],
    summary="Read a school unit",
)  # fmt: skip
async def school_unit(request: Request, code: UnitCode, asked: Annotated[Days, Query()]) -> Response:
    """A school unit in full, with the units that it came of and those that came of it."""
    return await _one(request, "unit", code, asked)


@router.get("/organizers/{number}", response_model=pages.OneOrganizer, tags=["organizers"], summary="Read an organizer")
async def organizer(request: Request, number: Number, asked: Annotated[Days, Query()]) -> Response:
    """An organizer in full, with the addresses of its school units and contracts."""
    return await _one(request, "organizer", number, asked)


@router.get(
    "/education-providers/{code}", response_model=pages.OneEducationProvider, tags=["adult education"],
    summary="Read an education provider",
)  # fmt: skip
async def education_provider(request: Request, code: ProviderCode, asked: Annotated[Days, Query()]) -> Response:
    """An education provider in full, with the address of its contracts."""
    return await _one(request, "provider", code, asked)


@router.get(
    "/contracts/{number}/{code}", response_model=pages.OneContract, tags=["adult education"], summary="Read a contract"
)
async def contract(request: Request, number: Number, code: ProviderCode, asked: Annotated[Days, Query()]) -> Response:
    """The contract between an organizer and an education provider, each part with its days."""
    return await _one(request, "contract", f"{number}/{code}", asked)


@router.get(
    "/school-units/{code}/history", response_model=pages.History, tags=["school units"],
    summary="Read a school unit's history",
)  # fmt: skip
async def unit_history(request: Request, code: UnitCode, asked: Annotated[Days, Query()]) -> Response:
    """Every state of a school unit, the newest first: its days, and what changed, with both values."""
    return await _history(request, "unit", code, asked)


@router.get(
    "/organizers/{number}/history", response_model=pages.History, tags=["organizers"],
    summary="Read an organizer's history",
)  # fmt: skip
async def organizer_history(request: Request, number: Number, asked: Annotated[Days, Query()]) -> Response:
    """Every state of an organizer, the newest first: its days, and what changed, with both values."""
    return await _history(request, "organizer", number, asked)


@router.get(
    "/education-providers/{code}/history", response_model=pages.History, tags=["adult education"],
    summary="Read an education provider's history",
)  # fmt: skip
async def provider_history(request: Request, code: ProviderCode, asked: Annotated[Days, Query()]) -> Response:
    """Every state of an education provider, the newest first: its days, and what changed, with both values."""
    return await _history(request, "provider", code, asked)


@router.get(
    "/contracts/{number}/{code}/history", response_model=pages.History, tags=["adult education"],
    summary="Read a contract's history",
)  # fmt: skip
async def contract_history(
    request: Request, number: Number, code: ProviderCode, asked: Annotated[Days, Query()]
) -> Response:
    """Every state of a contract, the newest first: its days, and what changed, with both values."""
    return await _history(request, "contract", f"{number}/{code}", asked)


async def _page(
    request: Request, serving: Serving, kind: Kind, asked: ListQuery, model: type[BaseModel],
    tell: Callable[[v3.Said, Sequence[str]], v3.Said] = v3.only,
) -> dict[str, Any]:  # fmt: skip
    """What is found, told from one snapshot: a newer one may be served before this is done."""
    box_and_near = asked.place()
    sort: SortKey | None = asked.sort
    last = last_of(asked.cursor, sort or ("distance" if box_and_near[1] and not asked.q else "displayName"))
    by, made_at = await telling(request, serving, asked, view=last.view if last else None)
    filters = asked.filters(kind)
    await refuse_unknown_places(request, serving, filters.get("municipalityCode", ()))
    found = await lists.page(request.app.state.pool, request.app.state.spelling, serving.places, lists.Asked(
        kind, by.view, by.day, filters, asked.q, *box_and_near, asked.modified_after, sort, asked.limit,
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


def _names(model: type[BaseModel]) -> Sequence[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _unknown(kind: Kind, entity: str) -> Problem:
    return Problem(
        404, "not-found", "There is no such thing", f"{v3.COLLECTIONS[kind]} has no {entity[:40]} on that day"
    )
