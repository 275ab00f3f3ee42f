"""An organizer's overview over HTTP."""

import orjson
from fastapi import APIRouter, Response

from services.kernel.identity import Who
from services.registry.api.doors import Number, RegisterDep
from services.registry.queries import overview as queries

router = APIRouter(tags=["Organizers"])


@router.get("/organizers/{number}/overview")
async def overview(number: Number, who: Who, register: RegisterDep) -> Response:
    """What waits for the organizer's users (what is due first comes first), its units counted, what is not public."""
    found = await queries.overview(register, who, number)
    return Response(orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "no-store"})
