"""What a mail says, and to whom it goes."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.contracts.registry import FieldChange, PublicUnit, SchoolUnitEdited
from services.contracts.vocabulary import Cause
from services.notifications import compose, smtp
from services.notifications.compose import Setting
from services.notifications.domain import mail
from services.notifications.domain.mail import MailState, Recipient
from services.notifications.smtp import Outgoing
from tests.units import CODE, a_body

SETTING = Setting("en kontaktperson", datetime(2026, 11, 24, 9, 5, tzinfo=UTC), "Lunds kommun",
                  ZoneInfo("Europe/Stockholm"), "https://register.example")  # fmt: skip


def an_edit(*changed: FieldChange, name: str = "Svaleboskolan") -> SchoolUnitEdited:
    return SchoolUnitEdited(
        school_unit_code=CODE, unit=PublicUnit.model_validate(a_body(displayName=name)), version=2,
        register_day=date(2026, 11, 24), public_from=date(2026, 11, 25), cause=Cause.EDIT, changed=changed,
    )  # fmt: skip


def test_a_change_is_told_field_by_field_in_swedish() -> None:
    change = FieldChange(field="addresses/BESOKSADRESS/streetAddress", before=None, after="Storgatan 1")

    content = compose.unit_changed(an_edit(change), SETTING)

    for words in ("Besöksadress, gatuadress", "(tomt)", "Storgatan 1", "24 november 2026 kl. 10.05", "25 november 2026",
                  f"https://register.example/enheter/{CODE}/historik#v2"):  # fmt: skip
        assert words in content.text
        assert words in content.html


def test_a_protected_value_is_named_only() -> None:
    content = compose.unit_changed(an_edit(FieldChange(field="headMasterWorkEmail", protected=True)), SETTING)

    assert "Rektors e-postadress i arbetet" in content.text
    assert "visas inte här" in content.html


def test_what_people_typed_is_text_in_html_and_one_line_in_a_header() -> None:
    name = "<b>Skola</b>\r\nBcc: x@y.se"

    content = compose.unit_changed(an_edit(FieldChange(field="displayName", after=name), name=name), SETTING)
    message = smtp.mime(Outgoing("<1@x>", "a@b.se", content.subject, content.text, content.html), "R <r@x.se>")

    read = message_from_bytes(message.as_bytes(), policy=default)
    assert "<b>" not in content.html
    assert read["Bcc"] is None
    assert read["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("words", range(1, 40))
def test_a_subject_of_any_length_keeps_its_words(words: int) -> None:
    subject = " ".join(("är inte längre låst " * 10).split()[:words])

    made = smtp.mime(Outgoing("<1@x>", "a@b.se", subject, "t", "h"), "R <r@x.se>").as_bytes()

    assert message_from_bytes(made, policy=default)["Subject"] == subject
    assert max(map(len, made.splitlines())) < 79


def test_everybody_but_the_one_who_did_it_gets_one_mail() -> None:
    karin, ulf = Recipient(uuid4(), "k@x.se"), Recipient(uuid4(), "u@x.se")

    assert mail.recipients([karin, ulf, ulf], but={str(karin.person_id)}) == [ulf]


def test_the_same_event_gives_the_same_mail() -> None:
    event, person = uuid4(), uuid4()

    assert mail.mail_id(event, person, "t") == mail.mail_id(event, person, "t")
    assert mail.mail_id(event, person, "t") != mail.mail_id(event, uuid4(), "t")


def test_pauses_grow_to_half_an_hour() -> None:
    assert mail.pause_after(0) == timedelta(seconds=5)
    assert mail.pause_after(3) == timedelta(seconds=40)
    assert mail.pause_after(99) == timedelta(minutes=30)


def test_nothing_follows_a_mails_end() -> None:
    ends = {MailState.SENT, MailState.REFUSED, MailState.GIVEN_UP, MailState.WITHDRAWN}

    assert {state for state, after in mail.AFTER.items() if not after} == ends
