"""Accepting an invitation or a letter: from a login to a person who may act for an organizer, in one transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from services.contracts.identity import InvitationEnd
from services.contracts.vocabulary import NotACodeError, PersonalIdentityNumber
from services.identity.commands import invitations as inviting
from services.identity.commands.authority import caller, refuse_locked
from services.identity.commands.command import Answer, actor_of, for_organizer, once
from services.identity.commands.letters import MOST_WRONG_TRIES
from services.identity.commands.memberships import add_membership
from services.identity.commands.persons import add_person, identification_needed, link, record_acceptance
from services.identity.directory import Directory, now
from services.identity.domain import codes
from services.identity.domain import invitations as rules
from services.identity.domain.citizens import Citizen
from services.identity.domain.invitations import Identified, Invitation, Letter, Offer, Refusal, State
from services.identity.domain.persons import Person
from services.identity.population import PopulationAwayError
from services.identity.store import audit, invitations, memberships, organizers, persons
from services.kernel.database import Connection, Pool, transaction
from services.kernel.identity import Subject
from services.kernel.problems import Problem

MOST_TRIES, TRIES_WITHIN = 5, timedelta(minutes=15)
"""Wrong codes of one account."""
WRONG = "wrongCode"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody types from a letter. `email`: where to reach them, needed for who is new."""

    organization_number: str
    code: str
    email: str | None = None


async def look_at_invitation(directory: Directory, who: Subject, token: str) -> Answer:
    """What a link invites to. Raises Problem 404, 410, 403 (locked)."""
    invitation = _alive(await invitations.by_token(directory.pool, codes.link_token_hash(token)))
    return await _look(directory, who, invitation.offer())


async def look_at_letter(directory: Directory, who: Subject, typed: Typed) -> Answer:
    """What a letter's code activates. Raises Problem 404, 410, 429, 403 (locked)."""
    async with transaction(directory.pool) as tx:
        letter = await _typed_letter(tx, who, typed)
    if letter is None:
        raise _wrong_code()
    answer = await _look(directory, who, letter.offer())
    return answer | {"emailNeeded": await _person_of(directory.pool, directory, who) is None}


async def accept_invitation(directory: Directory, who: Subject, token: str, terms_version: int, key: str) -> Answer:
    """Accept an invitation, and the terms with it.

    Raises Problem 403 (another was invited, not identified, not in the population register, locked), 404, 410,
    409 (has a membership, other terms), 503 (population register away).
    """
    token_hash = codes.link_token_hash(token)
    found = await invitations.by_token(directory.pool, token_hash)
    if found is None:
        raise _unknown()
    newcomer = await _newcomer(directory, who)
    async with for_organizer(directory, found.organization_number) as tx:

        async def work() -> Answer:
            invitation = _alive(await invitations.by_token(tx, token_hash))
            person = await _join(tx, directory, who, invitation.offer(), newcomer, invitation.email)
            themselves = replace(who, person_id=str(person.person_id))
            await inviting.close(tx, themselves, invitation, InvitationEnd.ACCEPTED, person.person_id)
            return await _joined(tx, directory, themselves, invitation.offer(), person, terms_version)

        return await once(directory, tx, who, key, (token_hash, terms_version), work, subject=_account(who))


async def activate(directory: Directory, who: Subject, typed: Typed, terms_version: int, key: str) -> Answer:
    """Use a letter's code, and accept the terms with it. Raises what `accept_invitation` raises, and Problem 429."""
    newcomer = await _newcomer(directory, who)
    async with for_organizer(directory, typed.organization_number) as tx:

        async def work() -> Answer:
            letter = await _typed_letter(tx, who, typed)
            if letter is None:
                return {WRONG: True}  # answered, not raised: the count is to be committed
            person = await _join(tx, directory, who, letter.offer(), newcomer, typed.email)
            await invitations.close_letter(tx, letter.letter_id, letter.version + 1, State.ACCEPTED, person.person_id)
            details = {"letter": str(letter.letter_id), "reference": letter.request_reference}
            themselves = replace(who, person_id=str(person.person_id))
            await audit.add(
                tx, actor_of(themselves), "letter.accepted", details, person_id=person.person_id,
                organization_number=letter.organization_number,
            )  # fmt: skip
            return await _joined(tx, directory, themselves, letter.offer(), person, terms_version)

        asked = (typed.organization_number, codes.link_token_hash(typed.code), typed.email, terms_version)
        answer = await once(directory, tx, who, key, asked, work, subject=_account(who))
    if WRONG in answer:
        raise _wrong_code()
    return answer


async def _join(
    tx: Connection, directory: Directory, who: Subject, offer: Offer, newcomer: Citizen | None, email: str | None
) -> Person:
    """The person who accepts, made now when there is none. Raises Problem 403, 409, 422."""
    person = await _person_of(tx, directory, who)
    _refuse(rules.refusal(offer, await _identified(tx, directory, who, person)))
    if person is None:
        person = await _new_person(tx, directory, who, newcomer, email)
    elif who.national_id and person.national_id_index is None:
        sealed = directory.seal_number(who.national_id, person.person_id)
        await persons.give_national_id(tx, person.person_id, directory.index(who.national_id), sealed)
    await link(tx, who, person)
    return person


