"""Who gets a mail, and what it says."""

from uuid import uuid4

from aiokafka import AIOKafkaProducer

from deploy.stack.kafka import KafkaServer
from services.contracts.registry import TOPIC, FieldChange
from services.contracts.vocabulary import Cause
from services.kernel.envelope import seal, to_headers
from services.notifications.consumers import consumer
from tests.builders import LUND, SVALEBO, a_unit, unit_edited, unit_registered
from tests.conftest import NewTopics
from tests.integration.kernel.helpers import running, until
from tests.integration.notifications.conftest import Office

INDEPENDENT = "5564515988"
HEADERS = {"From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "MIME-Version", "Content-Type"}
CHANGE = FieldChange(field="displayName", before="Svaleboskolan", after="Nya Svaleboskolan")


async def test_an_event_that_kafka_brings_again_queues_no_second_mail(
    office: Office, kafka: KafkaServer, topics: NewTopics
) -> None:
    prefix = await topics()
    await office.somebody("ulf@example.org")
    twice, last = (
        seal(unit_edited(None, CHANGE), source="tests"),
        seal(unit_edited(None, CHANGE, version=3), source="t"),
    )
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        for envelope in (twice, twice, twice, last):
            headers = [(name, value.encode()) for name, value in to_headers(envelope).items()]
            await producer.send_and_wait(prefix + TOPIC, envelope.data, key=envelope.key.encode(), headers=headers)

    async def all_heard() -> bool:
        return await office.pool.fetchrow("SELECT FROM mail WHERE event_id = $1", last.id) is not None

    settings = office.settings(kafka_bootstrap=kafka.bootstrap, topic_prefix=prefix)
    async with running(consumer(settings, office.pool)):
        await until(all_heard)

    assert await office.states() == {"queued": 2}


async def test_an_event_heard_again_after_its_inbox_was_lost_queues_no_second_mail(office: Office) -> None:
    await office.somebody("ulf@example.org")
    envelope = await office.hear(unit_edited(None, CHANGE))
    await office.pool.execute("DELETE FROM inbox")

    await office.hear_again(envelope)

    assert await office.states() == {"queued": 1}


async def test_the_others_of_the_organizer_are_told_each_once_and_not_the_one_who_did_it(office: Office) -> None:
    karin = await office.somebody("karin@example.org")
    both = await office.somebody("bo@example.org", LUND, INDEPENDENT)
    await office.hear(office.authority(both))
    await office.forget_notices()
    await office.somebody("ulf@example.org")
    await office.somebody("frida@example.org", INDEPENDENT)
    await office.end_authority(await office.somebody("sven.slutat@example.org"))

    await office.hear(unit_edited(None, CHANGE), actor=karin)
    await office.send_until_states({"sent": 2})

    assert office.server.addresses() == ["bo@example.org", "ulf@example.org"]


async def test_imports_and_new_units_are_told_to_nobody(office: Office) -> None:
    await office.somebody("ulf@example.org")

    await office.hear(unit_registered())
    await office.hear(unit_edited(None, CHANGE, cause=Cause.IMPORT))

    assert await office.states() == {}


async def test_a_mail_says_the_change_field_by_field_in_swedish_with_a_link_and_no_protected_value(
    office: Office,
) -> None:
    await office.somebody("ulf@example.org")
    hidden = await office.somebody("skyddad@example.org", name=None)
    changes = [
        CHANGE,
        FieldChange(field="schoolTypes", before=["GR"], after=["GR", "FTH"]),
        FieldChange(field="specialSupportSchool", after=True),
        FieldChange(field="headMasterPersonalIdentityNumber", protected=True, after="199001012385"),
    ]

    await office.hear(unit_edited(a_unit(display_name="Nya Svaleboskolan"), *changes), actor=hidden)
    await office.send_until_states({"sent": 1})

    (message,) = office.server.taken
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert message["Subject"] == f"Ändrat: Nya Svaleboskolan ({SVALEBO})"
    for part in (text.get_content(), html.get_content()):
        for words in (
            "Svaleboskolan", "Nya Svaleboskolan", "Grundskola, Fritidshem", "(tomt)", "Ja", "Lunds kommun",
            "en kontaktperson", "24 november 2026", f"https://register.example/enheter/{SVALEBO}/historik#v2",
            "Uppgiften är skyddad och visas inte här",
        ):  # fmt: skip
            assert words in part
        assert "199001012385" not in part
        assert "skyddad@example.org" not in part


async def test_nothing_that_people_type_becomes_a_header_or_markup(office: Office) -> None:
    await office.somebody("ulf@example.org", name="Ulf\r\nBcc: a@evil.example")
    name = "Skolan\r\nBcc: b@evil.example\r\n\r\n<script>alert(1)</script>"

    await office.hear(
        unit_edited(a_unit(display_name=name), FieldChange(field="displayName", after=name)), actor=uuid4()
    )
    await office.send_until_states({"sent": 1})

    (message,) = office.server.taken
    html = message.get_body(("html",))
    assert html is not None
    assert message["Bcc"] is None
    assert set(message.keys()) == HEADERS
    assert "<script>" not in html.get_content()


async def test_an_address_that_no_mail_can_go_to_stops_no_other_mail(office: Office) -> None:
    for address in (
        "ulf@example.org\r\nRCPT TO:<a@evil.example>",
        "@",
        "ulf",
        '"',
        "ulf@räksmörgås.se",
        "å@example.org",
    ):
        await office.somebody(address)
    await office.somebody("bo@example.org")

    await office.hear(unit_edited(None, CHANGE))
    await office.send_until_states({"sent": 1, "refused": 6}, smtp_connections=1)

    assert office.server.addresses() == ["bo@example.org"]
