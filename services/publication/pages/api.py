"""How to use the open data: examples that can be copied."""

from fastapi import APIRouter, Request, Response

from services.publication.api.v3_answers import serving_now
from services.publication.rendering import page

router = APIRouter(prefix="/register")


@router.get("/api")
async def api(request: Request) -> Response:
    """Examples in curl, Python, R and JavaScript."""
    return page(request, serving_now(request), "api.html")
