"""The mail queue and the mail server: nothing is lost, nothing goes twice, and what cannot go is told."""

from datetime import timedelta
from email.utils import parseaddr
from functools import partial

import orjson
import pytest

from services.contracts.registry import FieldChange
from services.kernel.database import open_pool
from services.notifications.jobs import Send
from tests.builders import unit_edited
from tests.integration.kernel.helpers import running, until
from tests.integration.notifications.conftest import MailServer, Office, listening

CHANGE = FieldChange(field="displayName", before="Svaleboskolan", after="Nya Svaleboskolan")
PAUSE = "SELECT due_at - now() FROM mail"


async def queue(office: Office, mails: int = 1) -> None:
    """Queue mails to one person."""
    await office.somebody("ulf@example.org")
    for version in range(2, mails + 2):
        await office.hear(unit_edited(None, CHANGE, version=version))


async def failed_times(office: Office, attempts: int) -> bool:
    found: int = await office.pool.fetchval(
        "SELECT count(*) FROM mail WHERE state = 'delayed' AND attempts = $1", attempts
    )
    return found == 1


@pytest.mark.parametrize(
    "trouble",
    [{"to_data": "451 4.3.0 try later"}, {"to_recipient": "450 4.2.1 greylisted"}, {"to_data": None}],
    ids=["4xx to the mail", "4xx to the recipient", "hangs up during DATA"],
)
async def test_a_mail_that_is_not_taken_now_is_tried_again_after_growing_pauses(
    office: Office, trouble: dict[str, str | None]
) -> None:
    await queue(office)
    vars(office.server).update(trouble)
    pauses = []

    for attempt in (1, 2, 3):
        await office.due_now()
        await office.send_until(partial(failed_times, office, attempt))
        pauses.append(await office.pool.fetchval(PAUSE))
    vars(office.server).update(to_data="250 OK", to_recipient="250 OK")
    await office.due_now()
    await office.send_until_states({"sent": 1})

    assert [round(pause / timedelta(seconds=5)) for pause in pauses] == [1, 2, 4]
    assert len(office.server.taken) == 1


async def test_a_mail_server_that_is_away_gets_every_mail_once_when_it_is_back(office: Office) -> None:
    await queue(office, mails=5)
    async with listening(MailServer()) as free_port:
        pass

    await office.send_until_states({"delayed": 5}, smtp_port=free_port)
    async with listening(office.server, free_port):
        await office.due_now()
        await office.send_until_states({"sent": 5}, smtp_port=free_port)

    assert len({message["Message-ID"] for message in office.server.taken}) == len(office.server.taken) == 5


async def test_a_mail_that_is_refused_ends_so_and_its_address_is_told_to_nobody(office: Office) -> None:
    await queue(office)
    office.server.to_recipient = "550 5.1.1 <{address}>: there is no such user"

    await office.send_until_states({"refused": 1})

    row = await office.pool.fetchrow("SELECT last_error, attempts FROM mail")
    assert row
    assert row["last_error"] == "550 5.1.1 <[hidden]>: there is no such user"
    assert row["attempts"] == 1
    (said,) = [orjson.loads(event["body"]) for event in await office.pool.fetch("SELECT body FROM outbox")]
    assert said["reason"] == f"refused: {row['last_error']}"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_login_that_the_mail_server_refuses_delays_mail_and_ends_none(office: Office) -> None:
    await queue(office)

    async with listening(office.server, asks_login=True) as port:
        await office.send_until_states({"delayed": 1}, smtp_port=port, smtp_user="register", smtp_password="wrong")

    assert str(await office.pool.fetchval("SELECT last_error FROM mail")).startswith("535")


async def test_a_mail_is_given_up_when_it_is_older_than_the_limit_and_that_is_told(office: Office) -> None:
    await queue(office)
    office.server.to_data = "451 4.3.0 try later"
    await office.send_until_states({"delayed": 1})

    await office.due_now("queued_at", "3 days 1 minute")
    await office.due_now()
    await office.send_until_states({"given-up": 1})

    (body,) = [event["body"] for event in await office.pool.fetch("SELECT body FROM outbox")]
    assert orjson.loads(body)["reason"].startswith("given-up: 451")


async def test_who_lost_the_authority_before_the_mail_went_does_not_get_it(office: Office) -> None:
    ulf = await office.somebody("ulf@example.org")
    await office.somebody("bo@example.org")
    await office.hear(unit_edited(None, CHANGE))

    await office.end_authority(ulf)
    await office.send_until_states({"sent": 1, "withdrawn": 1})

    assert office.server.addresses() == ["bo@example.org"]


async def test_a_changed_address_gets_the_mail_that_waited(office: Office) -> None:
    await office.somebody("ulf@example.org")
    await office.hear(unit_edited(None, CHANGE))

    await office.pool.execute("UPDATE person SET email = 'ulf.ny@example.org'")
    await office.send_until_states({"sent": 1})

    assert office.server.addresses() == ["ulf.ny@example.org"]


async def test_two_processes_at_once_send_each_mail_once(office: Office) -> None:
    await queue(office, mails=60)

    async with open_pool(office.url) as other, running(office.sender(), Send(other, office.settings())):
        await until(lambda: _all_sent(office, 60))

    assert len({message["Message-ID"] for message in office.server.taken}) == len(office.server.taken) == 60


async def test_a_slow_mail_server_does_not_make_two_senders_send_the_same_mail(office: Office) -> None:
    await queue(office, mails=10)
    office.server.seconds = 0.4
    known = {"lease": timedelta(seconds=2), "smtp_connections": 1}

    async with open_pool(office.url) as other, running(office.sender(**known), Send(other, office.settings(**known))):
        await until(lambda: _all_sent(office, 10))

    assert len({message["Message-ID"] for message in office.server.taken}) == len(office.server.taken) == 10


async def test_a_mail_that_a_killed_sender_had_claimed_goes_after_its_lease_with_the_same_message_id(
    office: Office,
) -> None:
    await queue(office)
    await office.pool.execute("UPDATE mail SET attempts = 1, due_at = now() + interval '1 second'")

    await office.send_until_states({"sent": 1})

    (message,) = office.server.taken
    assert (
        parseaddr(message["Message-ID"])[1]
        == f"{await office.pool.fetchval('SELECT mail_id FROM mail')}@register.example.org"
    )


async def _all_sent(office: Office, mails: int) -> bool:
    return await office.states() == {"sent": mails}
