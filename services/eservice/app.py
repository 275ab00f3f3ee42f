"""The e-service put together: the one place that knows all its rooms."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from services.eservice.clients.api import AwayError, LoggedOutError, RefusedError
from services.eservice.oidc import Provider, ProviderAwayError
from services.eservice.pages import edit_unit, login, problems, start, units
from services.eservice.pages.doors import ForgedFormError, LoginNeededError, TermsNeededError, typed_form
from services.eservice.pages.login import SEE_OTHER
from services.eservice.rendering import page
from services.eservice.session import DRAFT, SESSION, Draft, Sessions, clear_cookie, set_cookie
from services.eservice.settings import EserviceSettings
from services.kernel import service
from services.kernel.database import Pool, open_pool

log = structlog.get_logger(__name__)
STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self' {provider}; frame-ancestors 'none'; base-uri 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
BACK_CHANNEL = "/logga-ut/bakkanal"


def new_app(settings: EserviceSettings, pool: Pool, http: httpx.AsyncClient) -> FastAPI:
    """The web application."""
    app = FastAPI(title="E-service", docs_url=None, redoc_url=None, openapi_url=None, telemetry=service.UNTRACED)
    provider = Provider(settings, http)
    app.state.settings, app.state.http, app.state.provider = settings, http, provider
    app.state.sessions = Sessions(pool, settings, provider)
    for room in (login, start, units, edit_unit, problems):
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _handle_errors(app)
    _guard(app, settings)
    return app


def _guard(app: FastAPI, settings: EserviceSettings) -> None:
    """Security headers on every answer; and no form that another site sends (Origin, Fetch Metadata)."""
    parts = urlsplit(settings.oidc_issuer)
    policy = POLICY.format(provider=f"{parts.scheme}://{parts.netloc}")
    public = urlsplit(settings.public_base_url)
    ours = f"{public.scheme}://{public.netloc}"

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.method == "POST" and request.url.path != BACK_CHANNEL:
            origin = request.headers.get("origin")
            if origin not in {None, ours} or request.headers.get("sec-fetch-site") == "cross-site":
                return page(request, "forged", status=403)
        try:
            answer = await call_next(request)
        except Exception as error:  # noqa: BLE001 - here, not in a handler: those answer without the headers below
            answer = _broken(request, error)
        is_static = request.url.path.startswith("/static/")
        answer.headers.update(FIXED | {"Content-Security-Policy": policy})
        answer.headers["Cache-Control"] = "public, max-age=3600" if is_static else "no-store"
        return answer


def _handle_errors(app: FastAPI) -> None:
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        LoginNeededError: _login_needed,
        LoggedOutError: _login_needed,
        TermsNeededError: _terms_needed,
        ForgedFormError: _forged,
        RefusedError: _refused,
        AwayError: _away,
        ProviderAwayError: _away,
        HTTPException: _not_found,
        RequestValidationError: _not_found,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _login_needed(request: Request, _error: Exception) -> Response:
    """To the login and back. What was typed is kept, and stands in the form again afterwards."""
    typed = await _typed_by_hand(request)
    login = f"/logga-in?vidare={_wanted(request, typed)}"
    answer: Response
    answer = page(request, "session_ended", status=401, login=login) if typed else RedirectResponse(login, SEE_OTHER)
    clear_cookie(answer, SESSION)
    return await _keeping(request, typed, answer)


async def _terms_needed(request: Request, _error: Exception) -> Response:
    """To the terms and back. A new version may come while somebody types: that is kept too."""
    typed = await _typed_by_hand(request)
    return await _keeping(request, typed, RedirectResponse(f"/villkor?vidare={_wanted(request, typed)}", SEE_OTHER))


async def _typed_by_hand(request: Request) -> dict[str, list[str]]:
    return {name: values for name, values in (await typed_form(request)).items() if name != "csrf"}


def _wanted(request: Request, typed: dict[str, list[str]]) -> str:
    """The page to come back to, for a query: the same, or the form that was sent."""
    if typed:
        return quote(_form_path(request), safe="/")
    return quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="/")


def _form_path(request: Request) -> str:
    return request.url.path.removesuffix("/spara")


async def _keeping(request: Request, typed: dict[str, list[str]], answer: Response) -> Response:
    if typed:
        sessions: Sessions = request.app.state.sessions
        set_cookie(answer, DRAFT, await sessions.keep_draft(Draft(_form_path(request), typed)), seconds=3600)
    return answer


async def _forged(request: Request, _error: Exception) -> Response:
    return page(request, "forged", status=403)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - as registered
    return page(request, "not_found", status=404)


async def _not_found(request: Request, _error: Exception) -> Response:
    return page(request, "not_found", status=404)


async def _away(request: Request, error: Exception) -> Response:
    """A service is away. What was typed goes back into the page, to be sent again."""
    log.warning("service-away", reason=str(error))
    typed = await typed_form(request)
    hidden = [(name, text) for name, values in typed.items() for text in values]
    answer = page(request, "away", status=503, hidden=hidden, action=request.url.path)
    answer.headers["Retry-After"] = "10"
    return answer


def _broken(request: Request, error: Exception) -> Response:
    log.error("page-failed", path=request.url.path, exc_info=error)
    return page(request, "broken", status=500)


async def serve(settings: EserviceSettings) -> None:
    """Run until told to stop."""
    async with (
        open_pool(settings.database_url, size=settings.database_connections) as pool,
        httpx.AsyncClient(timeout=20) as http,
    ):
        app = new_app(settings, pool, http)
        await service.run(app, settings=settings, ready=[service.database_check(pool)])
