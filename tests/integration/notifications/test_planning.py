"""Who is told what of planned changes."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.contracts.planning import (
    ChangePlanned,
    PlannedChangeCancelled,
    PlannedChangeConflicted,
    PlannedChangeEdited,
    PlannedChangeHindered,
    PlannedChangeSaid,
)
from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Cause
from tests.builders import LUND, SVALEBO, a_unit, unit_registered
from tests.integration.notifications.conftest import Office
from tests.integration.notifications.test_users import sent, words

PLAN = UUID("7d1f3a52-9c0e-4e5b-8a11-2f3c4d5e6f70")


def said(kind: type[PlannedChangeSaid], **other: Any) -> Any:
    values: dict[str, Any] = {
        "planned_change_id": str(PLAN), "school_unit_code": SVALEBO, "organization_number": LUND,
        "display_name": "Svaleboskolan", "version": 1, "day": date(2027, 8, 1),
        "changed": (FieldChange(field="displayName", before="Svaleboskolan", after="Nya skolan"),
                    FieldChange(field="headMasterWorkEmail", protected=True)),
    }  # fmt: skip
    return kind(**values | other)


async def test_the_others_are_told_what_is_planned_and_who_did_it_is_not(office: Office) -> None:
    karin, _ = await office.somebody("karin@example.org"), await office.somebody("ulf@example.org", name="Ulf Uppgift")

    await office.hear(said(ChangePlanned), actor=karin)

    (address, message), = (await sent(office, 1)).items()  # fmt: skip
    assert address == "ulf@example.org"
    assert message["Subject"] == "En ändring är planerad för Svaleboskolan"
    for text in ("1 augusti 2027", "Nya skolan", "Karin Kontakt", "Uppgiften är skyddad", f"/planerat/{PLAN}"):
        assert text in words(message)


async def test_the_others_are_told_of_a_new_unit_but_of_no_import(office: Office) -> None:
    karin, _ = await office.somebody("karin@example.org"), await office.somebody("ulf@example.org")

    await office.hear(unit_registered())
    await office.hear(unit_registered(a_unit(startdate="2027-08-01"), cause=Cause.EDIT), actor=karin)

    (message,) = (await sent(office, 1)).values()
    assert message["Subject"] == "En ny skolenhet är planerad: Svaleboskolan"
    assert "1 augusti 2027" in words(message)


async def test_what_became_of_it_is_told(office: Office) -> None:
    karin, _ = await office.somebody("karin@example.org"), await office.somebody("ulf@example.org")

    await office.hear(said(PlannedChangeEdited), actor=karin)
    await office.hear(said(PlannedChangeCancelled, unit_closed=False), actor=karin)
    await office.hear(said(PlannedChangeCancelled, unit_closed=True), actor=karin)
    await sent(office, 3)

    told = "\n".join(words(message) for message in office.server.taken)
    assert "Så här är det planerat nu" in told
    assert "Ändringen genomförs inte." in told
    assert "Skolenheten har upphört." in told


async def test_everybody_is_told_of_what_could_not_be_applied(office: Office) -> None:
    await office.somebody("karin@example.org")
    await office.somebody("ulf@example.org")

    await office.hear(said(PlannedChangeHindered, rules=("name-needed",)))

    found = await sent(office, 2)
    assert sorted(found) == ["karin@example.org", "ulf@example.org"]
    assert "kunde inte genomföras" in words(found["ulf@example.org"])


async def test_a_conflict_is_told_to_the_two_whom_it_concerns(office: Office) -> None:
    karin = await office.somebody("karin@example.org")
    ulf = await office.somebody("ulf@example.org", name="Ulf Uppgift")
    await office.somebody("olle@example.org", name="Olle Utanför")

    await office.hear(said(PlannedChangeConflicted, fields=("displayName",), planned_by=str(karin)), actor=ulf)

    found = await sent(office, 2)
    assert sorted(found) == ["karin@example.org", "ulf@example.org"]
    assert "Skolenhetens namn" in words(found["karin@example.org"])


async def test_a_conflict_with_oneself_or_with_a_program_is_told_to_no_stranger(office: Office) -> None:
    karin = await office.somebody("karin@example.org")

    await office.hear(said(PlannedChangeConflicted, fields=("url",), planned_by=str(karin)), actor=karin)
    await office.hear(said(PlannedChangeConflicted, fields=("url",), planned_by=str(uuid4())), actor=uuid4())

    assert await office.states() == {}
