"""The register day and reference data over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from services.kernel.identity import Who
from services.kernel.problems import Problem
from services.registry.api.doors import RegisterDep
from services.registry.commands import authority
from services.registry.commands.register_day import move_clock_past_midnight
from services.registry.domain.register_day import next_day
from services.registry.register import Register
from services.registry.store import reference, register_day

router = APIRouter(tags=["Register day"])


@router.get("/register-day")
async def get(_who: Who, register: RegisterDep) -> dict[str, Any]:
    """The open register day, and from when what is edited on it is public."""
    return await _day(register)


@router.post("/clock/close-day")
async def close(who: Who, register: RegisterDep) -> dict[str, Any]:
    """Move a demo's clock past midnight, which closes the register day. For the register administration."""
    await authority.require_administration(register.pool, register, who)
    await move_clock_past_midnight(register)
    return await _day(register)


@router.get("/reference/municipalities")
async def municipalities(_who: Who, register: RegisterDep) -> dict[str, list[dict[str, str]]]:
    """Every municipality with its county, by name."""
    rows = await reference.municipalities(register.pool)
    found = [
        {"municipalityCode": row["code"], "displayName": row["name"], "countyCode": row["county_code"]} for row in rows
    ]
    return {"municipalities": found}


@router.get("/reference/municipalities/{municipality}/places")
async def places(
    municipality: Annotated[str, Path(pattern=r"^[0-9]{4}$")], _who: Who, register: RegisterDep
) -> dict[str, list[dict[str, str]]]:
    """Where a municipality's school units are, in SWEREF 99 TM: for finding one's way on a map. All of it is public."""
    rows = await reference.places(register.pool, municipality)
    found = [
        {"schoolUnitCode": row["code"], "displayName": row["display_name"], "coordinateSweRefN": row["north"],
         "coordinateSweRefE": row["east"]}
        for row in rows
    ]  # fmt: skip
    return {"places": found}


async def _day(register: Register) -> dict[str, Any]:
    row = await register_day.find(register.pool, register.zone.key)
    if row is None:
        raise Problem(503, "register-not-loaded", "The register has not been loaded yet", headers={"Retry-After": "10"})
    return {
        "day": row.day,
        "today": row.today,
        "publicFrom": next_day(max(row.day, row.today)),
        "timeZone": register.zone.key,
        "offsetSeconds": int(row.clock_offset.total_seconds()),
    }
