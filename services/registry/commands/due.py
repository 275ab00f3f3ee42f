"""What takes effect by itself when a register day begins (design/architecture.md, The register day).

It runs in the closing transaction, which holds the register alone: nothing here takes the day itself.
"""

from collections.abc import Awaitable, Callable

from services.contracts.registry import SchoolUnitOpened
from services.contracts.vocabulary import Cause
from services.kernel.database import Connection
from services.registry.commands import (
    activities_due,
    adult_education_due,
    approvals_due,
    planned_due,
    reorganisations_due,
    transfers_due,
)
from services.registry.commands.saving import save
from services.registry.domain.register_day import OpenDay
from services.registry.domain.units import opened
from services.registry.register import Register
from services.registry.store import units
from services.registry.store.audit import Doer

THE_REGISTER = "register"
BY = Doer(THE_REGISTER, THE_REGISTER, Cause.PLANNED)
TakeEffect = Callable[[Connection, Register, OpenDay], Awaitable[None]]


async def open_planned(tx: Connection, register: Register, day: OpenDay) -> None:
    """Units planned to start on the day are active from it."""
    rows = await units.planned_until(tx, register.vault, day.date)
    await save(tx, register, [opened(row.unit) for row in rows], BY, day, event=SchoolUnitOpened)


DUE: tuple[TakeEffect, ...] = (
    transfers_due.take_effect,
    planned_due.take_effect,
    reorganisations_due.take_effect,
    open_planned,
    activities_due.take_effect,
    adult_education_due.take_effect,
    approvals_due.take_effect,
)
"""All of it, in this order."""
