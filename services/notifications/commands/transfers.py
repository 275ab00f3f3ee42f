"""What follows from a transfer of units: both organizers are told, of a reminder the receiver alone."""

from services.contracts.transfers import (
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferProposed,
    TransferReminded,
    TransferTookEffect,
    TransferWithdrawn,
)
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_members
from services.notifications.commands.users import Handler
from services.notifications.domain.transfer_notices import told

Told = (
    TransferProposed
    | TransferAccepted
    | TransferDeclined
    | TransferWithdrawn
    | TransferReminded
    | TransferLapsed
    | TransferTookEffect
)
EVENTS: dict[str, type[Told]] = {
    event.full_type(): event
    for event in (
        TransferProposed, TransferAccepted, TransferDeclined, TransferWithdrawn, TransferReminded, TransferLapsed,
        TransferTookEffect,
    )
}  # fmt: skip


async def transfer_changed(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell all who may act for the giver or the receiver, but not who did it."""
    fact, occasion = read(envelope, EVENTS[envelope.type]), Occasion.of(envelope, office)
    both = (fact.receiver,) if isinstance(fact, TransferReminded) else (fact.receiver, fact.giver)
    for organizer in both:
        notice = told(fact, await scene(tx, occasion, organizer))
        await to_members(tx, occasion, organizer, type(fact).event_type.replace(".", "-"), notice)


HANDLERS: dict[str, Handler] = dict.fromkeys(EVENTS, transfer_changed)
"""What each event asks for."""
