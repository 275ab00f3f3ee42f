"""What follows from a reorganisation: one mail to all who may act for its organizer, not one for each unit."""

from services.contracts.reorganisations import (
    ReorganisationChanged,
    ReorganisationPlanned,
    ReorganisationTookEffect,
    ReorganisationUndone,
)
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_members
from services.notifications.commands.users import Handler
from services.notifications.domain import reorganisation_notices

FACTS: dict[str, reorganisation_notices.Kind] = {
    fact.full_type(): fact
    for fact in (ReorganisationPlanned, ReorganisationChanged, ReorganisationUndone, ReorganisationTookEffect)
}


async def reorganised(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell them, but not the one who did it."""
    fact, occasion = read(envelope, FACTS[envelope.type]), Occasion.of(envelope, office)
    told = reorganisation_notices.reorganisation(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, envelope.type.rpartition(".")[0], told)


HANDLERS: dict[str, Handler] = dict.fromkeys(FACTS, reorganised)
"""What each event asks for."""
