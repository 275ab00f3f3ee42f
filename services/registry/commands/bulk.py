"""Many units by one file: taken in, checked by a job, and applied as the organizer decides: all of it or nothing."""

import hashlib
from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID, uuid4

import asyncpg

from services.contracts.registry import FieldChange, ProcessRef
from services.contracts.vocabulary import Cause, Channel, ProcessType
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, expect, note, once, rules_problem
from services.registry.commands.due import THE_REGISTER
from services.registry.commands.reading import read
from services.registry.commands.register_day import open_day
from services.registry.domain.bulk import CHANGES_NOTHING
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.queries import bulk as queries
from services.registry.register import Register
from services.registry.store import bulk
from services.registry.store.audit import Doer


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with units of one organizer."""

    organizer: str
    content: bytes
    file_name: str


async def upload(register: Register, who: Subject, file: Upload, key: str) -> bytes:
    """Take in a file; returns the upload's JSON. The job checks it. A repeat with the same key gets the first answer.

    Raises Problem 404 (no authority), 409 (rules broken, at /file: it cannot be read), 422 (key used otherwise).
    """
    try:
        rows = await read(register, file.content)
    except RulesBrokenError as error:
        raise rules_problem(error) from error
    asked = ("bulk-upload", file.organizer, file.file_name, hashlib.sha256(file.content).hexdigest())
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, file.organizer)

        async def work() -> Answer:
            upload_id = uuid4()
            by = doer(who, role, channel=Channel.FILE)
            await bulk.insert(
                tx, register.vault, upload_id, organizer=file.organizer, file_name=file.file_name, day=day.date,
                rows=rows,
            )  # fmt: skip
            await note(tx, [(_aggregate(upload_id), 1, ())], by, day)
            return await queries.one(tx, register, upload_id)

        return await once(register, tx, who, key, asked, work)


async def apply(register: Register, who: Subject, upload_id: UUID, version: int, key: str) -> bytes:
    """Decide to apply a file; the job does it in one transaction. Returns the upload's JSON.

    Raises Problem 404, 412 (stale), 409 (still being checked, or nothing to apply), 422 (key used otherwise).
    """
    async with open_day(register) as (tx, day):
        row = await bulk.find_for_update(tx, upload_id)
        if row is None:
            raise authority.not_found()
        role = await authority.require(tx, register, who, row["organizer"])

        async def work() -> Answer:
            expect(row["version"], version)
            if row["state"] in {"checking", "applying"}:
                _busy()
            if row["state"] != "checked" or not row["changed"]:
                raise RulesBrokenError([CHANGES_NOTHING.broken_at("/file")])
            await bulk.applied_by(tx, upload_id, who.person_id, role)
            await moved(tx, row, "applying", doer(who, role, channel=Channel.FILE), day)
            return await queries.one(tx, register, upload_id)

        return await once(register, tx, who, key, ("bulk-apply", upload_id, version), work)


async def lapse(register: Register) -> None:
    """Forget the content of files that nobody applied."""
    if not await bulk.any_to_lapse(register.pool, register.bulk.kept_hours):
        return
    async with open_day(register) as (tx, day):
        for row in await bulk.to_lapse(tx, register.bulk.kept_hours):
            await bulk.forget_rows(tx, row["id"])
            await moved(tx, row, "lapsed", by_itself(), day)


async def moved(tx: Connection, row: asyncpg.Record, state: str, by: Doer, day: OpenDay) -> int:
    """Put the upload into another state, with its audit row; gives its version."""
    version = await bulk.move_on(tx, row["id"], state)
    changed = FieldChange(field="state", before=row["state"], after=state)
    await note(tx, [(_aggregate(row["id"]), version, [changed])], by, day)
    return version


def by_itself() -> Doer:
    """What the register does of itself."""
    return Doer(THE_REGISTER, THE_REGISTER, Cause.EDIT, Channel.REGISTER)


def by_who_applied(row: asyncpg.Record) -> Doer:
    """Whose changes they are."""
    process = ProcessRef(type=ProcessType.BULK, id=str(row["id"]))
    return Doer(row["applied_by"], row["applied_role"], Cause.EDIT, Channel.FILE, process=process)


def _aggregate(upload_id: UUID) -> str:
    return f"bulk-upload/{upload_id}"


def _busy() -> NoReturn:
    raise Problem(409, "upload-busy", "The file is still being checked or applied", headers={"Retry-After": "2"})
