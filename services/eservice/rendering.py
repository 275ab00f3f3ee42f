"""Templates: our pages, with govuk-frontend's components under our own look."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.eservice import (
    account_texts,
    approval_texts,
    organizer_texts,
    overview_texts,
    reorganisation_texts,
    texts,
    transfer_texts,
)
from services.eservice.forms import unit
from services.eservice.session import Session

HERE = Path(__file__).parent
ENVIRONMENT = Environment(
    loader=ChoiceLoader(
        [
            FileSystemLoader(HERE / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    ),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.globals["texts"] = texts
ENVIRONMENT.globals["account_texts"] = account_texts
ENVIRONMENT.globals["overview_texts"] = overview_texts
ENVIRONMENT.globals["organizer_texts"] = organizer_texts
ENVIRONMENT.globals["approval_texts"] = approval_texts
ENVIRONMENT.globals["reorganisation_texts"] = reorganisation_texts
ENVIRONMENT.globals["transfer_texts"] = transfer_texts
ENVIRONMENT.globals["unit_form"] = unit
ENVIRONMENT.filters["clock"] = account_texts.clock
ENVIRONMENT.filters["seconds_left"] = account_texts.seconds_left
ENVIRONMENT.filters["day"] = texts.day
ENVIRONMENT.filters["day_before"] = texts.day_before
ENVIRONMENT.filters["role"] = lambda code: texts.ROLES.get(code, code)
ENVIRONMENT.filters["moment"] = texts.moment
ENVIRONMENT.filters["field"] = texts.field
ENVIRONMENT.filters["value"] = texts.value
ENVIRONMENT.filters["has_prefix"] = lambda found, prefix: any(
    name.startswith(f"{prefix}/") and any(values) for name, values in found.items()
)
ENVIRONMENT.filters["person"] = texts.person
ENVIRONMENT.filters["genitive"] = texts.genitive
ENVIRONMENT.filters["number"] = texts.number
ENVIRONMENT.filters["pairs"] = lambda values: [(one, one) for one in values]


def page(
    request: Request, template: str, session: Session | None = None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Render a page."""
    session = session or getattr(request.state, "session", None)
    person, settings = getattr(request.state, "person", None), request.app.state.settings
    known = {
        "path": request.url.path, "session": session, "person": person, "zone": settings.time_zone,
        "warning": settings.session_warning, "contact": settings.contact_email, "acting": only_organizer(person),
        "errors": {}, "typed": {},
    }  # fmt: skip
    text = ENVIRONMENT.get_template(f"{template}.html").render(known | values)
    return HTMLResponse(text, status)


def acting_for(person: Mapping[str, Any], number: str, name: str) -> dict[str, str]:
    """The organizer that a page belongs to and the person's role there, for the page's head (`acting`)."""
    roles = {one["organizationNumber"]: one["role"] for one in person["memberships"]}
    return {"number": number, "name": name, "role": roles.get(number, "register-administration")}


def only_organizer(person: Mapping[str, Any] | None) -> dict[str, str] | None:
    """The organizer of somebody who acts for one alone: on all their pages."""
    if person is None or person["registerAdministration"] or len(person["memberships"]) != 1:
        return None
    (one,) = person["memberships"]
    return acting_for(person, one["organizationNumber"], one["organizerName"])


def markdown(text: str, *, below: int = 0) -> Markup:
    """Markdown of our own as HTML; raw HTML in it is shown, not obeyed. `below`: the level its headings come under."""
    reader = MarkdownIt("js-default", {"html": False})
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + below, 6)}"
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - escaped by the renderer
