"""What all that happens to a transfer ends with: its next state with an audit row, and its event."""

from typing import Any, TypeVar
from uuid import UUID

from services.contracts.registry import FieldChange, ProcessRef
from services.contracts.transfers import NamedUnit, Transfer
from services.contracts.vocabulary import ProcessType
from services.kernel.database import Connection
from services.registry.commands.command import note
from services.registry.domain import transfers as domain
from services.registry.domain.register_day import OpenDay
from services.registry.store import transfers
from services.registry.store.audit import Doer

Said = TypeVar("Said", bound=Transfer)


def process_of(transfer: domain.Transfer) -> ProcessRef:
    """What the changes of its units are part of."""
    return ProcessRef(type=ProcessType.TRANSFER, id=str(transfer.id))


async def put(
    tx: Connection, transfer: domain.Transfer, changed: tuple[FieldChange, ...], by: Doer, day: OpenDay
) -> None:
    """Write a transfer's next state with its audit row."""
    await transfers.update(tx, transfer)
    await note(tx, [(transfer.aggregate, transfer.version, changed)], by, day)


async def event(
    tx: Connection, kind: type[Said], transfer: UUID, *, codes: frozenset[str] | None = None, **own: Any
) -> Said:
    """An event of a transfer as it stands in the transaction; `codes`: of some of its units only."""
    row = await transfers.find(tx, transfer)
    if row is None:
        raise LookupError(transfer)
    one = row.transfer
    units = tuple(
        NamedUnit(school_unit_code=unit["code"], display_name=unit["display_name"])
        for unit in await transfers.units(tx, transfer)
        if codes is None or unit["code"] in codes
    )
    return kind(
        transfer_id=str(one.id), version=one.version, giver=one.giver, giver_name=row.giver_name,
        receiver=one.receiver, receiver_name=row.receiver_name, day=one.day, ends_organizer=one.ends_organizer,
        units=units, message=one.message, **own,
    )  # fmt: skip
