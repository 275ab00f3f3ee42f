"""Who is told what of units that go from one organizer to another."""

from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from services.contracts.transfers import (
    NamedUnit,
    Transfer,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferProposed,
    TransferReminded,
    TransferTookEffect,
    TransferWithdrawn,
)
from services.contracts.vocabulary import OrganizationNumber, SchoolUnitCode
from tests.builders import LUND
from tests.integration.notifications.conftest import Office

FRISKOLAN = "5564515988"
UNIT = NamedUnit(school_unit_code=SchoolUnitCode("27508103"), display_name="Svaleboskolan\nX")


def a_transfer(kind: type[Transfer], **other: Any) -> Any:
    values = {
        "transfer_id": "0b9f6d0e-7a5e-4d53-9d0b-3f2f6f7c1a11", "version": 1, "giver": OrganizationNumber(LUND),
        "giver_name": "Lunds kommun", "receiver": OrganizationNumber(FRISKOLAN), "receiver_name": "Friskolan AB",
        "day": date(2027, 1, 1), "ends_organizer": False, "units": (UNIT,), "message": "Enligt avtal.",
    }  # fmt: skip
    return kind.model_validate(values | other)


async def mails(office: Office, count: int) -> dict[str, EmailMessage]:
    await office.send_until_states({"sent": count})
    return {str(message["To"]): message for message in office.server.taken}


def words(message: EmailMessage) -> str:
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join(" ".join(str(part.get_content()).split()) for part in parts if part)


@pytest.mark.parametrize(
    ("kind", "other", "subject", "to_giver", "to_receiver"),
    [
        (TransferProposed, {}, "Lunds kommun vill lämna över en skolenhet till Friskolan AB", "dra tillbaka det",
         "Svara på förslaget"),
        (TransferAccepted, {}, "Friskolan AB har godkänt att ta över en skolenhet från Lunds kommun",
         "till och med den 31 december 2026", "från och med dagen för bytet"),
        (TransferDeclined, {"reason": "Inga lokaler."}, "Friskolan AB tar inte över en skolenhet från Lunds kommun",
         "Inga lokaler.", "Inga lokaler."),
        (TransferWithdrawn, {}, "Lunds kommun har dragit tillbaka bytet av huvudman för en skolenhet",
         "blir kvar hos er", "blir kvar hos Lunds kommun"),
        (TransferLapsed, {}, "Bytet av huvudman för en skolenhet blev inte av", "Föreslå bytet igen",
         "Det behövs ett nytt förslag"),
        (TransferTookEffect, {"units": (UNIT, UNIT)}, "Friskolan AB är nu huvudman för 2 skolenheter",
         "läsa historiken för er tid", "Kontrollera uppgifterna"),
    ],
)  # fmt: skip
async def test_both_organizers_are_told(
    office: Office, kind: type[Any], other: dict[str, Any], subject: str, to_giver: str, to_receiver: str
) -> None:
    await office.somebody("karin@example.org")
    await office.somebody("frida@example.org", FRISKOLAN)
    await office.somebody("olle@example.org", "2120001124")

    await office.hear(a_transfer(kind, **other))
    found = await mails(office, 2)

    assert sorted(found) == ["frida@example.org", "karin@example.org"]
    for address, said in (("karin@example.org", to_giver), ("frida@example.org", to_receiver)):
        assert found[address]["Subject"] == subject
        assert said in words(found[address])
        assert "Svaleboskolan X (27508103)" in words(found[address])
        assert "https://register.example/byten/0b9f6d0e-7a5e-4d53-9d0b-3f2f6f7c1a11" in words(found[address])


async def test_a_reminder_goes_to_the_receiver_alone(office: Office) -> None:
    await office.somebody("karin@example.org")
    await office.somebody("frida@example.org", FRISKOLAN)

    await office.hear(a_transfer(TransferReminded, days_left=7, ends_organizer=True))
    (mail,) = (await mails(office, 1)).values()

    assert mail["To"] == "frida@example.org"
    assert "senast den 31 december 2026. Utan svar blir bytet inte av" in words(mail)
    assert "Lunds kommun upphör som huvudman" in words(mail)


async def test_who_did_it_is_named_to_colleagues_only_and_not_mailed(office: Office) -> None:
    karin = await office.somebody("karin@example.org")
    await office.somebody("kalle@example.org", name="Kalle Kollega")
    await office.somebody("frida@example.org", FRISKOLAN, name="Frida Friskola")

    await office.hear(a_transfer(TransferProposed), actor=karin)
    found = await mails(office, 2)

    assert sorted(found) == ["frida@example.org", "kalle@example.org"]
    assert "Karin Kontakt" in words(found["kalle@example.org"])
    assert "Karin Kontakt" not in words(found["frida@example.org"])
