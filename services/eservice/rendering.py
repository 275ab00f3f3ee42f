"""Templates: our pages, with govuk-frontend's components under our own look."""

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.eservice import account_texts, texts
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
ENVIRONMENT.filters["clock"] = account_texts.clock
ENVIRONMENT.filters["seconds_left"] = account_texts.seconds_left
ENVIRONMENT.filters["day"] = texts.day
ENVIRONMENT.filters["role"] = lambda code: texts.ROLES.get(code, code)
ENVIRONMENT.filters["moment"] = texts.moment
ENVIRONMENT.filters["field"] = texts.field
ENVIRONMENT.filters["value"] = texts.value
ENVIRONMENT.filters["has_prefix"] = lambda found, prefix: any(
    name.startswith(f"{prefix}/") and any(values) for name, values in found.items()
)
ENVIRONMENT.filters["pairs"] = lambda values: [(one, one) for one in values]


def page(
    request: Request, template: str, session: Session | None = None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Render a page."""
    session = session or getattr(request.state, "session", None)
    known = {
        "path": request.url.path, "session": session, "person": getattr(request.state, "person", None),
        "zone": request.app.state.settings.time_zone, "warning": request.app.state.settings.session_warning,
    }  # fmt: skip
    text = ENVIRONMENT.get_template(f"{template}.html").render(known | values)
    return HTMLResponse(text, status)


def markdown(text: str) -> Markup:
    """Markdown of our own as HTML; raw HTML in it is shown, not obeyed."""
    return Markup(MarkdownIt("js-default", {"html": False}).render(text))  # noqa: S704 - escaped by the renderer
