"""Editing an organizer's own contact values: one transaction that authorises, decides, saves and announces."""

from dataclasses import dataclass
from typing import Any

from services.contracts.registry import PublicOrganizer
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, expect, once, rules_problem
from services.registry.commands.register_day import open_day
from services.registry.commands.saving_organizers import save_organizers
from services.registry.domain.changes import wire
from services.registry.domain.organizers import ContactValues, Edited, edit
from services.registry.domain.rules import RulesBrokenError
from services.registry.queries.organizers import as_answer
from services.registry.register import Register
from services.registry.store import organizers


@dataclass(frozen=True, slots=True)
class EditContact:
    """Edit an organizer's contact values, seen at a version. `key` is the Idempotency-Key."""

    number: str
    contact: ContactValues
    version: int
    key: str


async def edit_contact(register: Register, who: Subject, command: EditContact) -> bytes:
    """Save the values; returns the answer's JSON. A repeat with the same key gets the first answer.

    Raises Problem 404 (no authority, or no such organizer), 412 (stale), 409 (rules broken), 422 (key used otherwise).
    """
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.number)

        async def work() -> Answer:
            organizer, changed = await _decided(tx, command)
            if changed:
                await save_organizers(tx, [(organizer, changed)], doer(who, role), day)
            return await as_answer(tx, register, command.number, role) | {"changed": wire(changed)}

        return await once(register, tx, who, command.key, ("edit-contact", command), work)


async def try_contact(register: Register, who: Subject, command: EditContact) -> list[dict[str, Any]]:
    """What an edit would change, without saving. Raises what `edit_contact` raises."""
    async with open_day(register) as (tx, _):
        await authority.require(tx, register, who, command.number)
        try:
            _, changed = await _decided(tx, command)
        except RulesBrokenError as error:
            raise rules_problem(error) from error
        return wire(changed)


async def _decided(tx: Connection, command: EditContact) -> Edited:
    row = (await organizers.many_for_update(tx, [command.number])).get(command.number)
    if row is None:
        raise authority.not_found()
    expect(row["version"], command.version)
    return edit(PublicOrganizer.model_validate(row["body"]), command.contact)
