"""The browser's session: a `__Host-` cookie that means nothing outside; all else stays here, sealed."""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import structlog
from starlette.requests import Request

from services.eservice.cookies import LOGIN, SESSION
from services.eservice.oidc import Leaving, LoginRefusedError, Provider, ProviderAwayError, Tokens
from services.eservice.sealing import Sealed, hashed
from services.eservice.settings import EserviceSettings
from services.eservice.store import sessions
from services.kernel.database import Pool, transaction

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 30
"""How long we leave a provider alone that was away: who is logged in works on meanwhile."""
ELSEWHERE = "elsewhere"
Why = Callable[[Tokens], Awaitable[str | None]]
"""Asks why the provider ended a session, with the tokens that it had; None when nothing more is known."""


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in account's session."""

    id_hash: bytes
    csrf: str
    tokens: Tokens
    ends_at: datetime
    """When it ends unless it is used again."""
    can_be_longer: bool
    """Whether use makes it longer; not when it nears its absolute limit."""

    @property
    def person_id(self) -> str | None:
        """The person, or None while the account has none."""
        return self.tokens.person_id

    @property
    def owner(self) -> str:
        """Whose the drafts of this session are."""
        return owner_of(self.tokens.person_id, self.tokens.account_id)


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that this browser had. `reason` is None when it goes on for us: a service refused its token."""

    id_hash: bytes
    owner: str
    reason: str | None


class Sessions:
    """Begins, finds and ends sessions; keeps logins under way."""

    def __init__(self, pool: Pool, settings: EserviceSettings, provider: Provider, sealed: Sealed, why: Why) -> None:
        self.pool, self.settings, self.provider, self.sealed, self.why = pool, settings, provider, sealed, why
        self._limits = (settings.session_idle, settings.session_longest)
        self._ask_provider_from = 0.0

    async def begin(self, request: Request, tokens: Tokens, provider_session: str | None) -> str:
        """Begin a session in place of the browser's earlier one; returns the new secret for the cookie."""
        secret = secrets.token_urlsafe(32)
        await sessions.delete(self.pool, hashed(request.cookies.get(SESSION, "")))
        await sessions.insert(
            self.pool, hashed(secret), self._seal_tokens(tokens, hashed(secret)), account=tokens.account_id,
            person=tokens.person_id, provider_session=provider_session, csrf=secrets.token_urlsafe(32),
            ends=tokens.ends_at,
        )  # fmt: skip
        await sessions.sweep(self.pool, self.settings.session_longest)
        return secret

    async def of(self, request: Request) -> Session | None:
        """The request's session with a living access token, now used; or None. Raises ProviderAwayError."""
        row, tokens = await self._found(request)
        if row and tokens and _is_half_gone(tokens):
            tokens = await self._renewed(row["id_hash"])
        return _session(row, tokens) if row and tokens else None

    async def renewed(self, request: Request) -> Session | None:
        """The request's session with tokens fetched just now. Raises ProviderAwayError."""
        row, _ = await self._found(request)
        tokens = await self._renewed(row["id_hash"], at_once=True) if row else None
        return _session(row, tokens) if row and tokens else None

    async def left(self, request: Request) -> tuple[datetime, bool] | None:
        """When the session ends, and whether it can be made longer; to ask is no use of it. None: it has ended."""
        row = await sessions.peek(self.pool, hashed(request.cookies.get(SESSION, "")), *self._limits)
        return _end(row) if row else None

    async def ended(self, request: Request) -> Ended | None:
        """The session that this browser had, and why it ended; None when it had none of ours."""
        id_hash = hashed(request.cookies.get(SESSION, ""))
        row = await sessions.last(self.pool, id_hash, *self._limits)
        if row is None:
            return None
        reason, tokens = row["reason"], self._open_tokens(row)
        if reason == ELSEWHERE and tokens:
            reason = await self._explain(id_hash, tokens)
        elif reason and tokens:
            await sessions.end(self.pool, id_hash, reason)
            await self.provider.end(tokens)  # else the next "log in" would be no login
        return Ended(id_hash, owner_of(row["person_id"], row["account_id"]), reason)

    async def end(self, session: Session, reason: str | None = None) -> None:
        """End a session; with a reason, the browser is told it the next time."""
        if reason:
            await sessions.end(self.pool, session.id_hash, reason)
        else:
            await sessions.delete(self.pool, session.id_hash)

    async def end_everywhere(self, person_id: str) -> None:
        """End all the person's sessions."""
        await sessions.end_person(self.pool, person_id)

    async def end_at_provider(self, provider_session: str | None, account: str | None) -> None:
        """End what the identity provider has ended, one session or all of an account; then find out why."""
        for row in await sessions.end_at_provider(self.pool, provider_session, account):
            await self._explain(row["id_hash"], self._open_tokens(row))

    async def of_person(self, person_id: str) -> Sequence[asyncpg.Record]:
        """What is stored of a person's sessions."""
        return await sessions.of_person(self.pool, person_id)

    async def count(self, person_id: str) -> int:
        """How many sessions a person has just now."""
        return await sessions.count(self.pool, person_id, *self._limits)

    async def keep_login(self, leaving: Leaving) -> str:
        """Keep a login under way; returns the secret for its cookie."""
        secret = secrets.token_urlsafe(32)
        sealed = self.sealed.seal(asdict(leaving), LOGIN, hashed(secret).hex())
        await sessions.put_login(self.pool, hashed(secret), sealed)
        return secret

    async def take_login(self, request: Request) -> Leaving | None:
        """The login that this browser left for, once."""
        id_hash = hashed(request.cookies.get(LOGIN, ""))
        kept = self.sealed.open(await sessions.take_login(self.pool, id_hash), LOGIN, id_hash.hex())
        return Leaving(**kept) if kept else None

    async def _found(self, request: Request) -> tuple[asyncpg.Record | None, Tokens | None]:
        secret = request.cookies.get(SESSION)
        row = await sessions.find(self.pool, hashed(secret), *self._limits) if secret else None
        return row, self._open_tokens(row)

    async def _renewed(self, id_hash: bytes, *, at_once: bool = False) -> Tokens | None:
        """New tokens, fetched by one request while the others wait: a refresh token goes once only.

        While the provider is away, those that are still good are good enough. Raises ProviderAwayError after that.
        """
        async with transaction(self.pool) as tx:
            old = self._open_tokens(await sessions.lock(tx, id_hash))
            if old is None or not (at_once or (_is_half_gone(old) and self._may_ask(old))):
                return old
            try:
                tokens = await self.provider.renew(old)
            except ProviderAwayError:
                self._ask_provider_from = time.monotonic() + PAUSE_SECONDS
                if at_once or not _is_good(old):
                    raise
                return old
            except LoginRefusedError:
                await sessions.end(tx, id_hash, ELSEWHERE)
            else:
                sealed = self._seal_tokens(tokens, id_hash)
                await sessions.refreshed(tx, id_hash, sealed, tokens.ends_at, tokens.person_id)
                return tokens
        await self._explain(id_hash, old)
        return None

    def _may_ask(self, tokens: Tokens) -> bool:
        return time.monotonic() >= self._ask_provider_from or not _is_good(tokens)

    async def _explain(self, id_hash: bytes, tokens: Tokens | None) -> str:
        """Why a session was ended elsewhere. Asked when it ends, and again by its page should that be first."""
        reason = (await self.why(tokens) if tokens and _is_good(tokens) else None) or ELSEWHERE
        await sessions.explain(self.pool, id_hash, reason)
        return reason

    def _open_tokens(self, row: asyncpg.Record | None) -> Tokens | None:
        kept = self.sealed.open(row["sealed_tokens"], SESSION, row["id_hash"].hex()) if row else None
        return Tokens(**kept, ends_at=row["access_ends_at"]) if row and kept else None

    def _seal_tokens(self, tokens: Tokens, id_hash: bytes) -> bytes:
        return self.sealed.seal(_kept(tokens), SESSION, id_hash.hex())


def owner_of(person_id: str | None, account_id: str) -> str:
    """Whose something typed is: the person's, or the account's while it has none."""
    return person_id or f"account:{account_id}"


def _session(row: asyncpg.Record, tokens: Tokens) -> Session:
    return Session(row["id_hash"], row["csrf"], tokens, *_end(row))


def _end(row: asyncpg.Record) -> tuple[datetime, bool]:
    ends_at: datetime = min(row["idle_end"], row["last_end"])
    return ends_at, ends_at < row["last_end"]


def _kept(tokens: Tokens) -> Mapping[str, Any]:
    return {"access": tokens.access, "refresh": tokens.refresh, "id_token": tokens.id_token, "seconds": tokens.seconds}


def _is_half_gone(tokens: Tokens) -> bool:
    return tokens.ends_at - datetime.now(UTC) < timedelta(seconds=tokens.seconds) / 2 or not _is_good(tokens)


def _is_good(tokens: Tokens) -> bool:
    return tokens.ends_at > datetime.now(UTC) + timedelta(seconds=5)
