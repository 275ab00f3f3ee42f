"""Handing units over to another organizer: proposing it, answering, withdrawing; each one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.contracts.registry import PublicOrganizer
from services.contracts.transfers import TransferAccepted, TransferDeclined, TransferProposed, TransferWithdrawn
from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, expect, note, once, rules_problem, say
from services.registry.commands.register_day import open_day
from services.registry.commands.transferring import event, process_of, put
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import SchoolUnit
from services.registry.domain.transfers import (
    ENDS_WITH_ALL,
    UNITS,
    Around,
    Receiver,
    State,
    Transfer,
    checked,
    has_ended,
    turned,
)
from services.registry.queries import transfers as queries
from services.registry.register import Register
from services.registry.store import authority as memberships
from services.registry.store import organizers, processes, transfers, units
from services.registry.store.audit import Doer
from services.registry.store.transfers import TransferRow


@dataclass(frozen=True, slots=True)
class Propose:
    """Propose that units become another's on a day. `codes` None: all the giver's. `key` is the Idempotency-Key.

    `versions`: of units, as the proposer saw them; one that is not told is not compared.
    """

    giver: str
    receiver: str
    codes: tuple[str, ...] | None
    ends_organizer: bool
    day: date
    message: str | None
    key: str
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """Answer or withdraw a transfer, seen at a version."""

    transfer: UUID
    state: State
    version: int
    key: str
    reason: str | None = None


TURNS: Mapping[State, type[TransferAccepted | TransferDeclined | TransferWithdrawn]] = {
    State.ACCEPTED: TransferAccepted,
    State.DECLINED: TransferDeclined,
    State.WITHDRAWN: TransferWithdrawn,
}
GIVERS = frozenset({State.WITHDRAWN})
"""What the giver may do; all else is the receiver's."""


async def propose(register: Register, who: Subject, command: Propose) -> bytes:
    """Propose a transfer; returns the answer's JSON. A repeat with the same key gets the first answer.

    Raises Problem 404 (no authority), 403 (not in this role), 409 (rules broken), 422 (key used otherwise).
    """
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.giver)
        queries.expect_role(register, role)

        async def work() -> Answer:
            proposed, _ = await _proposed(tx, register, command, day)
            by = doer(who, role, process=process_of(proposed), reason=proposed.message)
            await transfers.insert(tx, proposed)
            await note(tx, [(proposed.aggregate, proposed.version, ())], by, day)
            await say(tx, by, await event(tx, TransferProposed, proposed.id))
            return await queries.as_answer(tx, register, who, proposed.id)

        return await once(register, tx, who, command.key, command, work)


async def try_proposal(register: Register, who: Subject, command: Propose) -> dict[str, Any]:
    """What a proposal would change, unit by unit, without saving. Raises what `propose` raises."""
    async with open_day(register) as (tx, day):
        queries.expect_role(register, await authority.require(tx, register, who, command.giver))
        try:
            proposed, found = await _proposed(tx, register, command, day)
        except RulesBrokenError as error:
            raise rules_problem(error) from error
        told = queries.preview([found[code] for code in proposed.codes], await organizers.find(tx, proposed.receiver))
        return told | {"receiverHasUsers": await memberships.has_users(tx, proposed.receiver)}


async def turn(register: Register, who: Subject, command: Turn) -> bytes:
    """Accept, decline or withdraw; returns the answer's JSON. A repeat with the same key gets the first answer.

    Raises Problem 404 (no authority), 403 (the other side's to do, or not in this role), 412 (stale), 409 (rules
    broken).
    """
    async with open_day(register) as (tx, day):
        row = await transfers.find_for_update(tx, command.transfer)
        if row is None:
            raise authority.not_found()
        side = "giver" if command.state in GIVERS else "receiver"
        roles = await queries.sides(tx, register, who, row.transfer)
        if side not in roles:
            raise Problem(403, "forbidden", f"This is for the {side} to do")
        queries.expect_role(register, roles[side])

        async def work() -> Answer:
            expect(row.transfer.version, command.version)
            await _turn(tx, row, command, doer(who, roles[side], process=process_of(row.transfer)), day)
            return await queries.as_answer(tx, register, who, command.transfer)

        return await once(register, tx, who, command.key, command, work)


async def _turn(tx: Connection, row: TransferRow, command: Turn, by: Doer, day: OpenDay) -> None:
    after, changed = turned(row.transfer, command.state, command.reason)
    await put(tx, after, changed, by, day)
    own: dict[str, Any] = {"reason": after.refusal} if after.refusal else {}
    await say(tx, by, await event(tx, TURNS[command.state], after.id, **own))


async def _proposed(
    tx: Connection, register: Register, command: Propose, day: OpenDay
) -> tuple[Transfer, dict[str, SchoolUnit]]:
    """The proposal, and the units that it names, which are locked. Raises RulesBrokenError."""
    if command.ends_organizer and command.codes is not None:
        raise RulesBrokenError([ENDS_WITH_ALL.broken_at(UNITS)])
    await transfers.hold_organizers(tx, sorted({command.giver, command.receiver}))
    codes = command.codes
    if codes is None:
        codes = await transfers.not_closed(tx, command.giver)
    codes = tuple(sorted(set(codes)))
    rows = await units.many_for_update(tx, register.vault, codes)
    found = {code: row.unit for code, row in rows.items()}
    around = Around(
        day.date, await _receiver(tx, command.receiver), found, await processes.busy(tx, codes),
        await transfers.ends(tx, command.giver), command.versions,
    )  # fmt: skip
    proposed = Transfer(
        uuid4(), 1, command.giver, command.receiver, command.day, command.ends_organizer, State.PROPOSED, codes,
        command.message,
    )  # fmt: skip
    with register.horizon.beside(day.date, ("/day", command.day)):
        return checked(proposed, around), found


async def _receiver(tx: Connection, number: str) -> Receiver | None:
    row = await organizers.find(tx, number)
    if row is None:
        return None
    is_over = has_ended(PublicOrganizer.model_validate(row["body"])) or await transfers.ends(tx, number)
    return Receiver(OrganizerType(row["organizer_type"]), is_over)
