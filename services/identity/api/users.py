"""An organizer's users over HTTP: for its contact persons, and for the register administration."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BeforeValidator, ConfigDict, Field

from services.contracts.event import Wire
from services.contracts.vocabulary import NotACodeError, OrganizationNumber, PersonalIdentityNumber, Role
from services.identity.api.doors import DirectoryDep, Email, Seen, answer
from services.identity.commands import credentials, invitations, memberships
from services.identity.commands.authority import not_found
from services.identity.commands.invitations import NewInvitation
from services.identity.queries import users as queries
from services.kernel.idempotency import Key
from services.kernel.identity import Who

router = APIRouter(tags=["Users"])
Number = Annotated[str, Path(pattern=r"^[0-9]{10}$", description="Organization number, ten digits")]
TypedNumber = Annotated[
    PersonalIdentityNumber, BeforeValidator(lambda typed: PersonalIdentityNumber.tidied(str(typed)))
]
LABEL = r"^[^\x00-\x1f\x7f]+$"


class InvitationBody(Wire):
    """Whom to invite, as what."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    role: Role
    personal_identity_number: TypedNumber | None = None


class RoleBody(Wire):
    """Another role."""

    model_config = ConfigDict(extra="forbid")
    role: Role


class SeenMembership(Wire):
    """A user as it was shown."""

    model_config = ConfigDict(extra="forbid")
    membership_id: UUID
    version: int = Field(ge=1, le=1_000_000_000)


class ReviewBody(Wire):
    """Who was shown, and is confirmed."""

    model_config = ConfigDict(extra="forbid")
    memberships: list[SeenMembership] = Field(min_length=1, max_length=1000)


class CredentialBody(Wire):
    """A program that is to act for the organizer."""

    model_config = ConfigDict(extra="forbid")
    label: str = Field(min_length=1, max_length=80, pattern=LABEL)
    days: int = Field(ge=1, le=365)


@router.get("/organizers/{number}/users")
async def users(number: Number, who: Who, directory: DirectoryDep) -> Response:
    """Users, open invitations and letters, and when they were last looked over."""
    return answer(await queries.of_organizer(directory, who, number))


@router.post("/organizers/{number}/invitations", status_code=201)
async def invite(number: Number, body: InvitationBody, who: Who, directory: DirectoryDep, key: Key) -> Response:
    """Invite somebody by e-mail. With a number, only the person who has it may accept."""
    new = NewInvitation(body.email, body.role, body.personal_identity_number)
    return answer(await invitations.invite(directory, who, _organizer(number), new, key), 201)


@router.post("/invitations/{invitation_id}/resend")
async def resend(invitation_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> Response:
    """Send an invitation again, with a new link; the old link is dead."""
    return answer(await invitations.resend(directory, who, invitation_id, seen, key))


@router.delete("/invitations/{invitation_id}", status_code=204)
async def withdraw(invitation_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> None:
    """Withdraw an invitation."""
    await invitations.withdraw(directory, who, invitation_id, seen, key)


@router.patch("/memberships/{membership_id}")
async def change_role(
    membership_id: UUID, body: RoleBody, who: Who, directory: DirectoryDep, key: Key, seen: Seen
) -> Response:
    """Give a user another role. The last contact person keeps theirs."""
    return answer(await memberships.change_role(directory, who, membership_id, body.role, seen, key))


@router.delete("/memberships/{membership_id}", status_code=204)
async def end(membership_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> None:
    """End a user's authority for the organizer. The last contact person stays."""
    await memberships.end_membership(directory, who, membership_id, seen, key)


@router.post("/organizers/{number}/reviews", status_code=201)
async def review(number: Number, body: ReviewBody, who: Who, directory: DirectoryDep, key: Key) -> Response:
    """Confirm that those who were shown are the right ones. For contact persons alone."""
    seen = [(one.membership_id, one.version) for one in body.memberships]
    return answer(await memberships.review_users(directory, who, _organizer(number), seen, key), 201)


@router.get("/organizers/{number}/reviews")
async def reviews(number: Number, who: Who, directory: DirectoryDep) -> Response:
    """What was confirmed, by whom and when."""
    return answer({"reviews": await queries.reviews(directory, who, number)})


@router.get("/organizers/{number}/credentials")
async def credentials_of(number: Number, who: Who, directory: DirectoryDep) -> Response:
    """The programs that may act for the organizer."""
    return answer(await queries.credentials_of(directory, who, number))


@router.post("/organizers/{number}/credentials", status_code=201)
async def issue(number: Number, body: CredentialBody, who: Who, directory: DirectoryDep, key: Key) -> Response:
    """Let a program act for the organizer. The secret is in this answer alone."""
    made = await credentials.issue(directory, who, _organizer(number), body.label, body.days, key)
    return answer(made, 201)


@router.post("/credentials/{credential_id}/rotate")
async def rotate(credential_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> Response:
    """A new secret, and as long a time again; the old secret is dead."""
    return answer(await credentials.rotate(directory, who, credential_id, seen, key))


@router.delete("/credentials/{credential_id}", status_code=204)
async def revoke(credential_id: UUID, who: Who, directory: DirectoryDep, key: Key, seen: Seen) -> None:
    """End a program's authority."""
    await credentials.revoke(directory, who, credential_id, seen, key)


def _organizer(number: str) -> OrganizationNumber:
    """The number as a checked one. Raises Problem 404: none of ours has a wrong check digit."""
    try:
        return OrganizationNumber(number)
    except NotACodeError as error:
        raise not_found() from error
