"""The browser's session: a `__Host-` cookie that means nothing outside; all else stays here, sealed."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
import structlog
from cryptography.exceptions import InvalidTag
from starlette.requests import Request
from starlette.responses import Response

from services.eservice.oidc import Leaving, LoginRefusedError, Provider, Tokens
from services.eservice.settings import EserviceSettings
from services.eservice.store import sessions
from services.kernel.database import Pool, transaction
from services.kernel.secrets import Vault

log = structlog.get_logger(__name__)
SESSION, LOGIN, DRAFT = "__Host-session", "__Host-login", "__Host-draft"
RENEW_BEFORE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in person's session."""

    id_hash: bytes
    csrf: str
    tokens: Tokens


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

    async def begin(self, request: Request, tokens: Tokens, claims: Mapping[str, Any]) -> str:
        """Begin a session in place of the browser's earlier one; returns the new secret for the cookie."""
        secret = secrets.token_urlsafe(32)
        sealed = self._seal(_kept(tokens), SESSION, _hash(secret))
        await sessions.delete(self.pool, _hash(request.cookies.get(SESSION, "")))
        await sessions.insert(
            self.pool, _hash(secret), sealed, str(claims["person_id"]), claims.get("sid"), secrets.token_urlsafe(32),
            tokens.ends_at,
        )  # fmt: skip
        await sessions.sweep(self.pool)
        return secret

    async def of(self, request: Request) -> Session | None:
        """The request's session with a living access token, or None. Raises ProviderAwayError."""
        secret = request.cookies.get(SESSION)
        if not secret:
            return None
        row = await sessions.find(self.pool, _hash(secret), self.settings.session_idle, self.settings.session_longest)
        tokens = self._open_tokens(row)
        if row and tokens and _ends_soon(tokens):
            tokens = await self._renewed(row["id_hash"])
        return Session(row["id_hash"], row["csrf"], tokens) if row and tokens else None

    async def end(self, session: Session) -> None:
        """End a session."""
        await sessions.delete(self.pool, session.id_hash)

    async def end_provider_session(self, provider_session: str) -> None:
        """End what the identity provider has ended."""
        await sessions.delete_provider_session(self.pool, provider_session)

    async def keep_login(self, leaving: Leaving) -> str:
        """Keep a login under way; returns the secret for its cookie."""
        secret = secrets.token_urlsafe(32)
        await sessions.put_login(self.pool, _hash(secret), self._seal(asdict(leaving), LOGIN, _hash(secret)))
        return secret

    async def take_login(self, request: Request) -> Leaving | None:
        """The login that this browser left for, once."""
        id_hash = _hash(request.cookies.get(LOGIN, ""))
        kept = self._open(await sessions.take_login(self.pool, id_hash), LOGIN, id_hash)
        return Leaving(**kept) if kept else None

    async def keep_draft(self, draft: Draft) -> str:
        """Keep what was typed; returns the secret for its cookie."""
        secret = secrets.token_urlsafe(32)
        await sessions.put_draft(self.pool, _hash(secret), self._seal(asdict(draft), DRAFT, _hash(secret)))
        return secret

    async def take_draft(self, request: Request) -> Draft | None:
        """What this browser had typed, once."""
        id_hash = _hash(request.cookies.get(DRAFT, ""))
        kept = self._open(await sessions.take_draft(self.pool, id_hash), DRAFT, id_hash)
        return Draft(**kept) if kept else None

    async def _renewed(self, id_hash: bytes) -> Tokens | None:
        """New tokens, fetched by one request while the others wait: a refresh token goes once only."""
        async with transaction(self.pool) as tx:
            tokens = self._open_tokens(await sessions.lock(tx, id_hash))
            if tokens is None or not _ends_soon(tokens):
                return tokens
            try:
                tokens = await self.provider.renew(tokens)
            except LoginRefusedError:
                await sessions.delete(tx, id_hash)
                return None
            await sessions.refreshed(tx, id_hash, self._seal(_kept(tokens), SESSION, id_hash), tokens.ends_at)
            return tokens

    def _open_tokens(self, row: asyncpg.Record | None) -> Tokens | None:
        kept = self._open(row["sealed_tokens"], SESSION, row["id_hash"]) if row else None
        return Tokens(**kept, ends_at=row["access_ends_at"]) if row and kept else None

    def _seal(self, kept: Mapping[str, Any], name: str, id_hash: bytes) -> bytes:
        return self.vault.seal(orjson.dumps(kept).decode(), f"{name}/{id_hash.hex()}")

    def _open(self, sealed: bytes | None, name: str, id_hash: bytes) -> dict[str, Any] | None:
        """What was sealed for this row; None when it is altered, from another row, or sealed with another secret."""
        if sealed is None:
            return None
        try:
            kept: dict[str, Any] = orjson.loads(self.vault.open(sealed, f"{name}/{id_hash.hex()}"))
        except InvalidTag:
            log.warning("sealed-refused", kept=name)
            return None
        return kept


def _kept(tokens: Tokens) -> dict[str, str | None]:
    return {"access": tokens.access, "refresh": tokens.refresh, "id_token": tokens.id_token}


def _ends_soon(tokens: Tokens) -> bool:
    return tokens.ends_at <= datetime.now(UTC) + RENEW_BEFORE


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
