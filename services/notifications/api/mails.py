"""Mails over HTTP: who was told what, and what could not be delivered."""

from typing import Annotated

import asyncpg
import orjson
from fastapi import APIRouter, Path, Request, Response

from services.kernel.database import Pool
from services.kernel.identity import Who
from services.kernel.problems import Problem
from services.notifications.store import mails, people

router = APIRouter(tags=["Mails"])
ADMINISTRATION = "register-administration"
NAMES = {"mail_id": "mailId", "about": "about", "subject": "subject", "recipient": "recipient", "state": "state",
         "queued_at": "queuedAt", "ended_at": "endedAt", "last_error": "lastError"}  # fmt: skip


@router.get("/mails/mine")
async def mine(request: Request, who: Who) -> Response:
    """Your newest mails."""
    return _answer(await mails.mine(request.app.state.pool, who.person_id))


@router.get("/organizers/{number}/mails")
async def of_organizer(request: Request, who: Who, number: Annotated[str, Path(pattern=r"^[0-9]{10}$")]) -> Response:
    """The newest mails about an organizer: their states, not their content. For its contact persons."""
    pool: Pool = request.app.state.pool
    is_administration = ADMINISTRATION in who.roles
    if not await people.may_see_mails_of(pool, who.person_id, number, token_is_administration=is_administration):
        raise Problem(404, "not-found", "There is no such thing, or you may not see it")
    return _answer(await mails.of_organizer(pool, number))


def _answer(rows: list[asyncpg.Record]) -> Response:
    found = [{NAMES[name]: value for name, value in row.items()} for row in rows]
    return Response(orjson.dumps({"mails": found}, default=str), media_type="application/json")
