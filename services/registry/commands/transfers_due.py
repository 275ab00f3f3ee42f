"""What becomes of transfers when a register day begins: units move, proposals lapse, receivers are reminded."""

from services.contracts.registry import PublicOrganizer
from services.contracts.transfers import TransferLapsed, TransferReminded, TransferTookEffect
from services.contracts.vocabulary import Cause
from services.kernel.database import Connection
from services.registry.commands.command import say
from services.registry.commands.saving import save
from services.registry.commands.saving_organizers import save_organizers
from services.registry.commands.transferring import event, process_of, put
from services.registry.domain.register_day import OpenDay
from services.registry.domain.transfers import State, Transfer, ended, going, moved, turned
from services.registry.register import Register
from services.registry.store import organizers, processes, transfers, units
from services.registry.store.audit import Doer
from services.registry.store.transfers import TransferRow

THE_REGISTER = "register"


async def take_effect(tx: Connection, register: Register, day: OpenDay) -> None:
    """Accepted transfers of the day take effect, unanswered ones lapse; receivers that have days left are reminded."""
    for row in await transfers.due(tx, day.date):
        by = Doer(THE_REGISTER, THE_REGISTER, Cause.PLANNED, process=process_of(row.transfer))
        if row.transfer.state is State.ACCEPTED and not row.receiver_has_ended:
            await _move(tx, register, row, by, day)
        else:
            await put(tx, *turned(row.transfer, State.LAPSED), by, day)
            await say(tx, by, await event(tx, TransferLapsed, row.transfer.id))
    await _remind(tx, register, day)


async def _move(tx: Connection, register: Register, row: TransferRow, by: Doer, day: OpenDay) -> None:
    transfer = row.transfer
    codes = await _taken_along(tx, transfer)
    found = await units.many_for_update(tx, register.vault, codes)
    edits = [
        moved(unit, transfer.receiver, row.receiver_type)
        for unit in going([one.unit for one in found.values()], transfer.giver)
    ]
    await transfers.put_former(tx, [unit for unit, _ in edits], transfer.giver, day.date)
    await save(tx, register, edits, by, day)
    after, changed = turned(transfer, State.EFFECTIVE)
    await put(tx, after, changed, by, day)
    if transfer.ends_organizer and not await transfers.not_closed(tx, transfer.giver):
        await _end(tx, transfer.giver, by, day)
    went = frozenset(unit.code for unit, _ in edits)
    await say(tx, by, await event(tx, TransferTookEffect, transfer.id, codes=went))


async def _taken_along(tx: Connection, transfer: Transfer) -> list[str]:
    """The transfer's units; of an organizer that ends, also those that it has planned or got since it was proposed.

    One that is part of something else stays, and the organizer with it: its codes are promised away.
    """
    if not transfer.ends_organizer:
        return list(transfer.codes)
    later = sorted(set(await transfers.not_closed(tx, transfer.giver)) - set(transfer.codes))
    busy = await processes.busy(tx, later)
    free = [code for code in later if code not in busy]
    await transfers.add_units(tx, transfer.id, free)
    return sorted({*transfer.codes, *free})


async def _end(tx: Connection, organizer: str, by: Doer, day: OpenDay) -> None:
    rows = await organizers.many_for_update(tx, [organizer])
    await save_organizers(tx, [ended(PublicOrganizer.model_validate(row["body"])) for row in rows.values()], by, day)


async def _remind(tx: Connection, register: Register, day: OpenDay) -> None:
    for row in await transfers.unanswered(tx, day.date, register.transfers.reminders):
        by = Doer(THE_REGISTER, THE_REGISTER, Cause.PLANNED, process=process_of(row.transfer))
        left = (row.transfer.day - day.date).days
        await say(tx, by, await event(tx, TransferReminded, row.transfer.id, days_left=left))
