"""Things as they were, over HTTP: on a day, and two days compared."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.kernel.identity import Who
from services.kernel.problems import Problem
from services.registry.api.doors import RegisterDep, json_answer
from services.registry.api.units import NOT_FOUND, Code, may_see
from services.registry.commands import authority
from services.registry.queries import activities, adult_education
from services.registry.queries import past as queries
from services.registry.queries.former import readable
from services.registry.queries.past import INTRODUCED, ORGANIZER, UNIT
from services.registry.register import Register
from services.registry.store.past import View

router = APIRouter(tags=["The past"])
Number = Annotated[str, Path(pattern=r"^[0-9]{10}$", description="Organization number, ten digits")]
Provider = Annotated[str, Path(pattern=r"^[0-9]{8}$", description="Education provider code, eight digits")]
Id = Annotated[UUID, Path(description="The activity's id")]
Day = Annotated[date, Path(description="ISO 8601; today or earlier")]
First = Annotated[date, Query(alias="from")]
Last = Annotated[date, Query(alias="to")]
InView = Annotated[View, Query(description="The register's own state at the day's end, or the open data of the day")]


@router.get("/school-units/{code}/as-of/{day}")
async def unit_as_of(code: Code, day: Day, who: Who, register: RegisterDep, view: InView = "register") -> Response:
    """A unit as it stood at the end of a day, without what is never public; `unit` is null where it was not there.

    Whose it was before sees it on the days of its own time.
    """
    await may_see_on(register, who, code, day)
    told = await queries.as_of(register, UNIT, code, day, view)
    return json_answer({"schoolUnitCode": code} | queries.unit_answer(told))


@router.get("/school-units/{code}/compare")
async def compare_unit(
    code: Code, who: Who, register: RegisterDep, first: First, last: Last, view: InView = "register"
) -> Response:
    """Two days compared: each field that differs; a protected one that was changed in between by its name alone."""
    await may_see_on(register, who, code, first, last)
    told = await queries.compare(register, UNIT, code, (first, last), view)
    sides = {side: queries.unit_answer(told[side]) for side in ("from", "to")}
    return json_answer({"schoolUnitCode": code} | told | sides)


@router.get("/organizers/{number}/as-of/{day}")
async def organizer_as_of(
    number: Number, day: Day, who: Who, register: RegisterDep, view: InView = "register"
) -> Response:
    """An organizer as it stood at the end of a day: `fields` by path, as its history names them, or null."""
    await authority.require(register.pool, register, who, number)
    return json_answer(await queries.as_of(register, ORGANIZER, number, day, view))


@router.get("/organizers/{number}/compare")
async def compare_organizer(
    number: Number, who: Who, register: RegisterDep, first: First, last: Last, view: InView = "register"
) -> Response:
    """Two days of an organizer compared."""
    await authority.require(register.pool, register, who, number)
    return json_answer(await queries.compare(register, ORGANIZER, number, (first, last), view))


@router.get("/activities/{activity_id}/as-of/{day}")
async def activity_as_of(activity_id: Id, day: Day, who: Who, register: RegisterDep) -> Response:
    """An other activity as it stood at the end of a day. It is in no open data."""
    found = await activities.one(register, who, str(activity_id))
    return json_answer(await queries.as_of(register, INTRODUCED, found.aggregate, day, "register"))


@router.get("/activities/{activity_id}/compare")
async def compare_activity(activity_id: Id, who: Who, register: RegisterDep, first: First, last: Last) -> Response:
    """Two days of an other activity compared."""
    found = await activities.one(register, who, str(activity_id))
    return json_answer(await queries.compare(register, INTRODUCED, found.aggregate, (first, last), "register"))


@router.get("/contracts/{number}/{provider_code}/as-of/{day}")
async def contract_as_of(
    number: Number, provider_code: Provider, day: Day, who: Who, register: RegisterDep, view: InView = "register"
) -> Response:
    """A contract as it stood at the end of a day."""
    found = (await adult_education.contract(register, who, number, provider_code)).contract
    return json_answer(await queries.as_of(register, INTRODUCED, found.aggregate, day, view))


@router.get("/contracts/{number}/{provider_code}/compare")
async def compare_contract(
    number: Number, provider_code: Provider, who: Who, register: RegisterDep, first: First, last: Last,
    view: InView = "register",
) -> Response:  # fmt: skip
    """Two days of a contract compared."""
    found = (await adult_education.contract(register, who, number, provider_code)).contract
    return json_answer(await queries.compare(register, INTRODUCED, found.aggregate, (first, last), view))


@router.get("/education-providers/{provider_code}/as-of/{day}")
async def provider_as_of(
    provider_code: Provider, day: Day, who: Who, register: RegisterDep, view: InView = "register"
) -> Response:
    """A provider and its grading rights as they stood at the end of a day, for the register administration."""
    found = await adult_education.provider_row(register, who, provider_code)
    return json_answer(await queries.as_of(register, INTRODUCED, found.aggregate, day, view))


@router.get("/education-providers/{provider_code}/compare")
async def compare_provider(
    provider_code: Provider, who: Who, register: RegisterDep, first: First, last: Last, view: InView = "register"
) -> Response:
    """Two days of a provider compared, for the register administration."""
    found = await adult_education.provider_row(register, who, provider_code)
    return json_answer(await queries.compare(register, INTRODUCED, found.aggregate, (first, last), view))


async def may_see_on(register: Register, who: Who, code: str, *days: date) -> None:
    """Raise Problem 404 unless the caller may act for the unit's organizer, or for one that had it on all the days."""
    try:
        await may_see(register, who, code)
    except Problem as problem:
        if problem.status != NOT_FOUND:
            raise
        times = await readable(register.pool, register, who, code)
        if not any(all(time.since <= day < time.until for day in days) for time in times):
            raise authority.not_found() from problem
