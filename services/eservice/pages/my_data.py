"""My data: everything stored about me, in plain words and as a file; and how often I am mailed."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import account_texts
from services.eservice.clients.api import RefusedError
from services.eservice.pages.doors import SEE_OTHER, Known, Visit, new_key, sessions
from services.eservice.rendering import page

router = APIRouter()
STALE = 412


@router.get("/mina-uppgifter", response_class=HTMLResponse)
async def overview(request: Request, visit: Known, sparat: str = "") -> HTMLResponse:
    """Everything about oneself, and where to correct it. `sparat`: what was just saved."""
    accepted, preferences = await asyncio.gather(
        visit.services.identity.me.accepted_terms(), visit.services.notifications.preferences()
    )
    return page(
        request, "my_data", visit.session, accepted=accepted, preferences=preferences,
        saved=sparat,
    )  # fmt: skip


@router.get("/mina-uppgifter/export.json")
async def export(request: Request, visit: Known) -> Response:
    """Everything that is stored about oneself, by the service that stores it."""
    services = visit.services
    identity, notifications, registry = await asyncio.gather(
        services.identity.me.data(), services.notifications.my_data(), services.registry.my_data()
    )
    now = datetime.now(UTC)
    everything = {
        "exportedAt": now, "identity": identity, "notifications": notifications, "registry": registry,
        "eservice": {"sessions": await _own_sessions(request, visit)},
    }  # fmt: skip
    name = f"mina-uppgifter-{now:%Y-%m-%d}.json"
    return Response(
        orjson.dumps(everything, option=orjson.OPT_INDENT_2), media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


async def _own_sessions(request: Request, visit: Visit) -> list[dict[str, Any]]:
    rows = await sessions(request).of_person(str(visit.session.person_id))
    return [
        {"beganAt": row["created_at"], "lastUsedAt": row["seen_at"], "endedAt": row["ended_at"],
         "endReason": row["end_reason"]}
        for row in rows
    ]  # fmt: skip


@router.get("/mina-uppgifter/mejl", response_class=HTMLResponse)
async def mail(request: Request, visit: Known) -> HTMLResponse:
    """How often one is mailed, and what is mailed in any case."""
    return _mail(request, await visit.services.notifications.preferences(), {})


@router.post("/mina-uppgifter/mejl", response_class=HTMLResponse)
async def prefer(request: Request, visit: Known) -> Response:
    """Change how often one is mailed."""
    chosen = visit.one("delivery")
    if chosen not in account_texts.DELIVERIES:
        return _mail(request, await visit.services.notifications.preferences(), {"delivery": "delivery"})
    try:
        await visit.services.notifications.prefer(chosen, visit.one("version"), visit.key)
    except RefusedError as refused:
        if refused.status != STALE:
            raise
        return _mail(request, await visit.services.notifications.preferences(), {"delivery": "stale"})
    return RedirectResponse("/mina-uppgifter?sparat=mejl", SEE_OTHER)


def _mail(request: Request, preferences: dict[str, Any], errors: dict[str, str]) -> HTMLResponse:
    return page(
        request, "my_mail", status=400 if errors else 200, preferences=preferences, key=new_key(),
        errors={name: account_texts.ERRORS[code] for name, code in errors.items()},
    )  # fmt: skip
