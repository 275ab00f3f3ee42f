"""Letters and persons over HTTP: for the register administration."""

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.contracts.vocabulary import OrganizationNumber
from services.identity.api.doors import DirectoryDep, Seen, answer
from services.identity.api.users import LABEL, TypedNumber
from services.identity.commands import letters, persons
from services.identity.commands.letters import Request
from services.identity.letter import letter_pdf
from services.identity.queries import persons as people_queries
from services.identity.queries import users as queries
from services.identity.queries.letters import content_of
from services.kernel.idempotency import Key
from services.kernel.identity import Who

router = APIRouter(tags=["Administration"])
Line = Annotated[str, Field(min_length=1, max_length=100, pattern=LABEL)]


class LetterBody(Wire):
    """An organizer's request for its first contact person. `address`: where the letter goes, else as registered."""

    model_config = ConfigDict(extra="forbid")
    organization_number: OrganizationNumber
    requested_by: str = Field(min_length=1, max_length=200, pattern=LABEL)
    request_reference: str = Field(min_length=1, max_length=80, pattern=LABEL)
    requested_on: date
    address: list[Line] = Field(default=[], max_length=5)
    personal_identity_number: TypedNumber | None = None


class LockBody(Wire):
    """Why a person is locked."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]+$")


@router.get("/letters")
async def all_letters(
    who: Who,
    directory: DirectoryDep,
    number: Annotated[str | None, Query(alias="organizationNumber", pattern=r"^[0-9]{10}$")] = None,
) -> Response:
    """Letters to organizers, newest first."""
    return answer({"letters": await queries.letters(directory, who, number)})


@router.post("/letters", status_code=201)
async def issue(body: LetterBody, who: Who, directory: DirectoryDep, key: Key) -> Response:
    """Record an organizer's request, and make the letter with its activation code."""
    return answer(await letters.issue_letter(directory, who, Request(**dict(body)), key), 201)


@router.get("/letters/{letter_id}")
async def one_letter(letter_id: UUID, who: Who, directory: DirectoryDep) -> Response:
    """One letter, without its code."""
    return answer(await queries.letter(directory, who, letter_id))


@router.get("/letters/{letter_id}/pdf", response_class=Response)
async def printed(letter_id: UUID, who: Who, directory: DirectoryDep) -> Response:
    """The letter to be printed, for as long as its code is kept. Each time is written in the log."""
    letter, code = await letters.fetch_code(directory, who, letter_id)
    pdf = await asyncio.to_thread(letter_pdf, await content_of(directory, letter, code))
    return Response(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})


@router.post("/letters/{letter_id}/reissue")
async def reissue(letter_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> Response:
    """Make a letter anew, with a new code; the old code is dead."""
    return answer(await letters.reissue_letter(directory, who, letter_id, seen, key))


@router.delete("/letters/{letter_id}", status_code=204)
async def withdraw(letter_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> None:
    """Withdraw a letter."""
    await letters.withdraw_letter(directory, who, letter_id, seen, key)


@router.get("/people")
async def people(
    who: Who, directory: DirectoryDep, q: Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
) -> Response:
    """Persons by a part of name or e-mail, or by reference. Never by number: an address is no place for it."""
    return answer({"people": await people_queries.people(directory, who, q)})


@router.get("/people/{person_id}")
async def person(person_id: UUID, who: Who, directory: DirectoryDep) -> Response:
    """One person with authority, lock and sign-ins."""
    return answer(await people_queries.one(directory, who, person_id))


@router.post("/people/{person_id}/lock")
async def lock(person_id: UUID, body: LockBody, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> Response:
    """Lock a person at once: sessions end, and no authority holds until unlocked."""
    return answer(await persons.lock(directory, who, person_id, body.reason, seen, key))


@router.post("/people/{person_id}/unlock")
async def unlock(person_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> Response:
    """Let a locked person act again."""
    return answer(await persons.unlock(directory, who, person_id, seen, key))
