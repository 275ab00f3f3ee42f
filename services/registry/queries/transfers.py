"""What is asked about units that go from one organizer to another."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject, require_assurance
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.domain.changes import wire
from services.registry.domain.state import SchoolUnit
from services.registry.domain.tasks import Task
from services.registry.domain.transfers import AFTER, State, Transfer, moved
from services.registry.queries.history import entry
from services.registry.register import Register
from services.registry.store import audit, planned_changes, transfers
from services.registry.store import authority as memberships
from services.registry.store.transfers import TransferRow

PAGE_SIZE, MOST_RECEIVERS, ONE_DAY = 50, 20, timedelta(days=1)
DOES = {"acceptance": ("receiver", State.ACCEPTED), "refusal": ("receiver", State.DECLINED),
        "withdrawal": ("giver", State.WITHDRAWN)}  # fmt: skip


async def one(register: Register, who: Subject, transfer: UUID) -> dict[str, Any]:
    """A transfer with its units, what happened to it, and what the caller may do. Raises Problem 404."""
    return await as_answer(register.pool, register, who, transfer)


async def as_answer(connection: Connection | Pool, register: Register, who: Subject, transfer: UUID) -> dict[str, Any]:
    """The same, in a transaction or not."""
    row = await transfers.find(connection, transfer)
    if row is None:
        raise authority.not_found()
    roles = await sides(connection, register, who, row.transfer)
    units = [
        {"schoolUnitCode": unit["code"], "displayName": unit["display_name"], "status": unit["status"]}
        for unit in await transfers.units(connection, transfer)
    ]
    return _listed(row) | {
        "units": units,
        "planned": await _planned(connection, register, row.transfer),
        "message": row.transfer.message,
        "refusal": row.transfer.refusal,
        "receiverHasUsers": await memberships.has_users(connection, row.transfer.receiver),
        "mayDo": _may_do(register, row.transfer, roles),
        "entries": [entry(done) for done in await audit.since(connection, row.transfer.aggregate, 0)],
    }


async def _planned(connection: Connection | Pool, register: Register, transfer: Transfer) -> list[dict[str, Any]]:
    """What is planned for its units and goes with them, by day: which the receiver ought to know before answering."""
    if transfer.state not in (State.PROPOSED, State.ACCEPTED):
        return []
    plans = await planned_changes.open_of(connection, register.vault, transfer.codes)
    return [
        {"schoolUnitCode": plan.code, "day": plan.day, "status": plan.status, "changed": wire(plan.changed)}
        for plan in sorted(plans, key=lambda plan: (plan.day, plan.code))
    ]  # fmt: skip


async def of_organizer(register: Register, who: Subject, number: str, page: int) -> dict[str, Any]:
    """A page of the organizer's transfers, given and received. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, number)
    return await _page(register, number, (), page)


async def every(register: Register, who: Subject, states: Sequence[str], page: int) -> dict[str, Any]:
    """A page of all transfers, for the register administration. Raises Problem 404 for others."""
    await authority.require_administration(register.pool, register, who)
    return await _page(register, "", states, page)


async def receivers(register: Register, who: Subject, number: str, text: str) -> list[dict[str, str]]:
    """The organizers that an organizer's units can go to, by name or number. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, number)
    if not text.strip():
        return []
    rows = await transfers.receivers(register.pool, number, text.strip(), MOST_RECEIVERS)
    return [_organizer(row["number"], row["display_name"], row["organizer_type"]) for row in rows]


async def tasks(register: Register, organizer: str, day: date) -> list[Task]:
    """What waits for the organizer on a day: proposals to answer, until the day before the nearest one's."""
    rows = await transfers.to_answer(register.pool, organizer, day)
    about = tuple(str(row["id"]) for row in rows)
    return [Task("answer-transfers", len(rows), rows[0]["day"] - ONE_DAY, about)] if rows else []


async def sides(connection: Connection | Pool, register: Register, who: Subject, transfer: Transfer) -> dict[str, str]:
    """The caller's role on each side of a transfer. Raises Problem 404 for a stranger, 403 for too unsure a login."""
    found = {"giver": transfer.giver, "receiver": transfer.receiver}
    roles = {side: await authority.role_of(connection, who, number) for side, number in found.items()}
    known = {side: role for side, role in roles.items() if role is not None}
    if not known:
        raise authority.not_found()
    require_assurance(who, min(register.assurance.get(role, 0) for role in known.values()))
    return known


def may_hand_over(register: Register, role: str) -> bool:
    """Whether somebody in the role may propose, answer and withdraw."""
    return role == authority.ADMINISTRATION or role in register.transfers.roles


def expect_role(register: Register, role: str) -> None:
    """Raise Problem 403 for somebody who sees it, in a role that may not do it here."""
    if not may_hand_over(register, role):
        raise Problem(403, "forbidden", "You may see transfers, and may not propose, answer or withdraw them")


def preview(units: Sequence[SchoolUnit], receiver: asyncpg.Record | None) -> dict[str, Any]:
    """What each unit would change on the day."""
    if receiver is None:
        raise LookupError("the rules let no unknown receiver through")
    kind = OrganizerType(receiver["organizer_type"])
    changed = [
        {"schoolUnitCode": unit.code, "displayName": unit.public.display_name, "version": unit.version,
         "changed": [c.model_dump(mode="json", by_alias=True) for c in moved(unit, receiver["number"], kind)[1]]}
        for unit in units
    ]  # fmt: skip
    return {"receiver": _organizer(receiver["number"], receiver["display_name"], kind), "schoolUnits": changed}


async def _page(register: Register, organizer: str, states: Sequence[str], page: int) -> dict[str, Any]:
    rows, total = await transfers.many(register.pool, organizer, states, size=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    return {"total": total, "page": page, "pages": -(-total // PAGE_SIZE), "transfers": [_listed(row) for row in rows]}


def _listed(row: TransferRow) -> dict[str, Any]:
    one = row.transfer
    return {
        "transferId": str(one.id), "version": one.version, "state": one.state, "day": one.day,
        "endsOrganizer": one.ends_organizer, "schoolUnits": len(one.codes),
        "giver": _organizer(one.giver, row.giver_name, row.giver_type),
        "receiver": _organizer(one.receiver, row.receiver_name, row.receiver_type),
    }  # fmt: skip


def _organizer(number: str, name: str, kind: str) -> dict[str, str]:
    return {"organizationNumber": number, "displayName": name, "organizerType": kind}


def _may_do(register: Register, transfer: Transfer, roles: Mapping[str, str]) -> list[str]:
    following = AFTER.get(transfer.state, frozenset())
    return [
        name
        for name, (side, state) in DOES.items()
        if state in following and side in roles and may_hand_over(register, roles[side])
    ]
