"""What changed: today, or this month."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from services.publication.api.v3_answers import serving_now
from services.publication.build.serving import Serving
from services.publication.domain.asked import NUMBER
from services.publication.domain.history import Kind
from services.publication.domain.words import MONTHS
from services.publication.rendering import page
from services.publication.store import changes, listed
from services.publication.store.changes import Numbered, Wanted

router = APIRouter(prefix="/register/andrat")
PAGE = 200
ADDRESSES: dict[Kind, str] = {"unit": "/register/skolenheter", "organizer": "/register/huvudman"}


@router.get("")
async def today(request: Request) -> Response:
    """What today's view has otherwise than yesterday's."""
    serving = serving_now(request)
    return await _since(request, serving, serving.day, "Ändrat idag", "Idag")


@router.get("/manad")
async def this_month(request: Request) -> Response:
    """What changed since the first of the month."""
    serving = serving_now(request)
    title = f"Ändrat i {MONTHS[serving.day.month - 1]}"
    return await _since(request, serving, serving.day.replace(day=1), title, "Den här månaden")


async def _since(request: Request, serving: Serving, first: date, title: str, period: str) -> Response:
    pool = request.app.state.pool
    given = request.query_params.get("efter", "")
    after = int(given) if NUMBER.fullmatch(given) else await changes.seq_before(pool, first)
    found = await changes.after(pool, after, serving.day, Wanted(), PAGE)
    days = defaultdict[date, list[dict[str, Any]]](list)
    for one, name in zip(found, await _names(request, serving, found), strict=True):
        at = ADDRESSES.get(one.kind)
        told = {"what": one.what, "fields": one.fields, "name": name, "address": at and f"{at}/{one.id}"}
        days[one.view].append(told)
    following = f"{request.url.path}?efter={found[-1].seq}" if len(found) == PAGE else None
    return page(
        request, serving, "changed.html", title=title, period=period, changes=list(days.items()), following=following,
        periods=[("/register/andrat", "Idag"), ("/register/andrat/manad", "Den här månaden")],
    )  # fmt: skip


async def _names(request: Request, serving: Serving, found: Sequence[Numbered]) -> list[str]:
    """What each is called today; a contract by its two codes."""
    names = dict[tuple[Kind, str], str]()
    for kind in {one.kind for one in found}:
        ids = [one.id for one in found if one.kind == kind]
        seen = await listed.seen(request.app.state.pool, kind, serving.day, serving.day, ids)
        names |= {(kind, entity): one.body.get("displayName", entity) for entity, one in seen.items()}
    return [names.get((one.kind, one.id), one.id) for one in found]
