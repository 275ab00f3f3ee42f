"""The page for what is not there."""

from fastapi import Request, Response

from services.publication.build.serving import Serving
from services.publication.rendering import page


def nowhere(request: Request, serving: Serving) -> Response:
    """Nothing is here; where else to look."""
    return page(request, serving, "nowhere.html", 404)
