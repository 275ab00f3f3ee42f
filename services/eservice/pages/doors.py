"""What every page needs: the session, the person, the services; and what happens when one of them is missing."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from services.eservice.clients.services import Services, services_for
from services.eservice.drafts import Drafts
from services.eservice.session import Session, Sessions

MOST_FIELDS, LARGEST_FIELD = 5000, 2_000_000
"""More than the gateway lets through: whatever was typed comes back with a sentence about it."""
SEE_OTHER = 303


class LoginNeededError(Exception):
    """Nobody is logged in."""


class PersonNeededError(Exception):
    """The account has no person: nobody has given it authority. `is_coming` when our records have one by now."""

    def __init__(self, *, is_coming: bool) -> None:
        super().__init__()
        self.is_coming = is_coming


class TermsNeededError(Exception):
    """The terms must be accepted first."""


class ForgedFormError(Exception):
    """The form did not come from our page."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A logged-in person's request."""

    session: Session
    services: Services
    person: Mapping[str, Any]
    typed: dict[str, list[str]]

    def one(self, name: str) -> str:
        """A single input's text."""
        return (self.typed.get(name) or [""])[0]

    @property
    def key(self) -> str:
        """The form's Idempotency-Key; a form without it gets a new one."""
        given = self.one("key")
        return given if given.isascii() and given.isprintable() and 8 <= len(given) <= 100 else new_key()  # noqa: PLR2004


def new_key() -> str:
    """A new Idempotency-Key, for a form to carry: sent twice, it does its work once."""
    return secrets.token_urlsafe(24)


def sessions(request: Request) -> Sessions:
    """The sessions."""
    found: Sessions = request.app.state.sessions
    return found


def drafts(request: Request) -> Drafts:
    """The drafts."""
    found: Drafts = request.app.state.drafts
    return found


async def typed_form(request: Request) -> dict[str, list[str]]:
    """A posted form's inputs; empty for other methods."""
    if request.method != "POST":
        return {}
    if not hasattr(request.state, "typed"):  # a body is read once; error pages ask for it again
        form = await request.form(max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
        request.state.typed = {name: [str(text) for text in form.getlist(name)] for name in form}
    typed: dict[str, list[str]] = request.state.typed
    return typed


async def own_session(request: Request) -> Session | None:
    """The request's session, or None; a form must carry the session's token. Raises ForgedFormError."""
    session = await sessions(request).of(request)
    if session and request.method == "POST" and (await typed_form(request)).get("csrf") != [session.csrf]:
        raise ForgedFormError
    return session


async def logged_in(request: Request) -> Visit:
    """The visit of somebody logged in: known or not, whether or not the terms are accepted. Raises LoginNeededError."""
    session = await own_session(request)
    if session is None:
        raise LoginNeededError
    request.state.session = session
    services = services_for(request.app.state.http, request.app.state.settings, session.tokens.access)
    person = await services.identity.me.get()
    request.state.person = person
    return Visit(session, services, person, await typed_form(request))


async def known(visit: Annotated[Visit, Depends(logged_in)]) -> Visit:
    """The visit of a person whom the register knows, and whose token says so. Raises PersonNeededError."""
    if visit.session.person_id is None:
        raise PersonNeededError(is_coming=visit.person["personId"] is not None)
    return visit


async def accepted(visit: Annotated[Visit, Depends(known)]) -> Visit:
    """The visit of somebody who has accepted the current terms. Raises TermsNeededError."""
    if not visit.person["terms"]["accepted"]:
        raise TermsNeededError
    return visit


LoggedIn = Annotated[Visit, Depends(logged_in)]
Known = Annotated[Visit, Depends(known)]
Accepted = Annotated[Visit, Depends(accepted)]
