"""Who is told what of users and authority, and which mail is withdrawn."""

import base64
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.contracts import identity
from services.contracts.event import Event
from services.contracts.identity import InvitationClosed, InvitationEnd, InvitationSent, PersonalData
from services.contracts.vocabulary import OrganizationNumber, Role
from services.kernel.secrets import Vault
from services.notifications.commands.organizers import remind_of_ends
from services.notifications.consumers import office as of_settings
from tests.builders import LUND, a_person
from tests.integration.notifications.conftest import MAIL_SECRET, Office

TOKEN = "a-token-that-nobody-else-may-read"
TEXTS = """
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'inbox'
"""
LATER = datetime(2099, 5, 1, 10, tzinfo=UTC)
NUMBER = OrganizationNumber(LUND)


def sealed(context: UUID, secret: str = MAIL_SECRET) -> str:
    return base64.b64encode(Vault.from_passphrase(secret).seal(TOKEN, str(context))).decode()


def invited(invitation_id: UUID | None = None, **other: Any) -> InvitationSent:
    invitation_id = invitation_id or uuid4()
    values = {
        "invitation_id": invitation_id, "organization_number": LUND, "role": Role.DATA_REPORTER, "version": 1,
        "email": "nina@example.org", "sealed_token": sealed(invitation_id), "expires_at": LATER,
    }  # fmt: skip
    return InvitationSent.model_validate(values | other)


def closed(sent: InvitationSent) -> InvitationClosed:
    return InvitationClosed(
        invitation_id=sent.invitation_id, organization_number=NUMBER, role=sent.role, version=sent.version + 1,
        end=InvitationEnd.WITHDRAWN,
    )  # fmt: skip


async def membership(office: Office, person: UUID, kind: type[identity.MembershipFact], **other: Any) -> Event:
    row = await office.pool.fetchrow("SELECT * FROM membership WHERE person_id = $1", person)
    assert row
    values = {"membership_id": row["membership_id"], "person_id": person, "organization_number": LUND,
              "role": row["role"], "version": row["version"] + 1}  # fmt: skip
    event = kind.model_validate(values | other)
    assert isinstance(event, Event)
    return event


async def person_as(office: Office, person: UUID, kind: type[identity.PersonFact], **other: Any) -> Event:
    row = await office.pool.fetchrow("SELECT * FROM person WHERE person_id = $1", person)
    assert row
    contact = PersonalData(name=row["name"], email=other.pop("email", row["email"]))
    event = kind.model_validate(
        {"person_id": person, "version": row["version"] + 1, "protected": row["protected"], "contact": contact} | other
    )
    assert isinstance(event, Event)
    return event


def words(message: EmailMessage) -> str:
    """A mail's text and its HTML, in which each word has to be found."""
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join(str(part.get_content()) for part in parts if part)


async def sent(office: Office, mails: int) -> dict[str, EmailMessage]:
    """The mails that go, by address."""
    await office.send_until_states({"sent": mails} if mails else {})
    return {str(message["To"]): message for message in office.server.taken}


