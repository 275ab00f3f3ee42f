"""What the registry stores about the caller, over HTTP."""

import orjson
from fastapi import APIRouter, Response

from services.kernel.identity import Who
from services.registry.api.doors import RegisterDep
from services.registry.queries.history import entry
from services.registry.store import audit

router = APIRouter(tags=["Me"])


@router.get("/me/data")
async def data(who: Who, register: RegisterDep) -> Response:
    """Everything that the registry stores about the caller: what they did."""
    rows = await audit.by_actor(register.pool, who.person_id)
    actions = [{"about": row["aggregate"]} | entry(row) for row in rows]
    return Response(
        orjson.dumps({"actions": actions}), media_type="application/json", headers={"Cache-Control": "no-store"}
    )
