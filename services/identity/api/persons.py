"""What concerns the caller, over HTTP; and names of colleagues."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.identity.api.doors import DirectoryDep, Email, Seen, answer
from services.identity.commands import persons as commands
from services.identity.commands.persons import Contact
from services.identity.queries import persons as queries
from services.kernel.idempotency import Key
from services.kernel.identity import Anyone, Who

router = APIRouter(tags=["Me"])
PHONE = r"^\+?[0-9][0-9 ()/-]{3,38}[0-9]$"


class Acceptance(Wire):
    """Which version of the terms is accepted."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1, le=1_000_000)


class ContactBody(Wire):
    """How to reach the caller."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    phone: str | None = Field(default=None, pattern=PHONE)


class TokenBody(Wire):
    """The token of a link in a mail."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(min_length=1, max_length=200)


@router.get("/me")
async def me(who: Anyone, directory: DirectoryDep) -> Response:
    """Who the caller is: name, memberships, and whether the current terms are accepted. `personId` may be null."""
    return answer(await queries.me(directory, who))


@router.post("/me/link", status_code=204)
async def link(who: Anyone, directory: DirectoryDep) -> None:
    """Let this account be the known person's with the same personal identity number, which the token must tell."""
    await commands.link_account(directory, who)


@router.post("/me/terms", status_code=204)
async def accept(body: Acceptance, who: Who, directory: DirectoryDep) -> None:
    """Accept the terms for users. Once is enough: a repeat changes nothing."""
    await commands.accept_terms(directory, who, body.version)


@router.get("/me/terms")
async def accepted(who: Who, directory: DirectoryDep) -> Response:
    """Which versions of the terms the caller accepted, and when."""
    return answer({"accepted": await queries.accepted_terms(directory, who)})


@router.get("/terms/{version}")
async def terms(version: Annotated[int, Path(ge=1, le=1_000_000)], _who: Anyone, directory: DirectoryDep) -> Response:
    """One published version of the terms."""
    body = queries.terms_text(directory, version)
    return answer(body)


@router.get("/me/data")
async def data(who: Who, directory: DirectoryDep) -> Response:
    """Everything that identity stores about the caller."""
    return answer(await queries.my_data(directory, who))


@router.put("/me/contact")
async def contact(body: ContactBody, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> Response:
    """Correct telephone and e-mail. A new e-mail address is used once the link that goes to it was followed."""
    return answer(await commands.change_contact(directory, who, Contact(**body.model_dump()), seen, key))


@router.post("/me/email-confirmations", status_code=204)
async def confirm(body: TokenBody, who: Who, directory: DirectoryDep) -> None:
    """Use a new e-mail address, by the token of the link that went to it."""
    await commands.confirm_email(directory, who, body.token)


@router.post("/me/sign-out-everywhere", status_code=202)
async def sign_out(who: Who, directory: DirectoryDep, key: Key) -> Response:
    """End all sessions of the caller."""
    return answer(await commands.sign_out_everywhere(directory, who, key), 202)


@router.get("/me/sign-ins")
async def sign_ins(who: Who, directory: DirectoryDep) -> Response:
    """The caller's newest sign-ins, failed ones too."""
    return answer({"signIns": await queries.my_sign_ins(directory, who)})


@router.get("/persons")
async def names(who: Who, directory: DirectoryDep, id: Annotated[list[UUID], Query(max_length=200)]) -> Response:  # noqa: A002
    """Names of persons and programs who share an organizer with the caller."""
    return answer({"persons": await queries.names(directory, who, id)})
