"""Mails over HTTP: who was told what, and what could not be delivered."""

from typing import Annotated

import asyncpg
import orjson
from fastapi import APIRouter, Path, Request, Response

from services.kernel.database import Pool
from services.kernel.identity import Who
from services.notifications.api import doors
from services.notifications.store import mails

router = APIRouter(tags=["Mails"])
NAMES = {"mail_id": "mailId", "organizer": "organizationNumber", "about": "about", "subject": "subject",
         "recipient": "recipient", "state": "state", "queued_at": "queuedAt", "ended_at": "endedAt",
         "last_error": "lastError"}  # fmt: skip


@router.get("/mails/mine")
async def mine(request: Request, who: Who) -> Response:
    """Your newest mails."""
    pool: Pool = request.app.state.pool
    await doors.require_unlocked(pool, who)
    return _answer(await mails.mine(pool, who.person_id))


@router.get("/organizers/{number}/mails")
async def of_organizer(request: Request, who: Who, number: Annotated[str, Path(pattern=r"^[0-9]{10}$")]) -> Response:
    """The newest mails about an organizer: their states, not their content. For its contact persons."""
    pool: Pool = request.app.state.pool
    await doors.require_mails_of(pool, request.app.state.settings, who, number)
    return _answer(await mails.of_organizer(pool, number))


def in_words(rows: list[asyncpg.Record]) -> list[dict[str, object]]:
    """Mails as they are answered."""
    return [{NAMES[name]: value for name, value in row.items()} for row in rows]


def _answer(rows: list[asyncpg.Record]) -> Response:
    return Response(orjson.dumps({"mails": in_words(rows)}, default=str), media_type="application/json")
