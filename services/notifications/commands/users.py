"""What follows from identity's events: the newest state is kept, and those whom it concerns are told."""

import base64
from collections.abc import Awaitable, Callable

from services.contracts import identity
from services.contracts.identity import (
    EmailChangeAsked,
    InvitationClosed,
    InvitationSent,
    MembershipChanged,
    MembershipEnded,
    MembershipGranted,
    PersonChanged,
    PersonFact,
    PersonLocked,
    PersonRegistered,
    PersonUnlocked,
)
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_contact_persons, to_person
from services.notifications.domain import notices, swedish
from services.notifications.domain.mail import ReadableBy
from services.notifications.store import links, people
from services.notifications.store.mails import Link

Handler = Callable[[Connection, Envelope, Office], Awaitable[None]]


async def person_registered(tx: Connection, envelope: Envelope, _: Office) -> None:
    """Keep the person. The first mail was the invitation."""
    await people.put_person(tx, read(envelope, PersonRegistered))


async def person_changed(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Keep the person's new state; another e-mail address is told to the old one."""
    fact, occasion = read(envelope, PersonChanged), Occasion.of(envelope, office)
    before = await people.person(tx, fact.person_id)
    await people.put_person(tx, fact)
    if before and before["version"] < fact.version and before["email"] != fact.contact.email:
        told = notices.email_changed(await scene(tx, occasion, ""))
        await to_person(tx, occasion, fact.person_id, "email-changed", told, address=before["email"])


async def person_locked(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the person, and the contact persons of all organizers that the person may act for."""
    await _locked(tx, Occasion.of(envelope, office), read(envelope, PersonLocked), "person-locked", locked=True)


async def person_unlocked(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the same that it is over."""
    await _locked(tx, Occasion.of(envelope, office), read(envelope, PersonUnlocked), "person-unlocked", locked=False)


async def _locked(tx: Connection, occasion: Occasion, fact: PersonFact, kind: str, *, locked: bool) -> None:
    await people.put_person(tx, fact)
    own = notices.own_account_locked(await scene(tx, occasion, ""), locked=locked)
    await to_person(tx, occasion, fact.person_id, kind, own)
    who = swedish.person(fact.contact.name, fact.person_id, protected=fact.protected)
    for organizer in await people.organizers_of(tx, fact.person_id):
        told = notices.account_locked(await scene(tx, occasion, organizer), who, locked=locked)
        await to_contact_persons(tx, occasion, organizer, kind, told, but=fact.person_id)


async def membership_granted(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the other contact persons of a new user."""
    fact, occasion = read(envelope, MembershipGranted), Occasion.of(envelope, office)
    await people.put_membership(tx, fact, ended=False)
    accepted = occasion.actor == str(fact.person_id)
    here, who = await scene(tx, occasion, fact.organization_number), await _who(tx, fact)
    told = notices.new_user(here, who, fact.role, accepted=accepted)
    await to_contact_persons(
        tx, occasion, fact.organization_number, "membership-granted", told, but=fact.person_id
    )  # fmt: skip


async def membership_changed(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the person and the other contact persons of another role."""
    fact, occasion = read(envelope, MembershipChanged), Occasion.of(envelope, office)
    await people.put_membership(tx, fact, ended=False)
    here, organizer = await scene(tx, occasion, fact.organization_number), fact.organization_number
    told = notices.role_changed(here, await _who(tx, fact), fact.role)
    await to_contact_persons(tx, occasion, organizer, "membership-changed", told, but=fact.person_id)
    await to_person(
        tx, occasion, fact.person_id, "membership-changed", notices.own_role_changed(here, fact.role),
        organizer=organizer, readable_by=ReadableBy.MEMBER,
    )  # fmt: skip


async def membership_ended(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the person, whose authority it was, and the other contact persons."""
    fact, occasion = read(envelope, MembershipEnded), Occasion.of(envelope, office)
    await people.put_membership(tx, fact, ended=True)
    here, organizer = await scene(tx, occasion, fact.organization_number), fact.organization_number
    told = notices.authority_ended(here, await _who(tx, fact), fact.role)
    await to_contact_persons(tx, occasion, organizer, "membership-ended", told, but=fact.person_id)
    own = notices.own_authority_ended(here, fact.role)
    await to_person(tx, occasion, fact.person_id, "membership-ended", own, organizer=organizer)


async def _who(tx: Connection, fact: identity.MembershipFact) -> str:
    found = await people.person(tx, fact.person_id)
    return swedish.person(found["name"], fact.person_id, protected=found["protected"]) if found else swedish.UNKNOWN


async def invitation_sent(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Mail the link to the one who is invited; one that was sent before and has not gone is worth nothing now."""
    fact, occasion = read(envelope, InvitationSent), Occasion.of(envelope, office)
    await links.put_invitation(tx, fact, is_open=True)
    told = notices.invitation(await scene(tx, occasion, fact.organization_number), fact.role, fact.expires_at)
    await to_person(
        tx, occasion, fact.invitation_id, "invitation", told, organizer=fact.organization_number,
        readable_by=ReadableBy.INVITED, address=fact.email,
        link=Link(fact.invitation_id, fact.version, base64.b64decode(fact.sealed_token), fact.expires_at),
    )  # fmt: skip


async def invitation_closed(tx: Connection, envelope: Envelope, _: Office) -> None:
    """Keep that its link is worth nothing. Of an accepted one the authority that follows is told."""
    await links.put_invitation(tx, read(envelope, InvitationClosed), is_open=False)


async def email_change_asked(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Mail the link to the new address, and a word of it to the one that is used until then."""
    fact, occasion = read(envelope, EmailChangeAsked), Occasion.of(envelope, office)
    await links.put_email_change(tx, fact)
    here = await scene(tx, occasion, "")
    await to_person(tx, occasion, fact.person_id, "email-change-asked", notices.email_change_asked(here))
    told = notices.email_change(here, fact.expires_at)
    await to_person(
        tx, occasion, fact.person_id, "email-change", told, readable_by=ReadableBy.NEW_ADDRESS, address=fact.email,
        link=Link(fact.change_id, None, base64.b64decode(fact.sealed_token), fact.expires_at),
    )  # fmt: skip


HANDLERS: dict[str, Handler] = {
    identity.PersonRegistered.full_type(): person_registered,
    identity.PersonChanged.full_type(): person_changed,
    identity.PersonLocked.full_type(): person_locked,
    identity.PersonUnlocked.full_type(): person_unlocked,
    identity.MembershipGranted.full_type(): membership_granted,
    identity.MembershipChanged.full_type(): membership_changed,
    identity.MembershipEnded.full_type(): membership_ended,
    identity.InvitationSent.full_type(): invitation_sent,
    identity.InvitationClosed.full_type(): invitation_closed,
    identity.EmailChangeAsked.full_type(): email_change_asked,
}
