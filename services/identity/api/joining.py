"""Accepting an invitation or a letter over HTTP: for whoever is logged in, also without a person."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.identity.api.doors import DirectoryDep, Email, answer
from services.identity.commands import joining
from services.identity.commands.joining import Typed
from services.kernel.idempotency import Key
from services.kernel.identity import Anyone

router = APIRouter(tags=["Joining"])
Version = Annotated[int, Field(ge=1, le=1_000_000, description="The version of the terms that is accepted")]


class LinkBody(Wire):
    """The token of an invitation's link."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(min_length=1, max_length=200)


class AcceptanceBody(LinkBody):
    """An invitation is accepted, and the terms with it."""

    terms_version: Version


class CodeBody(Wire):
    """What stands in a letter."""

    model_config = ConfigDict(extra="forbid")
    organization_number: str = Field(pattern=r"^[0-9]{10}$")
    code: str = Field(min_length=1, max_length=60)


class ActivationBody(CodeBody):
    """A letter's code is used, and the terms are accepted with it. `email`: needed for who is new."""

    terms_version: Version
    email: Email | None = None


@router.post("/invitations/look")
async def look(body: LinkBody, who: Anyone, directory: DirectoryDep) -> Response:
    """What a link invites to, and whether the caller may accept."""
    return answer(await joining.look_at_invitation(directory, who, body.token))


@router.post("/invitations/accept")
async def accept(body: AcceptanceBody, who: Anyone, directory: DirectoryDep, key: Key) -> Response:
    """Accept an invitation, and the terms with it. Name and protection come from the population register."""
    return answer(await joining.accept_invitation(directory, who, body.token, body.terms_version, key))


@router.post("/activations/look")
async def look_at_letter(body: CodeBody, who: Anyone, directory: DirectoryDep) -> Response:
    """What a letter's code activates, and whether the caller may use it."""
    return answer(await joining.look_at_letter(directory, who, Typed(body.organization_number, body.code)))


@router.post("/activations")
async def activate(body: ActivationBody, who: Anyone, directory: DirectoryDep, key: Key) -> Response:
    """Use a letter's code, and accept the terms with it."""
    typed = Typed(body.organization_number, body.code, body.email)
    return answer(await joining.activate(directory, who, typed, body.terms_version, key))
