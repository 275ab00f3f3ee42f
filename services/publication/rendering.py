"""The public site's pages: templates, words, and the headers of what is the same until the next day."""

from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader

from services.publication.api.answers import answer
from services.publication.build.serving import Serving
from services.publication.domain import words

HERE = Path(__file__).parent
HTML, OK = "text/html; charset=utf-8", 200
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
ENVIRONMENT.filters.update(
    day=words.day, number=words.number, status=words.status, field=words.field, value=words.value,
    school_type=words.school_type, organizer_type=words.organizer_type,
    month=words.month, organization_number=words.organization_number, dialled=words.dialled,
)  # fmt: skip


def page(request: Request, serving: Serving, template: str, status: int = OK, **values: Any) -> Response:
    """A page of today's view. What is not there is a page as well, kept by nobody."""
    base, path = request.app.state.base, request.url.path
    text = ENVIRONMENT.get_template(template).render(
        serving=serving, base=base, path=path, canonical=f"{base}{path.rstrip('/')}" if status == OK else None, **values
    )
    if status != OK:
        return Response(text, status, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}, HTML)
    made = answer(request, serving, f"{request.url.path}?{request.url.query} page", text.encode(), HTML)
    made.headers["Content-Security-Policy"] = POLICY
    return made
