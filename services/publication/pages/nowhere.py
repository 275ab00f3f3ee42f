"""The page for what is not there."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.publication.api.v3_answers import serving_now
from services.publication.build.serving import Serving
from services.publication.rendering import page

router = APIRouter(prefix="/register")
"""The last of the site's: it takes every address that no other does."""


@router.get("/{rest:path}", include_in_schema=False)
async def not_found(request: Request, rest: str) -> Response:
    """Whatever else is asked for; an address with a slash too many is the one without."""
    if rest.endswith("/"):
        return RedirectResponse(f"/register/{rest}".rstrip("/"), 308)
    return nowhere(request, serving_now(request))


def nowhere(request: Request, serving: Serving) -> Response:
    """Nothing is here; where else to look."""
    return page(request, serving, "nowhere.html", 404)
