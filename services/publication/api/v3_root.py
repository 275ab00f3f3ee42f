"""Where everything is: the API's own address, and what the national profile asks for."""

from datetime import date

import orjson
from fastapi import APIRouter, Request, Response

from services.publication.api import v3_pages as pages
from services.publication.api.answers import document
from services.publication.api.v3_answers import page_answer, serving_now
from services.publication.domain import v3

NAME, TITLE = "skolenhetsregistret", "Open register of school units"
VERSION, RELEASED = "3.0.0", date(2026, 11, 25)
router = APIRouter(tags=["about"])


@router.get("/", response_model=pages.Root, summary="Find your way")
async def root(request: Request) -> Response:
    """The newest day, and the addresses of lists, changes, files and documents."""
    serving, base = serving_now(request), request.app.state.base
    told = {"name": NAME, "title": TITLE, "version": VERSION, "snapshot": serving.day,
            "extractDate": serving.extract_date, "links": v3.places_to_go(base)}  # fmt: skip
    return page_answer(request, serving, told)


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The contract itself."""
    return document(request, orjson.dumps(request.app.openapi()))


@router.get("/api-info", response_model=pages.ApiInfo, summary="Tell what this API is")
async def api_info(request: Request) -> Response:
    """Name, version and state, as the national REST API profile describes an API."""
    documentation = f"{request.app.state.base}{v3.PATH}/openapi.json"
    about = {"apiName": NAME, "apiVersion": VERSION, "apiReleased": RELEASED,
             "apiDocumentation": documentation, "apiStatus": "active"}  # fmt: skip
    return page_answer(request, serving_now(request), about)