async def test_an_invitation_goes_to_the_invited_with_a_link_that_is_nowhere_else(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    karin = await office.somebody("karin@example.org")

    envelope = await office.hear(invited(), actor=karin)
    await office.pool.execute("DELETE FROM inbox")
    await office.hear_again(envelope)
    office.server.to_data = f"451 no: https://register.example/inbjudan/{TOKEN} and {TOKEN}"
    await office.send_until_states({"delayed": 1})
    kept = await everything(office)
    office.server.to_data = "250 OK"
    await office.due_now()
    (message,) = (await sent(office, 1)).values()

    assert message["To"] == "nina@example.org"
    assert message["Subject"] == "Du är inbjuden som uppgiftslämnare för Lunds kommun"
    assert words(message).count(f"https://register.example/inbjudan/{TOKEN}") == 2
    assert "Karin Kontakt bjuder in dig" in words(message)
    assert "1 maj 2099 kl. 12.00" in words(message)
    out = capsys.readouterr()
    assert TOKEN not in kept + await everything(office) + out.out + out.err
    assert "delayed" in kept
    assert await office.pool.fetchrow("SELECT address, sealed_token FROM mail") == (None, None)


async def everything(office: Office) -> str:
    """All that stands in all tables, bytes as text."""
    found = []
    for row in await office.pool.fetch(TEXTS):
        table, column = row
        values = await office.pool.fetch(f'SELECT "{column}" FROM "{table}"')
        found += [bytes(v[0]).decode(errors="replace") if isinstance(v[0], bytes) else str(v[0]) for v in values]
    return "\n".join(found)


async def test_an_inviter_with_protected_identity_is_not_named(office: Office) -> None:
    hidden = await office.somebody("skyddad@example.org", name=None)

    await office.hear(invited(), actor=hidden)
    mails = await sent(office, 1)

    assert "En kontaktperson bjuder in dig" in words(mails["nina@example.org"])
    assert "skyddad@example.org" not in words(mails["nina@example.org"])


async def test_of_an_invitation_sent_again_the_older_mail_and_of_a_closed_one_all_are_withdrawn(office: Office) -> None:
    first, other, late = invited(), invited(email="b@example.org"), invited(expires_at=datetime.now(UTC))
    again = invited(first.invitation_id, version=2)

    for event in (first, again, other, closed(other), late):
        await office.hear(event)
    await office.send_until_states({"sent": 1, "withdrawn": 3})

    assert office.server.addresses() == ["nina@example.org"]
    found = await office.pool.fetchval("SELECT link_version FROM mail WHERE state = 'sent'")
    assert found == 2


async def test_a_link_that_does_not_open_waits_until_the_secrets_are_the_same(office: Office) -> None:
    invitation_id = uuid4()
    await office.hear(invited(invitation_id, sealed_token=sealed(invitation_id, "the secret of another installation")))

    await office.send_until_states({"delayed": 1})

    assert "mail secret" in await office.pool.fetchval("SELECT last_error FROM mail")
    assert office.server.offered == 0


async def test_a_new_user_is_told_to_the_other_contact_persons_and_not_to_data_reporters(office: Office) -> None:
    await office.somebody("karin@example.org")
    reporter = await office.somebody("ulf@example.org", name="Ulf Uppgift")
    await office.hear(await membership(office, reporter, identity.MembershipChanged, role=Role.DATA_REPORTER))
    await office.forget_notices()
    nina = uuid4()
    await office.hear(a_person(person_id=nina, contact=PersonalData(name="Nina Ny", email="nina@example.org")))

    await office.hear(office.authority(nina), actor=nina)
    mails = await sent(office, 1)

    assert list(mails) == ["karin@example.org"]
    heading = "Nina Ny har accepterat och är nu kontaktperson för Lunds kommun"
    assert mails["karin@example.org"]["Subject"] == heading
    assert f"https://register.example/huvudman/{LUND}/anvandare" in words(mails["karin@example.org"])


async def test_another_role_is_told_to_the_person_and_the_other_contact_persons_but_not_to_who_gave_it(
    office: Office,
) -> None:
    karin, bo = await office.somebody("karin@example.org"), await office.somebody("bo@example.org", name=None)
    await office.somebody("ulf@example.org", name="Ulf")

    await office.hear(await membership(office, bo, identity.MembershipChanged, role=Role.DATA_REPORTER), actor=karin)
    mails = await sent(office, 2)

    assert set(mails) == {"bo@example.org", "ulf@example.org"}
    assert mails["bo@example.org"]["Subject"] == "Du är nu uppgiftslämnare för Lunds kommun"
    others = f"En person med skyddade personuppgifter ({str(bo)[:4].upper()}) är nu uppgiftslämnare"
    assert mails["ulf@example.org"]["Subject"] == f"{others} för Lunds kommun"
    assert "Karin Kontakt" in words(mails["ulf@example.org"])


async def test_ended_authority_is_told_to_the_person_too_and_after_it_nothing_more(office: Office) -> None:
    karin, ulf = await office.somebody("karin@example.org"), await office.somebody("ulf@example.org", name="Ulf")
    await office.hear(invited(email="x@example.org"))
    await office.hear(identity.UsersReviewDue(organization_number=NUMBER, due_on=LATER.date()), actor=karin)

    await office.hear(await membership(office, ulf, identity.MembershipEnded), actor=ulf)
    await office.send_until_states({"sent": 3, "withdrawn": 1})

    subjects = {(str(message["To"]), str(message["Subject"])) for message in office.server.taken}
    assert ("ulf@example.org", "Din behörighet för Lunds kommun är avslutad") in subjects
    assert ("karin@example.org", "Ulf är inte längre kontaktperson för Lunds kommun") in subjects


async def test_a_locked_person_gets_that_and_no_mail_about_an_organizer(office: Office) -> None:
    ulf = await office.somebody("ulf@example.org", name=None)
    await office.somebody("karin@example.org")
    await office.hear(letter())

    await office.hear(await person_as(office, ulf, identity.PersonLocked, locked=True), actor=uuid4())
    await office.hear(letter())
    await office.send_until_states({"sent": 4, "withdrawn": 1})

    told = [(str(message["To"]), str(message["Subject"])) for message in office.server.taken]
    assert ("ulf@example.org", "Ditt konto i Skolenhetsregistret är spärrat") in told
    someone = f"En person med skyddade personuppgifter ({str(ulf)[:4].upper()})"
    assert ("karin@example.org", f"{someone} är spärrad i Skolenhetsregistret") in told
    assert [to for to, _ in told].count("karin@example.org") == 3
    await office.hear(await person_as(office, ulf, identity.PersonUnlocked, locked=False))
    await office.hear(letter())
    await office.send_until_states({"sent": 8, "withdrawn": 1})
    assert "Ditt konto i Skolenhetsregistret är inte längre spärrat" in {str(m["Subject"]) for m in office.server.taken}


def letter() -> Event:
    return identity.LetterIssued(letter_id=uuid4(), organization_number=NUMBER, version=1)


async def test_a_letter_is_told_to_the_contact_persons_that_there_are(office: Office) -> None:
    await office.hear(letter())
    assert await office.states() == {}

    await office.somebody("karin@example.org")
    await office.hear(letter(), actor=uuid4())
    mails = await sent(office, 1)

    assert mails["karin@example.org"]["Subject"] == "Ett brev med aktiveringskod har gjorts för Lunds kommun"
    assert "Registerförvaltningen" in words(mails["karin@example.org"])


def credential(kind: type[identity.ApiCredentialFact] = identity.ApiCredentialIssued, **other: Any) -> Event:
    values = {"credential_id": uuid4(), "organization_number": LUND, "label": "Elevregistret", "version": 1,
              "expires_at": LATER}  # fmt: skip
    event = kind.model_validate(values | other)
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize(
    ("kind", "subject", "holds"),
    [
        (identity.ApiCredentialIssued, "Lunds kommun har fått en ny API-nyckel: Elevregistret", True),
        (identity.ApiCredentialRotated, "Lunds kommun har bytt hemlighet för en API-nyckel: Elevregistret", True),
        (identity.ApiCredentialRevoked, "Lunds kommun har återkallat en API-nyckel: Elevregistret", False),
    ],
)
async def test_what_happens_to_an_api_credential_is_told_to_all_contact_persons_who_did_it_too(
    office: Office, kind: type[identity.ApiCredentialFact], subject: str, *, holds: bool
) -> None:
    karin = await office.somebody("karin@example.org")
    await office.somebody("bo@example.org")

    await office.hear(credential(kind), actor=karin)
    mails = await sent(office, 2)

    assert sorted(mails) == ["bo@example.org", "karin@example.org"]
    assert mails["bo@example.org"]["Subject"] == subject
    assert "Karin Kontakt" in words(mails["bo@example.org"])
    assert ("Gäller till" in words(mails["bo@example.org"])) is holds


async def test_of_a_credential_that_ends_soon_the_contact_persons_are_reminded_once_for_each_end(
    office: Office,
) -> None:
    known = of_settings(office.settings())
    soon, new, rotated = (datetime.now(UTC) + timedelta(days=days) for days in (13, 14, 10))
    ending, later = credential(expires_at=soon), credential(expires_at=LATER)
    for event in (ending, later, credential(expires_at=new)):
        await office.hear(event)
    await office.pool.execute("UPDATE credential SET set_at = now() - interval '1 year' WHERE expires_at <> $1", new)

    await remind_of_ends(office.pool, timedelta(days=14), known)
    await office.somebody("karin@example.org")
    for _ in range(2):
        await remind_of_ends(office.pool, timedelta(days=14), known)
    assert await office.states() == {"queued": 1}
    again = ending.model_dump() | {"version": 2, "expires_at": rotated}
    await office.hear(identity.ApiCredentialRotated.model_validate(again))
    await office.pool.execute("UPDATE credential SET set_at = now() - interval '1 year' WHERE expires_at = $1", rotated)
    for _ in range(2):
        await remind_of_ends(office.pool, timedelta(days=14), known)
    await sent(office, 3)

    subjects = [str(message["Subject"]) for message in office.server.taken]
    assert subjects.count("API-nyckeln Elevregistret slutar snart att gälla") == 2


async def test_the_yearly_review_is_asked_of_contact_persons_with_a_link(office: Office) -> None:
    await office.somebody("karin@example.org")

    await office.hear(identity.UsersReviewDue(organization_number=NUMBER, due_on=LATER.date()))
    mails = await sent(office, 1)

    assert f"https://register.example/huvudman/{LUND}/anvandare/granska" in words(mails["karin@example.org"])
    assert "1 maj 2099" in words(mails["karin@example.org"])


async def test_another_address_is_asked_for_at_the_new_one_and_told_to_the_old_one(office: Office) -> None:
    karin = await office.somebody("karin@example.org")
    first, second = uuid4(), uuid4()
    for change_id, email in ((first, "typo@example.org"), (second, "karin.ny@example.org")):
        asked = identity.EmailChangeAsked(
            person_id=karin, change_id=change_id, email=email, sealed_token=sealed(change_id), expires_at=LATER
        )
        await office.hear(asked, actor=karin)
    await office.send_until_states({"sent": 3, "withdrawn": 1})
    await office.hear(await person_as(office, karin, identity.PersonChanged, email="karin.ny@example.org"))
    await office.hear(await person_as(office, karin, identity.PersonChanged, email="karin.ny@example.org"))
    await office.send_until_states({"sent": 4, "withdrawn": 1})

    (asked_at,) = [mail for mail in office.server.taken if mail["To"] == "karin.ny@example.org"]
    *warned, told_at = [mail for mail in office.server.taken if mail["To"] == "karin@example.org"]
    assert {mail["Subject"] for mail in warned} == {"Någon har bett om att byta din e-postadress"}
    assert len(warned) == 2
    assert f"https://register.example/epost/{TOKEN}" in words(asked_at)
    assert told_at["To"] == "karin@example.org"
    assert told_at["Subject"] == "Din e-postadress har ändrats"
    assert "karin.ny" not in words(told_at)
