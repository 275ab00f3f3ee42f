"""Other activities: registering, editing and ending them, each one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.commands.activities_saving import save, save_new
from services.registry.commands.command import Answer, doer, expect, once, tried
from services.registry.commands.register_day import open_day
from services.registry.domain import activities as domain
from services.registry.domain.activities import ActivityFields, Edited, OtherActivity
from services.registry.domain.register_day import OpenDay
from services.registry.domain.state import Surroundings
from services.registry.queries.activities import answer
from services.registry.register import Register
from services.registry.store import activities, organizers, reference


@dataclass(frozen=True, slots=True)
class RegisterActivity:
    """A new activity of an organizer, from a day."""

    organizer: str
    start: date | None
    fields: ActivityFields


@dataclass(frozen=True, slots=True)
class EditActivity:
    """All fields of one activity as they shall be, seen at a version."""

    activity_id: str
    fields: ActivityFields
    version: int


@dataclass(frozen=True, slots=True)
class EndActivity:
    """End one activity from a day, seen at a version."""

    activity_id: str
    on: date
    version: int


async def register_activity(
    register: Register, who: Subject, command: RegisterActivity, key: str, *, dry_run: bool = False
) -> bytes:
    """Register an activity; returns its JSON. Raises Problem 404 (no authority), 409 (rules), 422 (key).

    A dry run decides and saves nothing; so it is for the other commands.
    """
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.organizer)

        async def work() -> Answer:
            around = await _surroundings(tx, command.organizer, command.fields)
            start = command.start or day.date
            with register.horizon.beside(day.date, ("/startdate", start)):
                new = domain.register(str(uuid4()), command.organizer, start, command.fields, around, day=day.date)
            if not dry_run:
                await save_new(tx, new, doer(who, role), day)
            return answer(new, domain.introduced(new))

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


async def edit_activity(
    register: Register, who: Subject, command: EditActivity, key: str, *, dry_run: bool = False
) -> bytes:
    """Save an edit; returns the activity's JSON. Raises Problem 404, 412 (stale), 409, 422."""

    async def decide(tx: Connection, _day: OpenDay, activity: OtherActivity) -> Edited:
        return domain.edit(activity, command.fields, await _surroundings(tx, activity.organizer, command.fields))

    return await _change(register, who, command, decide, key, dry_run=dry_run)


async def end_activity(
    register: Register, who: Subject, command: EndActivity, key: str, *, dry_run: bool = False
) -> bytes:
    """End it, today or on a day to come; returns its JSON. Raises Problem 404, 412, 409, 422."""

    async def decide(_tx: Connection, day: OpenDay, activity: OtherActivity) -> Edited:
        with register.horizon.beside(day.date, ("/on", command.on)):
            return domain.end(activity, command.on, day=day.date)

    return await _change(register, who, command, decide, key, dry_run=dry_run)


async def _change(
    register: Register,
    who: Subject,
    command: EditActivity | EndActivity,
    decide: Callable[[Connection, OpenDay, OtherActivity], Awaitable[Edited]],
    key: str,
    *,
    dry_run: bool,
) -> bytes:
    """One activity from one state to the next, in one transaction."""
    async with open_day(register) as (tx, day):
        activity, role = await _authorised(tx, register, who, command.activity_id)

        async def work() -> Answer:
            expect(activity.version, command.version)
            after, changed = await decide(tx, day, activity)
            if changed and not dry_run:
                await save(tx, [(after, changed)], doer(who, role), day)
            return answer(after, changed)

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


async def _authorised(tx: Connection, register: Register, who: Subject, activity_id: str) -> tuple[OtherActivity, str]:
    activity = await activities.find_for_update(tx, activity_id)
    if activity is None:
        raise authority.not_found()
    return activity, await authority.require(tx, register, who, activity.organizer)


async def _surroundings(tx: Connection, organizer: str, fields: ActivityFields) -> Surroundings:
    row = await organizers.find(tx, organizer)
    if row is None:
        raise authority.not_found()
    known = await reference.known_municipalities(tx, [fields.municipality_code])
    return Surroundings(OrganizerType(row["organizer_type"]), known)
