"""School units as they were, over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.kernel.identity import Who
from services.kernel.problems import Problem
from services.registry.api.doors import RegisterDep, json_answer
from services.registry.api.units import NOT_FOUND, Code, may_see
from services.registry.commands import authority
from services.registry.queries import past as queries
from services.registry.queries.former import readable
from services.registry.register import Register
from services.registry.store.past import View

router = APIRouter(tags=["School units"])
InView = Annotated[View, Query(description="The register's own state at the day's end, or the open data of the day")]


@router.get("/school-units/{code}/as-of/{day}")
async def as_of(
    code: Code,
    day: Annotated[date, Path(description="ISO 8601; today or earlier")],
    who: Who,
    register: RegisterDep,
    view: InView = "register",
) -> Response:
    """A unit as it stood at the end of a day, without what is never public; `unit` is null where it was not there.

    Whose it was before sees it on the days of its own time.
    """
    await may_see_on(register, who, code, day)
    return json_answer(await queries.as_of(register, code, day, view))


@router.get("/school-units/{code}/compare")
async def compare(
    code: Code,
    who: Who,
    register: RegisterDep,
    first: Annotated[date, Query(alias="from")],
    last: Annotated[date, Query(alias="to")],
    view: InView = "register",
) -> Response:
    """Two days compared: each field that differs; a protected one that was changed in between by its name alone."""
    await may_see_on(register, who, code, first, last)
    return json_answer(await queries.compare(register, code, first, last, view))


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
