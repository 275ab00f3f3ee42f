"""Organizers over HTTP."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Path, Query, Response

from services.contracts.vocabulary import SchoolType, Status
from services.kernel.identity import Who
from services.registry.api.doors import RegisterDep
from services.registry.queries import organizers as queries
from services.registry.queries.organizers import LARGEST_PAGE, PAGE_SIZE, UnitSearch

router = APIRouter(tags=["Organizers"])
Number = Annotated[str, Path(pattern=r"^[0-9]{10}$", description="Organization number, ten digits")]
Lacks = Literal["head-teacher", "place"]
"""What a unit ought to have and does not: one that is open a head teacher, a place its visiting address."""
Text = Annotated[str, Query(max_length=100)]


@router.get("/organizers")
async def mine(who: Who, register: RegisterDep, q: Annotated[str | None, Query(max_length=100)] = None) -> Response:
    """The organizers that you may act for. With `q`, the register administration searches all."""
    return _json({"organizers": await queries.mine(register, who, q)})


@router.get("/organizers/{number}")
async def one(number: Number, who: Who, register: RegisterDep) -> Response:
    """One organizer that you may act for."""
    return _json(await queries.one(register, who, number))


@router.get("/organizers/{number}/school-units")
async def units(
    number: Number,
    who: Who,
    register: RegisterDep,
    q: Text = "",
    status: Annotated[list[Status], Query()] = [],  # noqa: B006 - FastAPI copies it
    school_type: Annotated[list[SchoolType], Query()] = [],  # noqa: B006 - FastAPI copies it
    sort: Literal["name", "code", "municipality", "modified"] = "name",
    order: Literal["asc", "desc"] = "asc",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE_SIZE,
    lacks: Annotated[list[Lacks], Query()] = [],  # noqa: B006 - FastAPI copies it
    not_public: bool = False,
) -> Response:
    """A page of the organizer's school units."""
    search = UnitSearch(q, status, school_type, sort, order == "desc", page, size, lacks, not_public)
    return _json(await queries.units(register, who, number, search))


def _json(body: object) -> Response:
    return Response(orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})
