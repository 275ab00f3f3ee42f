"""Who is told when an organizer's own data change, and what."""

from email.message import EmailMessage
from typing import Any

from services.contracts.registry import FieldChange, OrganizerEdited, ProcessRef
from services.contracts.vocabulary import Cause, ProcessType
from tests.builders import LUND, an_organizer, days
from tests.integration.notifications.conftest import Office

ONE = FieldChange(field="email/SKOLVERKET", before=None, after="skola@lund.se")
FROM_REGISTER = FieldChange(field="companyStatus", before="AKTIV", after="EJ_LANGRE_AKTIV")


def edited(*changed: FieldChange, **other: Any) -> OrganizerEdited:
    values: dict[str, Any] = {"version": 2, "cause": Cause.EDIT, **days(), **other}
    return OrganizerEdited(organization_number=LUND, organizer=an_organizer(), changed=changed, **values)


def process(kind: ProcessType) -> dict[str, Any]:
    return {"cause": Cause.IMPORT, "process": ProcessRef(type=kind, id="1")}


async def sent(office: Office, mails: int) -> dict[str, EmailMessage]:
    await office.send_until_states({"sent": mails} if mails else {})
    return {str(message["To"]): message for message in office.server.taken}


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


async def test_colleagues_are_told_of_contact_values_and_who_did_it_is_not(office: Office) -> None:
    karin = await office.somebody("karin@example.org")
    await office.somebody("kalle@example.org", name="Kalle Kollega")

    await office.hear(edited(ONE), actor=karin)
    mails = await sent(office, 1)

    message = mails["kalle@example.org"]
    assert message["Subject"] == "Karin Kontakt har ändrat kontaktuppgifterna för Lunds kommun"
    assert "E-postadress (huvudmannens egen): (tomt) → skola@lund.se" in " ".join(text(message).split())
    assert f"https://register.example/huvudman/{LUND}/uppgifter" in text(message)


async def test_all_are_told_once_of_what_came_from_the_companies_register(office: Office) -> None:
    await office.somebody("karin@example.org")
    await office.somebody("kalle@example.org", name="Kalle Kollega")

    envelope = await office.hear(edited(FROM_REGISTER, **process(ProcessType.COMPANIES_REGISTER)))
    await office.pool.execute("DELETE FROM inbox")
    await office.hear_again(envelope)
    mails = await sent(office, 2)

    assert set(mails) == {"karin@example.org", "kalle@example.org"}
    told = " ".join(text(mails["karin@example.org"]).split())
    assert mails["karin@example.org"]["Subject"] == "Grunduppgifter för Lunds kommun har ändrats"
    assert "Företagets status: Verksamt → Inte längre verksamt" in told
    assert "Av: Registerförvaltningen" in told


async def test_what_another_undertaking_changes_is_told_by_that(office: Office) -> None:
    await office.somebody("karin@example.org")

    await office.hear(edited(FROM_REGISTER, **process(ProcessType.TRANSFER)))
    await office.hear(edited(FROM_REGISTER, version=3, cause=Cause.IMPORT))

    assert await office.states() == {}


async def test_whose_authority_ended_is_told_nothing_more(office: Office) -> None:
    gone = await office.somebody("kalle@example.org", name="Kalle Kollega")
    await office.hear(edited(ONE))
    await office.end_authority(gone)
    await office.send_until_states({"withdrawn": 1})

    assert office.server.taken == []