async def _new_person(
    tx: Connection, directory: Directory, who: Subject, newcomer: Citizen | None, email: str | None
) -> Person:
    """A person with the name that the population register has (domain.md, section 2): no form asks for it."""
    if newcomer is None:
        raise Problem(403, "not-in-population-register", "The population register does not know this number")
    if email is None:
        errors = [{"pointer": "/email", "code": "email-needed", "detail": "Where to reach you"}]
        raise Problem(422, "malformed", "The request does not have the right form", errors=errors)
    number = newcomer.personal_identity_number
    person = Person(
        uuid4(), None, newcomer.display_name, email, newcomer.protected, register_administration=False, version=1,
        national_id_index=directory.index(number),
    )  # fmt: skip
    await add_person(tx, directory, who, person, number)
    return person


async def _joined(
    tx: Connection, directory: Directory, who: Subject, offer: Offer, person: Person, terms_version: int
) -> Answer:
    """The authority that follows, with the terms accepted: no role without acceptance."""
    await record_acceptance(tx, directory, who, person.person_id, terms_version)
    membership = await add_membership(tx, who, person.person_id, offer.organization_number, offer.role)
    return {
        "membershipId": membership.membership_id, "organizationNumber": offer.organization_number,
        "personId": person.person_id, "role": offer.role,
    }  # fmt: skip


async def _newcomer(directory: Directory, who: Subject) -> Citizen | None:
    """Who this is for the population register, asked before the transaction; None for a person whom we know already.

    Raises Problem 503 when the population register is away.
    """
    if who.national_id is None or await _person_of(directory.pool, directory, who) is not None:
        return None
    try:
        return await directory.population.find(PersonalIdentityNumber(who.national_id))
    except NotACodeError:
        return None
    except PopulationAwayError as error:
        title = "The population register does not answer; nothing is lost, try again in a while"
        raise Problem(503, "population-register-away", title, headers={"Retry-After": "60"}) from error


async def _person_of(connection: Connection | Pool, directory: Directory, who: Subject) -> Person | None:
    """The person who is logged in, by account or by number. Raises Problem 403 for a locked one."""
    person = await caller(connection, who)
    if person is None and who.national_id:
        person = refuse_locked(await persons.by_national_id(connection, directory.index(who.national_id)))
    return person


async def _identified(
    connection: Connection | Pool, directory: Directory, who: Subject, person: Person | None
) -> Identified:
    index = directory.index(who.national_id) if who.national_id else None
    if person is None:
        return Identified(index, is_known=False, email=None, organizers=())
    organizers_of = {m.organization_number for m in await memberships.of_person(connection, person.person_id)}
    return Identified(index or person.national_id_index, is_known=True, email=person.email, organizers=organizers_of)


async def _look(directory: Directory, who: Subject, offer: Offer) -> Answer:
    person = await _person_of(directory.pool, directory, who)
    name = (await organizers.names(directory.pool, [offer.organization_number]))[offer.organization_number]
    return {
        "organizationNumber": offer.organization_number, "organizerName": name, "role": offer.role,
        "expiresAt": offer.expires_at,
        "refusal": rules.refusal(offer, await _identified(directory.pool, directory, who, person)),
    }  # fmt: skip


async def _typed_letter(tx: Connection, who: Subject, typed: Typed) -> Letter | None:
    """The letter whose code was typed; None, and counted, when it is no open letter's of the organizer.

    One account tries one code at a time. It is not said which of number and code is wrong. Raises Problem 410, 429.
    """
    await invitations.hold_tries(tx, who.account_id)
    count, first = await invitations.tries(tx, who.account_id, TRIES_WITHIN)
    if count >= MOST_TRIES and first is not None:
        wait = int((first + TRIES_WITHIN - now()).total_seconds()) + 1
        raise Problem(429, "too-many-attempts", "Too many wrong codes", headers={"Retry-After": str(max(wait, 1))})
    letter = await invitations.open_letter(tx, typed.organization_number)
    is_right = (
        letter is not None
        and letter.wrong_tries < MOST_WRONG_TRIES
        and codes.is_code_of(typed.code, letter.letter_id, letter.code_hash)
    )
    if letter is None or not is_right:
        await invitations.wrong_code(tx, who.account_id, letter.letter_id if letter else None)
        return None
    if letter.offer().state_at(now()) is State.EXPIRED:
        raise _expired()
    return letter


def _wrong_code() -> Problem:
    return Problem(404, "code-unknown", "No open letter of this organizer has this code")


def _alive(invitation: Invitation | None) -> Invitation:
    """The invitation, if it can be accepted. Raises Problem 404, 410."""
    if invitation is None:
        raise _unknown()
    state = invitation.offer().state_at(now())
    if state is State.EXPIRED:
        raise _expired()
    if state is not State.OPEN:
        raise Problem(410, "invitation-closed", "The invitation has been used or withdrawn")
    return invitation


def _refuse(reason: Refusal | None) -> None:
    if reason is Refusal.IDENTIFICATION_NEEDED:
        raise identification_needed()
    if reason is Refusal.OTHER_PERSON:
        raise Problem(403, "not-the-invited", "Somebody else is invited")
    if reason is Refusal.MEMBERSHIP_EXISTS:
        raise Problem(409, "membership-exists", "The person may act for this organizer already")


def _unknown() -> Problem:
    return Problem(404, "invitation-unknown", "There is no such invitation; a newer mail may have a newer link")


def _expired() -> Problem:
    return Problem(410, "invitation-expired", "The time to accept is over: ask for a new one")


def _account(who: Subject) -> str:
    """The account, for the idempotency key: it stays the same while the token comes to name a person."""
    return f"account:{who.account_id}"
