"""One's own: how often mail comes, and everything that notifications keeps about the caller."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Request, Response
from pydantic import ConfigDict

from services.contracts.event import Wire
from services.kernel.database import Pool
from services.kernel.idempotency import Key, version_of
from services.kernel.identity import Who
from services.notifications.api import doors
from services.notifications.api.mails import in_words
from services.notifications.commands.preferences import Prefer, prefer
from services.notifications.store import digests, mails, people

router = APIRouter(tags=["Me"])
IfMatch = Annotated[str | None, Header(alias="If-Match", description='The version seen, as `"3"`; `"0"` at first')]
JSON = "application/json"


class Preferences(Wire):
    """How often mail about school units comes. What concerns security and authority always comes at once."""

    model_config = ConfigDict(extra="forbid")

    delivery: Literal["at-once", "daily"]


@router.get("/preferences")
async def get_preferences(request: Request, who: Who) -> Response:
    """How often you want mail about school units. The version is in `ETag`."""
    pool: Pool = request.app.state.pool
    await doors.require_unlocked(pool, who)
    return _versioned(orjson.dumps(await _preferences(pool, who.person_id)))


@router.put("/preferences")
async def put_preferences(
    request: Request, preferences: Preferences, who: Who, key: Key, if_match: IfMatch = None
) -> Response:
    """Choose. Back at `at-once`, what had been collected for the daily mail is sent at once."""
    pool: Pool = request.app.state.pool
    await doors.require_unlocked(pool, who)
    if await people.about(pool, who.person_id) == (None, []):
        raise doors.not_found()
    return _versioned(await prefer(pool, who, Prefer(preferences.delivery, version_of(if_match), key)))


@router.get("/me/data")
async def my_data(request: Request, who: Who) -> Response:
    """Everything that notifications keeps about you."""
    pool: Pool = request.app.state.pool
    await doors.require_unlocked(pool, who)
    person, memberships = await people.about(pool, who.person_id)
    waiting = await digests.about(pool, who.person_id)
    answer = {
        "person": _camel(person, {"register_administration": "registerAdministration"}) if person else None,
        "memberships": [
            _camel(row, {"membership_id": "membershipId", "organizer": "organizationNumber"}) for row in memberships
        ],
        "preferences": await _preferences(pool, who.person_id),
        "waitingForDailyMail": [
            _camel(row, {"organizer": "organizationNumber", "code": "schoolUnitCode", "collected_at": "collectedAt"})
            for row in waiting
        ],
        "mails": in_words(await mails.all_of(pool, who.person_id)),
    }
    return Response(orjson.dumps(answer, default=str), headers={"Cache-Control": "no-store"}, media_type=JSON)


async def _preferences(pool: Pool, person_id: str) -> dict[str, Any]:
    found = await digests.preference(pool, person_id)
    return dict(found) if found else {"delivery": "at-once", "version": 0}


def _camel(row: Any, names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in row.items()}


def _versioned(body: bytes) -> Response:
    version = orjson.loads(body)["version"]
    return Response(body, 200, {"ETag": f'"{version}"', "Cache-Control": "no-store"}, JSON)
