"""What somebody had typed, kept over a new login: for the same person at the same browser, and nobody else."""

import secrets
from dataclasses import asdict, dataclass

from starlette.requests import Request

from services.eservice.cookies import DRAFT
from services.eservice.sealing import Sealed, hashed
from services.eservice.session import Ended, Session
from services.eservice.store import drafts
from services.kernel.database import Pool

SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed in the form at a path."""

    path: str
    fields: dict[str, list[str]]


class Drafts:
    """Keeps one draft for each session that we once gave: nobody can fill the table without having logged in."""

    def __init__(self, pool: Pool, sealed: Sealed) -> None:
        self.pool, self.sealed = pool, sealed

    async def keep(self, session: Session | Ended, draft: Draft) -> str:
        """Keep what was typed; returns the secret for the cookie."""
        secret = secrets.token_urlsafe(32)
        sealed = self.sealed.seal(asdict(draft), DRAFT, hashed(secret).hex())
        await drafts.put(self.pool, hashed(secret), sealed, session.id_hash, session.owner)
        await drafts.sweep(self.pool)
        return secret

    async def take(self, request: Request, session: Session, path: str) -> Draft | None:
        """What the session's person had typed at this browser in the form at `path`, once."""
        id_hash = hashed(request.cookies.get(DRAFT, ""))
        kept = self.sealed.open(await drafts.get(self.pool, id_hash, session.owner), DRAFT, id_hash.hex())
        if kept is None or kept["path"] != path:
            return None
        await drafts.delete(self.pool, id_hash)
        return Draft(**kept)

    async def forget(self, session: Session) -> None:
        """Forget what was typed in a session."""
        await drafts.delete_of_session(self.pool, session.id_hash)
