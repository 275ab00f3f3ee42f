"""Importing the companies register: a file is taken in, compared by a job, and applied as the administration chooses.

Each step is one bounded transaction that leaves the import where the next step begins: a kill midway loses nothing and
does nothing twice.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID, uuid4

import asyncpg

from services.contracts.registry import FieldChange, ProcessRef
from services.contracts.vocabulary import Cause, Channel, ProcessType
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, expect, note, once
from services.registry.commands.register_day import open_day
from services.registry.domain.companies import (
    DATE_TO_COME,
    NOTHING_CHOSEN,
    Extract,
    Places,
    UnreadableError,
    read_extract,
)
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.queries import companies as queries
from services.registry.register import Register
from services.registry.store import companies, reference
from services.registry.store.audit import Doer

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of the companies register. `complete`: what it does not name is no longer there."""

    content: bytes
    file_name: str
    as_of: date
    complete: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The differences to apply: all of some kinds (new, changed, gone), and single organizers."""

    kinds: Sequence[str] = ()
    numbers: Sequence[str] = ()


async def upload(register: Register, who: Subject, file: Upload, key: str) -> bytes:
    """Take in a file; returns the import's JSON. The job compares it. A repeat with the same key gets the first answer.

    Raises Problem 404 (not of the administration), 409 (dated on a day to come), 422 (unreadable).
    """
    extract = await _extract(register, file)
    asked = ("upload-companies", file.file_name, file.as_of, file.complete, hashlib.sha256(file.content).hexdigest())
    async with open_day(register) as (tx, day):
        await authority.require_administration(tx, register, who)

        async def work() -> Answer:
            by = doer(who, authority.ADMINISTRATION, cause=Cause.IMPORT, channel=Channel.FILE)
            return await queries.one(tx, await _taken_in(tx, file, extract, by, day))

        return await once(register, tx, who, key, asked, work)


async def apply(register: Register, who: Subject, import_id: UUID, choice: Choice, version: int, key: str) -> bytes:
    """Choose differences; the job applies them. Returns the import's JSON.

    Raises Problem 404, 412 (stale), 409 (not compared yet, or nothing chosen that is left), 422 (key used otherwise).
    """
    async with open_day(register) as (tx, day):
        await authority.require_administration(tx, register, who)

        async def work() -> Answer:
            by = doer(who, authority.ADMINISTRATION, cause=Cause.IMPORT, channel=Channel.FILE)
            await _chosen(tx, import_id, choice, version, by, day)
            return await queries.one(tx, import_id)

        return await once(register, tx, who, key, ("apply-companies", import_id, choice, version), work)


async def upload_as_operator(register: Register, file: Upload) -> UUID:
    """Take in a file at the machine itself; gives the import's id. Raises as `upload`."""
    extract = await _extract(register, file)
    async with open_day(register) as (tx, day):
        by = Doer(OPERATOR, OPERATOR, Cause.IMPORT, Channel.FILE)
        return await _taken_in(tx, file, extract, by, day)


async def apply_as_operator(register: Register, import_id: UUID, choice: Choice) -> None:
    """Choose differences at the machine itself. Raises RulesBrokenError where none is left."""
    async with open_day(register) as (tx, day):
        row = await companies.find_for_update(tx, import_id)
        by = Doer(OPERATOR, OPERATOR, Cause.IMPORT, Channel.FILE)
        await _chosen(tx, import_id, choice, row["version"] if row else 0, by, day)


async def moved(tx: Connection, row: asyncpg.Record, state: str, by: Doer, day: OpenDay) -> None:
    """Put the import into another state, with its audit row."""
    version = await companies.move_on(tx, row["id"], state)
    changed = FieldChange(field="state", before=row["state"], after=state)
    await note(tx, [(f"companies-import/{row['id']}", version, [changed])], by, day)


def process_of(import_id: UUID) -> ProcessRef:
    """What the changes of an import are part of."""
    return ProcessRef(type=ProcessType.COMPANIES_REGISTER, id=str(import_id))


async def _extract(register: Register, file: Upload) -> Extract:
    names = {row["code"]: row["name"] for row in await reference.municipalities(register.pool)}
    places = Places(names, await reference.counties(register.pool))
    try:
        return await asyncio.to_thread(read_extract, file.content, places)
    except UnreadableError as error:
        raise Problem(422, "file-unreadable", "The file cannot be read", str(error)) from error


async def _taken_in(tx: Connection, file: Upload, extract: Extract, by: Doer, day: OpenDay) -> UUID:
    if file.as_of > day.date:
        raise RulesBrokenError([DATE_TO_COME.broken_at("/asOf", day=day.date.isoformat())])
    import_id = uuid4()
    await companies.insert(
        tx, import_id, file_name=file.file_name, as_of=file.as_of, complete=file.complete, day=day.date,
        rows=extract.rows, refused=extract.refused,
    )  # fmt: skip
    await note(tx, [(f"companies-import/{import_id}", 1, ())], by, day)
    return import_id


async def _chosen(tx: Connection, import_id: UUID, choice: Choice, version: int, by: Doer, day: OpenDay) -> None:
    row = await companies.find_for_update(tx, import_id)
    if row is None:
        raise authority.not_found()
    expect(row["version"], version)
    if row["state"] in {"comparing", "applying"}:
        _busy()
    if row["state"] == "failed" or not await companies.choose(tx, import_id, choice.kinds, choice.numbers):
        raise RulesBrokenError([NOTHING_CHOSEN.broken_at("/organizationNumbers")])
    await companies.applied_by(tx, import_id, by.actor)
    await moved(tx, row, "applying", by, day)


def _busy() -> NoReturn:
    title = "The import is still being compared or applied"
    raise Problem(409, "import-busy", title, headers={"Retry-After": "2"})
