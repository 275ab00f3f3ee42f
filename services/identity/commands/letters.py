"""Letters to an organizer's first contact person: recorded, made anew, withdrawn, printed. For the administration."""

import dataclasses
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import asyncpg

from services.contracts.identity import LetterIssued
from services.contracts.vocabulary import OrganizationNumber, PersonalIdentityNumber
from services.identity.commands.authority import not_found, require_administration
from services.identity.commands.command import Answer, actor_of, expect, for_organizer, once, say
from services.identity.directory import Directory, now
from services.identity.domain import codes
from services.identity.domain.invitations import Letter, State
from services.identity.store import audit, invitations, organizers
from services.kernel.database import Connection, transaction
from services.kernel.identity import Subject
from services.kernel.problems import Problem

MOST_WRONG_TRIES = 20
"""Then a letter's code is dead, and the letter is to be made anew: somebody has been trying."""


@dataclass(frozen=True, slots=True)
class Request:
    """An organizer's request for its first contact person: who asked, under which reference, when."""

    organization_number: OrganizationNumber
    requested_by: str
    request_reference: str
    requested_on: date
    address: Sequence[str]
    personal_identity_number: PersonalIdentityNumber | None


async def issue_letter(directory: Directory, who: Subject, request: Request, key: str) -> Answer:
    """Record the request and make the letter. Raises Problem 404, 403, 409 (an open letter is there)."""
    number = request.organization_number
    async with for_organizer(directory, number) as tx:
        await require_administration(tx, directory, who)
        if await organizers.get(tx, number) is None:
            raise not_found()

        async def work() -> Answer:
            letter, sealed = _new_code(directory, _letter(directory, request))
            try:
                await invitations.insert_letter(tx, letter, sealed)
            except asyncpg.UniqueViolationError as error:
                raise Problem(409, "letter-exists", "The organizer has a letter that may still be used") from error
            await _issued(tx, who, letter, "letter.issued")
            return _answer(letter)

        asked = (dataclasses.replace(request, personal_identity_number=None), str(request.personal_identity_number))
        return await once(directory, tx, who, key, asked, work)


async def reissue_letter(directory: Directory, who: Subject, letter_id: UUID, seen: int, key: str) -> Answer:
    """Make a letter anew, with a new code; the old one is dead. Raises Problem 404, 403, 410, 412."""
    async with _for_change(directory, who, letter_id) as tx:

        async def work() -> Answer:
            letter = await _open(tx, letter_id, seen)
            again, sealed = _new_code(directory, dataclasses.replace(letter, version=letter.version + 1))
            await invitations.made_anew(tx, again, sealed)
            await _issued(tx, who, again, "letter.reissued")
            return _answer(again)

        return await once(directory, tx, who, key, (letter_id, "reissue", seen), work)


async def withdraw_letter(directory: Directory, who: Subject, letter_id: UUID, seen: int, key: str) -> Answer:
    """Withdraw a letter: its code is dead. Raises Problem 404, 403, 410, 412."""
    async with _for_change(directory, who, letter_id) as tx:

        async def work() -> Answer:
            letter = await _open(tx, letter_id, seen)
            await invitations.close_letter(tx, letter_id, letter.version + 1, State.WITHDRAWN)
            await _record(tx, who, letter, "letter.withdrawn")
            return {"version": letter.version + 1}

        return await once(directory, tx, who, key, (letter_id, "withdraw", seen), work)


async def fetch_code(directory: Directory, who: Subject, letter_id: UUID) -> tuple[Letter, str]:
    """A letter with its code, to be printed; written in the audit log.

    Raises Problem 404, 403, 410 (no longer kept).
    """
    async with transaction(directory.pool) as tx:
        await require_administration(tx, directory, who)
        letter = await invitations.letter(tx, letter_id)
        if letter is None:
            raise not_found()
        sealed = await invitations.sealed_code(tx, letter_id)
        if sealed is None:
            raise Problem(410, "letter-wiped", "The code is no longer kept: make the letter anew")
        await _record(tx, who, letter, "letter.printed")
        return letter, directory.vault.open(sealed, f"letter/{letter_id}")


@asynccontextmanager
async def _for_change(directory: Directory, who: Subject, letter_id: UUID) -> AsyncIterator[Connection]:
    """A transaction that holds the letter's organizer. Raises Problem 404, 403."""
    letter = await invitations.letter(directory.pool, letter_id)
    if letter is None:
        raise not_found()
    async with for_organizer(directory, letter.organization_number) as tx:
        await require_administration(tx, directory, who)
        yield tx


async def _open(tx: Connection, letter_id: UUID, seen: int) -> Letter:
    letter = await invitations.letter(tx, letter_id)
    if letter is None or letter.state is not State.OPEN:
        raise Problem(410, "letter-closed", "The letter has been used or withdrawn, or its time is over")
    expect(letter.version, seen)
    return letter


def _letter(directory: Directory, request: Request) -> Letter:
    """A letter without its code yet."""
    named = request.personal_identity_number
    return Letter(
        uuid4(), request.organization_number, request.requested_by, request.request_reference, request.requested_on,
        request.address, directory.index(named) if named else None, b"", now(), 1, State.OPEN, 0, now(), now(),
    )  # fmt: skip


def _new_code(directory: Directory, letter: Letter) -> tuple[Letter, bytes]:
    """The letter with a new code's hash and new times, and the code sealed for the printer."""
    code = codes.new_code(secrets.token_bytes(codes.CODE_BYTES))
    settings = directory.settings
    made = dataclasses.replace(
        letter, code_hash=codes.code_hash(code, letter.letter_id), issued_at=now(), wrong_tries=0,
        printable_until=now() + settings.letter_printable, expires_at=now() + settings.letter_holds,
    )  # fmt: skip
    return made, directory.vault.seal(code, f"letter/{letter.letter_id}")


async def _issued(tx: Connection, who: Subject, letter: Letter, action: str) -> None:
    await _record(tx, who, letter, action)
    number = OrganizationNumber(letter.organization_number)
    await say(tx, who, LetterIssued(letter_id=letter.letter_id, organization_number=number, version=letter.version))


async def _record(tx: Connection, who: Subject, letter: Letter, action: str) -> None:
    details = {"letter": str(letter.letter_id), "reference": letter.request_reference}
    await audit.add(tx, actor_of(who), action, details, organization_number=letter.organization_number)


def _answer(letter: Letter) -> Answer:
    return {"letterId": letter.letter_id, "version": letter.version, "expiresAt": letter.expires_at}
