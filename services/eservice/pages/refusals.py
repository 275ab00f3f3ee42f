"""What somebody sees where a page cannot be given: not logged in, not known, refused, away. Nothing typed is lost."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.eservice import account_texts
from services.eservice.clients.api import AwayError, LoggedOutError, RefusedError
from services.eservice.cookies import SESSION, clear_cookie
from services.eservice.drafts import Draft
from services.eservice.oidc import ProviderAwayError
from services.eservice.pages.doors import (
    SEE_OTHER,
    ForgedFormError,
    LoginNeededError,
    PersonNeededError,
    TermsNeededError,
    drafts,
    sessions,
    typed_form,
)
from services.eservice.pages.waiting import no_authority
from services.eservice.rendering import page
from services.eservice.session import Ended, Session
from services.kernel.telemetry import route_of

log = structlog.get_logger(__name__)
LOCKED = "locked"


def install(app: FastAPI) -> None:
    """Answer each refusal with its page."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        LoginNeededError: _login_needed,
        LoggedOutError: _login_needed,
        PersonNeededError: _person_needed,
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
    """To the login and back; where a session has ended, say why. What was typed stands in the form again afterwards."""
    typed = await _typed_by_hand(request)
    ended = await sessions(request).ended(request)
    login = f"/logga-in?vidare={wanted_path(request, typed)}"
    answer: Response
    if ended and ended.reason == LOCKED:
        answer = page(request, "locked", status=403)
    elif ended and (ended.reason or typed):
        answer = page(
            request, "session_ended", status=401, login=login, is_kept=bool(typed),
            why=account_texts.why_ended(ended.reason),
        )  # fmt: skip
        answer = await _keeping(request, ended, typed, answer)
    else:
        answer = RedirectResponse(login, SEE_OTHER)
    clear_cookie(answer, SESSION)
    return answer


async def _person_needed(request: Request, error: Exception) -> Response:
    assert isinstance(error, PersonNeededError)  # noqa: S101 - as registered
    if error.is_coming:
        return RedirectResponse(f"/kontot-gors-i-ordning?vidare={wanted_path(request, {})}", SEE_OTHER)
    return no_authority(request)


async def _terms_needed(request: Request, _error: Exception) -> Response:
    """To the terms and back. A new version may come while somebody types: that is kept too."""
    typed = await _typed_by_hand(request)
    answer = RedirectResponse(f"/villkor?vidare={wanted_path(request, typed)}", SEE_OTHER)
    return await _keeping(request, request.state.session, typed, answer)


async def _typed_by_hand(request: Request) -> dict[str, list[str]]:
    return {name: values for name, values in (await typed_form(request)).items() if name != "csrf"}


def wanted_path(request: Request, typed: dict[str, list[str]]) -> str:
    """The page to come back to, for a query: the same, or the form that was sent."""
    if typed or request.method == "POST":
        return quote(form_path(request), safe="/")
    return quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="/")


def form_path(request: Request) -> str:
    """The page of the form that was sent: what comes after it (check, save) has its address and a last word more."""
    return request.url.path.removesuffix("/spara")


async def _keeping(
    request: Request, session: Session | Ended, typed: dict[str, list[str]], answer: Response
) -> Response:
    if typed:
        await drafts(request).keep(request, session, Draft(form_path(request), typed), answer)
    return answer


async def _forged(request: Request, _error: Exception) -> Response:
    return page(request, "forged", status=403)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - as registered
    session: Session | None = getattr(request.state, "session", None)
    if session and error.code == "assurance-too-low":
        return await _safer_login_needed(request, session, int(error.problem.get("needed", 2)))
    if session and error.code == "account-locked":
        return await _locked(request, session)
    if session and error.code == "terms-not-accepted":
        return await _terms_needed(request, error)
    return page(request, "not_found", status=404)


async def _safer_login_needed(request: Request, session: Session, needed: int) -> Response:
    typed = await _typed_by_hand(request)
    login = f"/logga-in?niva={needed}&vidare={wanted_path(request, typed)}"
    answer = page(request, "safer_login", status=403, login=login, needed=needed, is_kept=bool(typed))
    return await _keeping(request, session, typed, answer)


async def _locked(request: Request, session: Session) -> Response:
    await sessions(request).end(session, LOCKED)
    await drafts(request).forget(session)
    request.state.session = None
    answer = page(request, "locked", status=403)
    clear_cookie(answer, SESSION)
    return answer


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


def broken(request: Request, error: Exception) -> Response:
    """Our own fault: said, and logged."""
    log.error("page-failed", route=route_of(request.scope), exc_info=error)
    return page(request, "broken", status=500)
