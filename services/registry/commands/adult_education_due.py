"""Grading rights and contracts that begin or end as a day begins."""

from datetime import timedelta

from services.contracts.vocabulary import Cause
from services.kernel.database import Connection
from services.registry.commands.adult_education_saving import save_contracts, save_providers
from services.registry.domain.education_contracts import contract_changed
from services.registry.domain.education_providers import provider_changed
from services.registry.domain.register_day import OpenDay
from services.registry.register import Register
from services.registry.store import adult_education as store
from services.registry.store.audit import Doer

BY = Doer("register", "register", Cause.PLANNED)


async def take_effect(tx: Connection, _register: Register, day: OpenDay) -> None:
    """Each is told as the day makes it, once. What turned without a difference is only told when next to look."""
    before = day.date - timedelta(days=1)
    providers = await store.providers_turning(tx, day.date)
    turned = [provider_changed(one, one, day.date, since=before) for one in providers]
    await save_providers(tx, [(one, changed) for one, changed in turned if changed], BY, day)
    await store.look_again_at_providers(tx, [one for one, changed in turned if not changed], day.date)
    rows = await store.contracts_turning(tx, day.date)
    edits = [(row, contract_changed(row.contract, row.contract, day.date, since=before)) for row in rows]
    told = [(row, edit) for row, edit in edits if edit[1]]
    await save_contracts(tx, [row for row, _ in told], [edit for _, edit in told], BY, day)
    await store.look_again_at_contracts(tx, [edit[0] for _, edit in edits if not edit[1]], day.date)
