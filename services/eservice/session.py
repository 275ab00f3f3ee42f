"""The browser's session: a `__Host-` cookie that means nothing outside; all else stays here, sealed."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.eservice.oidc import Leaving, LoginRefusedError, Provider, Tokens
from services.eservice.settings import EserviceSettings
from services.eservice.store import sessions
from services.kernel.database import Pool, transaction
from services.kernel.secrets import Vault

SESSION, LOGIN, DRAFT = "__Host-session", "__Host-login", "__Host-draft"
RENEW_BEFORE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in person's session."""

    id_hash: bytes
    person_id: str
    csrf: str
    tokens: Tokens
    terms_accepted: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody had typed in a form when the session had ended."""

    path: str
    fields: dict[str, list[str]]


class Sessions:
    """Begins, finds and ends sessions; keeps logins under way and drafts."""

    def __init__(self, pool: Pool, settings: EserviceSettings, provider: Provider) -> None:
        self.pool, self.settings, self.provider = pool, settings, provider
        self.vault = Vault.from_passphrase(settings.vault_secret.get_secret_value())

    async def begin(self, tokens: Tokens, claims: Mapping[str, Any]) -> str:
        """Begin a session under a new secret; returns the secret for the cookie."""
        secret = secrets.token_urlsafe(32)
        await sessions.insert(
            self.pool, _hash(secret), self._seal_tokens(tokens), str(claims["person_id"]), claims.get("sid"),
            secrets.token_urlsafe(32), tokens.ends_at,
        )  # fmt: skip
        await sessions.sweep(self.pool)
        return secret

    async def of(self, request: Request) -> Session | None:
        """The request's session with a living access token, or None. Raises ProviderAwayError."""
        secret = request.cookies.get(SESSION)
        if not secret:
            return None
        row = await sessions.find(self.pool, _hash(secret), self.settings.session_idle, self.settings.session_longest)
        if row is None:
            return None
        tokens = await self._living_tokens(row)
        if tokens is None:
            return None
        return Session(row["id_hash"], row["person_id"], row["csrf"], tokens, row["terms_accepted"])

    async def accept_terms(self, session: Session) -> None:
        """Remember that the terms are accepted."""
        await sessions.terms_accepted(self.pool, session.id_hash)

    async def end(self, session: Session) -> None:
        """End a session."""
        await sessions.delete(self.pool, session.id_hash)

    async def end_provider_session(self, provider_session: str) -> None:
        """End what the identity provider has ended."""
        await sessions.delete_provider_session(self.pool, provider_session)

    async def keep_login(self, leaving: Leaving) -> str:
        """Keep a login under way; returns the secret for its cookie."""
        secret = secrets.token_urlsafe(32)
        sealed = self.vault.seal(orjson.dumps(asdict(leaving)).decode(), LOGIN)
        await sessions.put_login(self.pool, _hash(secret), sealed)
        return secret

    async def take_login(self, request: Request) -> Leaving | None:
        """The login that this browser left for, once."""
        sealed = await sessions.take_login(self.pool, _hash(request.cookies.get(LOGIN, "")))
        return Leaving(**orjson.loads(self.vault.open(sealed, LOGIN))) if sealed else None

    async def keep_draft(self, draft: Draft) -> str:
        """Keep what was typed; returns the secret for its cookie."""
        secret = secrets.token_urlsafe(32)
        sealed = self.vault.seal(orjson.dumps(asdict(draft)).decode(), DRAFT)
        await sessions.put_draft(self.pool, _hash(secret), sealed)
        return secret

    async def take_draft(self, request: Request) -> Draft | None:
        """What this browser had typed, once."""
        sealed = await sessions.take_draft(self.pool, _hash(request.cookies.get(DRAFT, "")))
        return Draft(**orjson.loads(self.vault.open(sealed, DRAFT))) if sealed else None

    async def _living_tokens(self, row: asyncpg.Record) -> Tokens | None:
        if row["access_ends_at"] > datetime.now(UTC) + RENEW_BEFORE:
            return self._open_tokens(row["sealed_tokens"], row["access_ends_at"])
        ended = False
        async with transaction(self.pool) as tx:
            locked = await sessions.lock(tx, row["id_hash"])
            if locked is None:
                return None
            tokens = self._open_tokens(locked["sealed_tokens"], locked["access_ends_at"])
            if tokens.ends_at <= datetime.now(UTC) + RENEW_BEFORE:
                try:
                    tokens = await self.provider.renew(tokens)
                    await sessions.refreshed(tx, row["id_hash"], self._seal_tokens(tokens), tokens.ends_at)
                except LoginRefusedError:
                    await sessions.delete(tx, row["id_hash"])
                    ended = True
        return None if ended else tokens

    def _seal_tokens(self, tokens: Tokens) -> bytes:
        kept = {"access": tokens.access, "refresh": tokens.refresh, "id_token": tokens.id_token}
        return self.vault.seal(orjson.dumps(kept).decode(), SESSION)

    def _open_tokens(self, sealed: bytes, ends_at: datetime) -> Tokens:
        return Tokens(**orjson.loads(self.vault.open(sealed, SESSION)), ends_at=ends_at)


def set_cookie(response: Response, name: str, secret: str, *, seconds: int | None = None) -> None:
    """Set one of our cookies: for this host, over TLS (or localhost), not for scripts."""
    response.set_cookie(name, secret, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def clear_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def safe_path(wanted: str | None) -> str:
    """The path to go to after login: on this site only, never another's (CWE-601)."""
    path = wanted or "/"
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
