"""Who is told what of the yearly approval."""

from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from services.contracts.approvals import ApprovalDue, ApprovalGiven, ApprovedItem
from services.contracts.vocabulary import OrganizationNumber
from tests.builders import LUND
from tests.integration.notifications.conftest import Office

NUMBER = OrganizationNumber(LUND)


def due(**other: Any) -> ApprovalDue:
    values = {
        "organization_number": NUMBER, "school_year": "2026/27", "step": "prompt", "due_on": date(2026, 6, 14),
        "days_left": 13, "missing": 3, "roles": ("contact-person",), "register_day": date(2026, 6, 1),
    }  # fmt: skip
    return ApprovalDue.model_validate(values | other)


def given(*, complete: bool) -> ApprovalGiven:
    items = [ApprovedItem(kind="organizer", aggregate=LUND, name="Lunds kommun", version=1)]
    items += [ApprovedItem(kind="school-unit", aggregate=str(n), name="Skola", version=1) for n in range(2)]
    return ApprovalGiven(
        organization_number=NUMBER, school_year="2026/27", version=1, items=tuple(items), complete=complete,
        register_day=date(2026, 6, 9),
    )  # fmt: skip


async def mails(office: Office, count: int) -> dict[str, EmailMessage]:
    await office.send_until_states({"sent": count})
    return {str(message["To"]): message for message in office.server.taken}


def words(message: EmailMessage) -> str:
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join(" ".join(str(part.get_content()).split()) for part in parts if part)


@pytest.mark.parametrize(
    ("other", "subject", "said"),
    [
        ({}, "Dags att godkänna uppgifterna för läsåret 2026/27", "godkänn dem senast den 14 juni 2026"),
        ({"step": "reminder", "days_left": 2},
         "Påminnelse: godkänn uppgifterna för läsåret 2026/27 senast den 14 juni 2026", "3 poster"),
        ({"step": "reminder", "days_left": 0, "missing": 1},
         "Påminnelse: godkänn uppgifterna för läsåret 2026/27 senast den 14 juni 2026", "1 post"),
        ({"step": "reminder", "days_left": -3, "roles": ("contact-person", "data-reporter")},
         "Påminnelse: uppgifterna för läsåret 2026/27 är inte godkända", "en kontaktperson eller en uppgiftslämnare"),
    ],
)  # fmt: skip
async def test_all_who_may_act_are_asked_to_approve(
    office: Office, other: dict[str, Any], subject: str, said: str
) -> None:
    await office.somebody("karin@example.org")
    await office.somebody("kalle@example.org")
    await office.somebody("frida@example.org", "5564515988")

    await office.hear(due(**other))
    found = await mails(office, 2)

    assert sorted(found) == ["kalle@example.org", "karin@example.org"]
    for message in found.values():
        assert message["Subject"] == subject
        assert said in words(message)
        assert f"https://register.example/huvudman/{LUND}/godkann" in words(message)


async def test_an_event_that_comes_again_is_told_once(office: Office) -> None:
    await office.somebody("karin@example.org")

    envelope = await office.hear(due())
    await office.pool.execute("DELETE FROM inbox")
    await office.hear_again(envelope)

    assert len(await mails(office, 1)) == 1


@pytest.mark.parametrize(
    ("complete", "subject", "said"),
    [
        (True, "Uppgifterna för läsåret 2026/27 är godkända", "Allt som Lunds kommun har i registret är nu godkänt."),
        (False, "En del av uppgifterna för läsåret 2026/27 är godkända", "Det finns mer att godkänna"),
    ],
)
async def test_the_others_are_told_what_was_approved(office: Office, complete: bool, subject: str, said: str) -> None:
    karin = await office.somebody("karin@example.org")
    await office.somebody("kalle@example.org", name="Kalle")

    await office.hear(given(complete=complete), actor=karin)
    found = await mails(office, 1)

    assert found["kalle@example.org"]["Subject"] == subject
    assert said in words(found["kalle@example.org"])
    assert "huvudmannens uppgifter, 2 skolenheter" in words(found["kalle@example.org"])
    assert "Karin Kontakt" in words(found["kalle@example.org"])
