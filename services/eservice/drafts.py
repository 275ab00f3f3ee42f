"""What somebody had typed, kept over a new login: for the same person at the same browser, and nobody else."""

import re
import secrets
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import Response

from services.eservice.cookies import DRAFT, set_cookie
from services.eservice.sealing import Sealed, hashed
from services.eservice.session import Ended, Session
from services.eservice.store import drafts
from services.kernel.database import Pool

SECONDS = 3600
OURS = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
"""The cookie's secret as we make it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed in the form at a path."""

    path: str
    fields: dict[str, list[str]]


class Drafts:
    """Keeps a few drafts for each session that we once gave: nobody can fill the table without having logged in.

    One for each page, all under the browser's one cookie: two windows do not take each other's.
    """

    def __init__(self, pool: Pool, sealed: Sealed) -> None:
        self.pool, self.sealed = pool, sealed

    async def keep(self, request: Request, session: Session | Ended, draft: Draft, answer: Response) -> None:
        """Keep what was typed, and let the answer's browser find it again."""
        kept = request.cookies.get(DRAFT, "")
        secret = kept if OURS.fullmatch(kept) else secrets.token_urlsafe(32)
        id_hash = _row(secret, session.owner, draft.path)
        sealed = self.sealed.seal(asdict(draft), DRAFT, id_hash.hex())
        await drafts.put(self.pool, id_hash, sealed, session.id_hash, session.owner)
        await drafts.sweep(self.pool)
        set_cookie(answer, DRAFT, secret, seconds=SECONDS)

    async def read(self, request: Request, session: Session, path: str) -> Draft | None:
        """What the session's person had typed at this browser in the form at `path`. It stays."""
        id_hash = _row(request.cookies.get(DRAFT, ""), session.owner, path)
        kept = self.sealed.open(await drafts.get(self.pool, id_hash, session.owner), DRAFT, id_hash.hex())
        return None if kept is None else Draft(**kept)

    async def take(self, request: Request, session: Session, path: str) -> Draft | None:
        """The same, once."""
        draft = await self.read(request, session, path)
        if draft is not None:
            await drafts.delete(self.pool, _row(request.cookies.get(DRAFT, ""), session.owner, path))
        return draft

    async def forget(self, session: Session) -> None:
        """Forget what was typed in a session."""
        await drafts.delete_of_session(self.pool, session.id_hash)


def _row(secret: str, owner: str, path: str) -> bytes:
    return hashed(f"{secret}\n{owner}\n{path}")
