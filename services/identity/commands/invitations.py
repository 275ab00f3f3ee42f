"""Inviting users by e-mail: made, sent again, withdrawn; each one transaction that holds the organizer."""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from services.contracts.identity import InvitationClosed, InvitationEnd, InvitationSent
from services.contracts.vocabulary import OrganizationNumber, PersonalIdentityNumber, Role
from services.identity.commands.authority import OPERATOR, not_found, require_user_administration, unseen
from services.identity.commands.command import Answer, actor_of, expect, for_organizer, once, say
from services.identity.directory import Directory, MailToken, now
from services.identity.domain.invitations import Invitation, State
from services.identity.store import audit, invitations, memberships
from services.kernel.database import Connection, transaction
from services.kernel.identity import Subject
from services.kernel.problems import Problem

MOST_OPEN, MOST_IN_A_DAY = 50, 100
"""For one organizer: nobody sends mail to the whole world from here."""
PAUSE = timedelta(minutes=1)
"""Between two mails of one invitation."""


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Whom to invite, as what. With a number, only the person who has it may accept."""

    email: str
    role: Role
    personal_identity_number: PersonalIdentityNumber | None


async def invite(
    directory: Directory, who: Subject, number: OrganizationNumber, new: NewInvitation, key: str
) -> Answer:
    """Invite somebody by e-mail.

    Raises Problem 404, 403, 409 (a user already, invited already, too many open), 422 (key used otherwise).
    """
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            named = new.personal_identity_number
            index = directory.index(named) if named else None
            await _refuse_what_is_there(tx, number, new.email, index)
            invitation = Invitation(
                uuid4(), number, new.role, new.email, index, 1, State.OPEN, 1,
                None if who is OPERATOR else UUID(who.person_id), now(), now() + directory.settings.invitation_holds,
            )  # fmt: skip
            token = directory.mail_token(invitation.invitation_id)
            try:
                await invitations.insert(tx, invitation, token.hash)
            except asyncpg.UniqueViolationError as error:
                raise Problem(409, "invitation-exists", "This address has an open invitation") from error
            await _sent(tx, who, invitation, token, "invitation.sent")
            return _answer(invitation)

        return await once(
            directory, tx, who, key, (number, new.email, new.role, str(new.personal_identity_number)), work
        )


async def resend(directory: Directory, who: Subject, invitation_id: UUID, seen: int, key: str) -> Answer:
    """Send an invitation again, with a new link; the old one is dead.

    Raises Problem 404, 403, 410 (closed), 412, 429 (just sent).
    """
    number = await _organizer_of(directory, who, invitation_id)
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            invitation = await _open(tx, invitation_id, seen)
            if now() < invitation.sent_at + PAUSE:
                wait = str(int(PAUSE.total_seconds()))
                raise Problem(429, "too-soon", "It was sent a moment ago", headers={"Retry-After": wait})
            again = dataclasses.replace(
                invitation, version=invitation.version + 1, expires_at=now() + directory.settings.invitation_holds
            )
            token = directory.mail_token(invitation_id)
            times = await invitations.sent_again(tx, again, token.hash)
            await _sent(tx, who, again, token, "invitation.resent")
            return _answer(again) | {"timesSent": times}

        return await once(directory, tx, who, key, (invitation_id, "resend", seen), work)


async def withdraw(directory: Directory, who: Subject, invitation_id: UUID, seen: int, key: str) -> Answer:
    """Withdraw an invitation: its link is dead. Raises Problem 404, 403, 410 (closed), 412."""
    number = await _organizer_of(directory, who, invitation_id)
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            invitation = await _open(tx, invitation_id, seen)
            return {"version": await close(tx, who, invitation, InvitationEnd.WITHDRAWN)}

        return await once(directory, tx, who, key, (invitation_id, "withdraw", seen), work)


async def expire(directory: Directory) -> None:
    """Close the invitations whose time is over."""
    async with transaction(directory.pool) as tx:
        for invitation in await invitations.over(tx):
            await close(tx, OPERATOR, invitation, InvitationEnd.EXPIRED)


async def close(
    tx: Connection, who: Subject, invitation: Invitation, end: InvitationEnd, accepted_by: UUID | None = None
) -> int:
    """Give an invitation its last state, and say so; returns its last version."""
    version = invitation.version + 1
    await invitations.close(tx, invitation.invitation_id, version, State(end), accepted_by)
    number = OrganizationNumber(invitation.organization_number)
    details = {"invitation": str(invitation.invitation_id), "role": invitation.role}
    await audit.add(tx, actor_of(who), f"invitation.{end}", details, person_id=accepted_by, organization_number=number)
    fact = InvitationClosed(
        invitation_id=invitation.invitation_id, organization_number=number, role=invitation.role, version=version,
        end=end,
    )  # fmt: skip
    await say(tx, who, fact)
    return version


async def _refuse_what_is_there(tx: Connection, number: str, email: str, index: bytes | None) -> None:
    if await memberships.has_user(tx, number, email, index):
        raise Problem(409, "user-exists", "Somebody with this address or number is a user of this organizer already")
    if len(await invitations.open_ones(tx, number)) >= MOST_OPEN or (
        await invitations.made_today(tx, number) >= MOST_IN_A_DAY
    ):
        title = f"At most {MOST_OPEN} invitations may be open at a time, and {MOST_IN_A_DAY} made in a day"
        raise Problem(409, "too-many-invitations", title)


async def _organizer_of(directory: Directory, who: Subject, invitation_id: UUID) -> str:
    invitation = await invitations.get(directory.pool, invitation_id)
    if invitation is None:
        raise await unseen(directory.pool, who)
    return invitation.organization_number


async def _open(tx: Connection, invitation_id: UUID, seen: int) -> Invitation:
    """The invitation, while nobody else changes it. One whose time is over may be sent again.

    Raises Problem 410, 412.
    """
    invitation = await invitations.get(tx, invitation_id)
    if invitation is None:
        raise not_found()
    if invitation.state is not State.OPEN:
        raise Problem(410, "invitation-closed", "The invitation has been accepted, withdrawn, or its time is over")
    expect(invitation.version, seen)
    return invitation


async def _sent(tx: Connection, who: Subject, invitation: Invitation, token: MailToken, action: str) -> None:
    number = OrganizationNumber(invitation.organization_number)
    details = {"invitation": str(invitation.invitation_id), "role": invitation.role}
    await audit.add(tx, actor_of(who), action, details, organization_number=number)
    fact = InvitationSent(
        invitation_id=invitation.invitation_id, organization_number=number, role=invitation.role,
        version=invitation.version, email=invitation.email, sealed_token=token.sealed,
        expires_at=invitation.expires_at,
    )  # fmt: skip
    await say(tx, who, fact)


def _answer(invitation: Invitation) -> Answer:
    return {
        "invitationId": invitation.invitation_id, "version": invitation.version, "expiresAt": invitation.expires_at,
    }  # fmt: skip
