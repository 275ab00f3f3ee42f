"""Approving an organizer's data for the coming school year: one transaction, of what one has seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.contracts.approvals import ApprovalGiven, ApprovedItem
from services.contracts.registry import FieldChange
from services.contracts.vocabulary import OrganizationNumber
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, note, once, say
from services.registry.commands.register_day import open_day
from services.registry.domain.approvals import ChangedMeanwhileError, Covered, Round, chosen
from services.registry.domain.register_day import OpenDay
from services.registry.register import Register
from services.registry.store import approvals
from services.registry.store.approvals import Given
from services.registry.store.audit import Doer


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve for an organizer. `items` None: everything. `versions`: of each, as it was seen. `key`: Idempotency-Key.

    An item is an aggregate: a school unit code, an organization number, or kind/id.
    """

    organizer: str
    items: Sequence[str] | None
    versions: Mapping[str, int]
    key: str


async def approve(register: Register, who: Subject, command: Approve) -> bytes:
    """Approve what was seen; returns the answer's JSON. A repeat with the same key gets the first answer.

    Nothing is locked but the approval: what is edited meanwhile is edited after it, and shown as such.
    Raises Problem 404 (no authority), 403 (may not approve), 412 (changed since it was seen), 409 (rules broken).
    """
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.organizer)
        if role not in register.approval.roles:
            raise Problem(403, "forbidden", "You may see this organizer, and may not approve for it")
        current = register.approval.round_on(day.date)

        async def work() -> Answer:
            return await _approve(tx, command, current, doer(who, role), day)

        asked = command.organizer, command.items, sorted(command.versions.items())
        return await once(register, tx, who, command.key, asked, work)


async def _approve(tx: Connection, command: Approve, current: Round, by: Doer, day: OpenDay) -> Answer:
    version = await approvals.lock(tx, command.organizer, current.year) + 1
    covered = await approvals.covered(tx, command.organizer, current.year)
    now = _chosen(covered, command)
    missing = {one.aggregate for one in covered if not one.approved} - {one.aggregate for one in now}
    given = Given(command.organizer, current.year, day.date, by.actor, by.role)
    await approvals.put(tx, given, now, version=version, total=(len(covered), len(missing)))
    changed = [FieldChange(field=one.aggregate, before=one.last and one.last.version, after=one.version) for one in now]
    await note(tx, [(f"approval/{command.organizer}/{current.year}", version, changed)], by, day)
    await say(tx, by, _event(command.organizer, current, version, now, day, is_complete=not missing))
    return _answer(current, version, now, covered, len(missing))


def _chosen(covered: Sequence[Covered], command: Approve) -> list[Covered]:
    try:
        return chosen(covered, command.items, command.versions)
    except ChangedMeanwhileError as error:
        title = "It has changed since you saw it"
        raise Problem(412, "stale-version", title, extra={"changed": error.aggregates}) from error


def _event(
    organizer: str, current: Round, version: int, now: Sequence[Covered], day: OpenDay, *, is_complete: bool
) -> ApprovalGiven:
    items = tuple(
        ApprovedItem(kind=one.kind, aggregate=one.aggregate, name=one.name, version=one.version) for one in now
    )
    return ApprovalGiven(
        organization_number=OrganizationNumber(organizer), school_year=current.name, version=version, items=items,
        complete=is_complete, register_day=day.date,
    )  # fmt: skip


def _answer(
    current: Round, version: int, now: Sequence[Covered], covered: Sequence[Covered], missing: int
) -> dict[str, Any]:
    return {
        "schoolYear": current.name,
        "version": version,
        "approved": [{"aggregate": one.aggregate, "version": one.version} for one in now],
        "complete": missing == 0,
        "covered": len(covered),
        "missing": missing,
    }
