"""Other activities that begin or end as a day begins."""

from services.contracts.vocabulary import Cause
from services.kernel.database import Connection
from services.registry.commands.activities_saving import save
from services.registry.domain.activities import turned
from services.registry.domain.register_day import OpenDay
from services.registry.register import Register
from services.registry.store import activities
from services.registry.store.audit import Doer

BY = Doer("register", "register", Cause.PLANNED)


async def take_effect(tx: Connection, _register: Register, day: OpenDay) -> None:
    """Each gets the status that the day gives it, once."""
    found = await activities.turning(tx, day.date)
    if found:
        await save(tx, [turned(activity, day.date) for activity in found], BY, day)
