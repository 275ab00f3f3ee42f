"""What is asked about the yearly approval: how it stands, what was approved, and what waits."""

from datetime import date
from typing import Any

from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.certificate import CertificateContent, CertificateItem
from services.registry.commands import authority
from services.registry.domain.approvals import Approved, Covered, school_year
from services.registry.domain.tasks import Task
from services.registry.queries.history import entry
from services.registry.register import Register
from services.registry.store import approvals, organizers, register_day
from services.registry.store.approvals import Changes


async def state(register: Register, who: Subject, organizer: str) -> dict[str, Any]:
    """How an organizer's approval stands in the round that is open. Raises Problem 404 for a stranger."""
    role = await authority.require(register.pool, register, who, organizer)
    calendar, day = register.approval, await _today(register)
    current = calendar.round_on(day)
    covered = await approvals.covered(register.pool, organizer, current.year)
    changes = await approvals.changes(register.pool, covered)
    given = {row["school_year"]: row["version"] for row in await approvals.of_organizer(register.pool, organizer)}
    missing = sum(one.approved is None for one in covered)
    return {
        "schoolYear": current.name, "version": given.get(current.year, 0), "day": day, "opens": current.opens,
        "due": current.due, "daysLeft": (current.due - day).days, "nextOpens": calendar.next_opens(day),
        "mayApprove": role in calendar.roles, "roles": calendar.roles, "complete": not missing,
        "covered": len(covered), "missing": missing, "items": [_item(one, changes) for one in covered],
        "calls": [dict(row) for row in await approvals.calls(register.pool, current.year)],
    }  # fmt: skip


async def given(register: Register, who: Subject, organizer: str) -> dict[str, Any]:
    """All that was approved, by school year, the newest first. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, organizer)
    rows = await approvals.of_organizer(register.pool, organizer)
    acts = await approvals.acts(register.pool, [row["aggregate"] for row in rows])
    years = [
        {"schoolYear": school_year(row["school_year"]), "version": row["version"], "covered": row["covered"],
         "missing": row["missing"], "complete": row["missing"] == 0,
         "acts": [entry(act) for act in acts if act["aggregate"] == row["aggregate"]]}
        for row in rows
    ]  # fmt: skip
    return {"approvals": years}


async def certificate(register: Register, who: Subject, organizer: str, year: int) -> CertificateContent:
    """What an organizer's certificate says. Raises Problem 404 for a stranger, and where nothing is approved."""
    await authority.require(register.pool, register, who, organizer)
    found = [row for row in await approvals.of_organizer(register.pool, organizer) if row["school_year"] == year]
    known = await organizers.find(register.pool, organizer)
    if not found or known is None:
        raise Problem(404, "not-found", "There is no such thing, or you may not see it")
    items = await approvals.items(register.pool, organizer, year)
    now = {one.aggregate: one for one in await approvals.covered(register.pool, organizer, year)}
    changes = await approvals.changes(register.pool, list(now.values()))
    [row] = found
    return CertificateContent(
        known["display_name"], organizer, school_year(year), await _today(register), row["covered"], row["missing"],
        tuple(_certified(one, now, changes) for one in items),
    )  # fmt: skip


async def tasks(register: Register, organizer: str, day: date) -> list[Task]:
    """What waits for the organizer: things to approve, and things that were changed after it."""
    current = register.approval.round_on(day)
    covered = await approvals.covered(register.pool, organizer, current.year)
    changes = await approvals.changes(register.pool, [one for one in covered if one.approved])
    missing = sum(one.approved is None for one in covered)
    found = [Task("approve", missing, current.due), Task("changed-after-approval", len(changes), about=tuple(changes))]
    return [task for task in found if task.count]


async def _today(register: Register) -> date:
    row = await register_day.find(register.pool, register.zone.key)
    if row is None:
        raise Problem(503, "register-not-loaded", "The register has not been loaded yet", headers={"Retry-After": "10"})
    return row.day


def _item(one: Covered, changes: Changes) -> dict[str, Any]:
    changed = changes.get(one.aggregate, [])
    return {
        "kind": one.kind, "aggregate": one.aggregate, "name": one.name, "version": one.version,
        "approved": _approval(one.approved), "lastApproved": _approval(one.last),
        "changedSince": [] if one.approved else changed, "changedAfter": changed if one.approved else [],
    }  # fmt: skip


def _approval(of: Approved | None) -> dict[str, Any] | None:
    if of is None:
        return None
    return {"schoolYear": school_year(of.school_year), "version": of.version, "at": of.at, "day": of.day,
            "actor": of.actor, "actorRole": of.role}  # fmt: skip


def _certified(one: Covered, now: dict[str, Covered], changes: Changes) -> CertificateItem:
    approved, present = one.approved, now.get(one.aggregate)
    if approved is None:
        raise LookupError(one.aggregate)
    is_changed = present is not None and present.version > one.version and one.aggregate in changes
    return CertificateItem(one.kind, one.name, one.aggregate, approved.day, approved.role, is_changed)
