"""Organizers over HTTP."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Response

from services.contracts.vocabulary import SchoolType, Status
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import DryRun, Number, Page, RegisterDep, Text, json_answer, versioned
from services.registry.commands import authority
from services.registry.commands.organizers import EditContact, edit_contact, try_contact
from services.registry.domain.organizers import ContactValues
from services.registry.queries import organizers as queries
from services.registry.queries.history import timeline
from services.registry.queries.organizers import LARGEST_PAGE, PAGE_SIZE, UnitSearch

router = APIRouter(tags=["Organizers"])
Lacks = Literal["head-teacher", "place", "right-place"]
"""What a unit ought to have and does not: one that is open a head teacher, its visiting address a place, in its
municipality."""


@router.get("/organizers")
async def mine(who: Who, register: RegisterDep, q: Annotated[str | None, Query(max_length=100)] = None) -> Response:
    """The organizers that you may act for. With `q`, the register administration searches all."""
    return json_answer({"organizers": await queries.mine(register, who, q)})


@router.get("/organizers/{number}")
async def one(number: Number, who: Who, register: RegisterDep) -> Response:
    """One organizer that you may act for. The version is in `ETag`."""
    return versioned(orjson.dumps(await queries.one(register, who, number)))


@router.put("/organizers/{number}")
async def put(
    number: Number,
    contact: ContactValues,
    who: Who,
    register: RegisterDep,
    key: Key,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:
    """Edit an organizer's own contact values: all as they shall be. In effect at once, public the next day."""
    command = EditContact(number, contact, version_of(if_match), key)
    if dry_run:
        return json_answer({"changed": await try_contact(register, who, command)})
    return versioned(await edit_contact(register, who, command))


@router.get("/organizers/{number}/history")
async def history(number: Number, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """What happened to an organizer, newest first: who (an id), when, why, and each field before and after."""
    await authority.require(register.pool, register, who, number)
    return json_answer(await timeline(register.pool, number, page))


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
    page: Page = 1,
    size: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE_SIZE,
    lacks: Annotated[list[Lacks], Query()] = [],  # noqa: B006 - FastAPI copies it
    not_public: bool = False,
) -> Response:
    """A page of the organizer's school units."""
    search = UnitSearch(q, status, school_type, sort, order == "desc", page, size, lacks, not_public)
    return json_answer(await queries.units(register, who, number, search))
