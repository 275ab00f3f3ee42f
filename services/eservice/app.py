"""The e-service put together: the one place that knows all its rooms."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from services.eservice.clients.api import AwayError, LoggedOutError, RefusedError
from services.eservice.clients.services import services_for
from services.eservice.drafts import Drafts
from services.eservice.oidc import Provider, Tokens
from services.eservice.pages import (
    activities,
    administration,
    approvals,
    bulk,
    companies,
    contracts,
    credentials,
    edit_unit,
    editing,
    inviting,
    issued_letters,
    joining,
    letters,
    login,
    manual,
    my_contact,
    my_data,
    my_sessions,
    naming_providers,
    new_unit,
    organizer,
    overview,
    past,
    place,
    planned,
    problems,
    proposing_transfer,
    providers,
    refusals,
    reorganisations,
    reorganising,
    start,
    terms,
    transfers,
    unit_life,
    unit_list,
    units,
    users,
    waiting,
)
from services.eservice.presence import Presence
from services.eservice.rendering import page
from services.eservice.sealing import Sealed
from services.eservice.session import Sessions
from services.eservice.settings import EserviceSettings
from services.kernel import service
from services.kernel.database import Pool, open_pool

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
SECRET_ADDRESSES = ("/inbjudan/", "/epost/")
"""Addresses of mailed links: with their token they are said to nobody."""
WHY_SECONDS = 2
ROOMS = (
    login, waiting, start, terms, joining, letters, my_data, my_contact, my_sessions, units, edit_unit, inviting, users,
    credentials, organizer, administration, companies, issued_letters, manual, problems, activities, place, overview,
    unit_list, past, editing, approvals, new_unit, unit_life, planned, reorganisations, reorganising, transfers,
    proposing_transfer, naming_providers, contracts, providers, bulk,
)  # fmt: skip


def new_app(settings: EserviceSettings, pool: Pool, http: httpx.AsyncClient) -> FastAPI:
    """The web application."""
    app = FastAPI(title="E-service", docs_url=None, redoc_url=None, openapi_url=None, telemetry=service.UNTRACED)
    provider = Provider(settings, http)
    app.state.settings, app.state.http, app.state.provider = settings, http, provider
    sealed = Sealed(settings.vault_secret.get_secret_value())
    app.state.sealed, app.state.drafts = sealed, Drafts(pool, sealed)
    app.state.presence = Presence(pool, sealed, settings.presence_lasts)
    app.state.sessions = Sessions(pool, settings, provider, sealed, partial(_why, http, settings))
    for room in ROOMS:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    refusals.install(app)
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
            answer = refusals.broken(request, error)
        is_static = request.url.path.startswith("/static/")
        answer.headers.update(FIXED | {"Content-Security-Policy": policy})
        if request.url.path.startswith(SECRET_ADDRESSES):
            answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "public, max-age=3600" if is_static else "no-store"
        return answer


async def _why(http: httpx.AsyncClient, settings: EserviceSettings, tokens: Tokens) -> str | None:
    """Ask identity why the provider ended a session: locked, no authority left; None when it knows no reason."""
    try:
        person = await asyncio.wait_for(services_for(http, settings, tokens.access).identity.me.get(), WHY_SECONDS)
    except RefusedError as refused:
        return "locked" if refused.code == "account-locked" else None
    except (AwayError, LoggedOutError, TimeoutError):
        return None
    return None if person["memberships"] or person["registerAdministration"] else "authority-ended"


async def serve(settings: EserviceSettings) -> None:
    """Run until told to stop."""
    async with (
        open_pool(settings.database_url, size=settings.database_connections) as pool,
        httpx.AsyncClient(timeout=20) as http,
    ):
        app = new_app(settings, pool, http)
        await service.run(app, settings=settings, ready=[service.database_check(pool)])
