"""Mail once a day: nothing lost, nothing twice, nothing to who may no longer read it; and the choice over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from services.contracts.registry import FieldChange
from services.kernel.database import open_pool
from services.notifications.app import new_api
from services.notifications.commands import digests as commands
from services.notifications.commands.digests import make_due
from services.notifications.consumers import office as of_settings
from services.notifications.jobs import Digest
from tests.builders import LUND, SVALEBO, a_unit, organizer_registered, unit_edited
from tests.integration.kernel.helpers import running, until
from tests.integration.notifications.conftest import Office
from tests.keys import KeyServer, key_server, token

INDEPENDENT = "5564515988"
CHANGE = FieldChange(field="displayName", before="Svaleboskolan", after="Nya Svaleboskolan")
AGE = "UPDATE collected SET collected_at = collected_at - interval '2 days'"
WAITS = "SELECT count(*) FROM collected WHERE body IS NOT NULL AND mail_id IS NULL"


async def daily(office: Office, person: UUID, delivery: str = "daily") -> None:
    await office.pool.execute(
        "INSERT INTO preference VALUES ($1, 1, $2) ON CONFLICT (person_id) DO UPDATE SET delivery = $2",
        person,
        delivery,
    )


async def make(office: Office) -> None:
    """What the job does when it looks."""
    settings = office.settings()
    await make_due(office.pool, settings.digest_hour, of_settings(settings))


async def test_a_days_changes_are_one_mail_unit_by_unit(office: Office) -> None:
    ulf, karin = await office.somebody("ulf@example.org", LUND, INDEPENDENT), await office.somebody("karin@example.org")
    await daily(office, ulf)
    await office.hear(unit_edited(None, CHANGE), actor=karin)
    again = FieldChange(field="displayName", before="Nya Svaleboskolan", after="Svalan")
    await office.hear(unit_edited(a_unit(display_name="Svalan"), again, version=3))
    other = a_unit(school_unit_code="27508104", organization_number=INDEPENDENT, display_name="Fria skolan")
    await office.hear(unit_edited(other, FieldChange(field="email", after="a@example.org")))
    await office.pool.execute("UPDATE mail SET ended_at = now(), state = 'refused'")
    await make(office)
    early = await office.states()
    await office.pool.execute(AGE)

    await make(office)
    await make(office)
    await office.send_until_states({"refused": 1, "sent": 1})

    (message,) = office.server.taken
    text = message.get_body(("plain",))
    assert text
    said = text.get_content()
    assert early == {"refused": 1}
    assert message["To"] == "ulf@example.org"
    assert message["Subject"] == "2 skolenheter har ändrats i Skolenhetsregistret"
    for words in ("Svalan (27508103), Lunds kommun", "2 ändringar", "av Karin Kontakt, registerförvaltningen",
                  "Före:  Svaleboskolan", "Efter: Svalan", "Fria skolan (27508104)"):  # fmt: skip
        assert words in said
    assert "Nya Svaleboskolan" not in said
    assert await office.pool.fetchval("SELECT count(body) FROM collected") == 0


@pytest.mark.parametrize("at", ["queue", "assign", "forget"])
async def test_a_job_that_dies_in_its_work_loses_nothing_and_tells_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    ulf = await office.somebody("ulf@example.org")
    await daily(office, ulf)
    await office.hear(unit_edited(None, CHANGE))
    await office.pool.execute(AGE)

    async def dies(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(commands.mails if at == "queue" else commands.digests, at, dies)
        with pytest.raises(asyncio.CancelledError):
            await make(office)
    assert await office.states() == {}
    assert await office.pool.fetchval(WAITS) == 1
    await make(office)
    await office.send_until_states({"sent": 1})

    assert office.server.addresses() == ["ulf@example.org"]


async def test_two_processes_make_one_daily_mail(office: Office) -> None:
    for number in range(10):
        await daily(office, await office.somebody(f"u{number}@example.org"))
    await office.hear(unit_edited(None, CHANGE))
    await office.pool.execute(AGE)

    async with open_pool(office.url) as other:
        ours = of_settings(office.settings())
        await asyncio.gather(*[make_due(pool, 7, ours) for pool in (office.pool, other, office.pool)])

    assert await office.states() == {"queued": 10}


async def test_what_was_told_once_is_not_told_again_though_the_event_comes_again(office: Office) -> None:
    ulf = await office.somebody("ulf@example.org")
    at_once = await office.hear(unit_edited(None, CHANGE))
    await daily(office, ulf)
    collected = await office.hear(unit_edited(None, CHANGE, version=3))
    await office.pool.execute(AGE)
    await make(office)
    await office.send_until_states({"sent": 2})

    for delivery in ("daily", "at-once"):
        await daily(office, ulf, delivery)
        for envelope in (at_once, collected):
            await office.pool.execute("DELETE FROM inbox")
            await office.hear_again(envelope)
        await office.pool.execute(AGE)
        await make(office)

    assert await office.states() == {"sent": 2}


async def test_nothing_is_told_of_an_organizer_whose_authority_has_ended(office: Office) -> None:
    ulf = await office.somebody("ulf@example.org", LUND, INDEPENDENT)
    await office.hear(organizer_registered())
    await daily(office, ulf)
    other = a_unit(school_unit_code="27508104", organization_number=INDEPENDENT, display_name="Fria skolan")
    await office.hear(unit_edited(None, CHANGE))
    await office.hear(unit_edited(other, FieldChange(field="email", after="a@example.org")))
    await office.pool.execute(AGE)
    await make(office)
    await office.pool.execute("UPDATE membership SET ended = true WHERE organizer = $1", LUND)

    await office.send_until_states({"withdrawn": 1})
    await make(office)
    await office.send_until_states({"withdrawn": 1, "sent": 1})

    (message,) = office.server.taken
    text = message.get_body(("plain",))
    assert text
    assert "Fria skolan" in text.get_content()
    assert "Svalebo" not in text.get_content()


async def test_who_is_locked_gets_no_daily_mail(office: Office) -> None:
    ulf = await office.somebody("ulf@example.org")
    await daily(office, ulf)
    await office.hear(unit_edited(None, CHANGE))
    await office.pool.execute("UPDATE person SET locked = true")
    await office.pool.execute(AGE)

    await make(office)

    assert await office.states() == {}
    assert await office.pool.fetchval(WAITS) == 0


@pytest_asyncio.fixture
async def http(office: Office) -> AsyncIterator[tuple[httpx.AsyncClient, KeyServer]]:
    with key_server() as keys:
        app = new_api(office.settings(oidc_jwks_url=keys.url), office.pool)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notifications") as client:
            yield client, keys


Http = tuple[httpx.AsyncClient, KeyServer]


def logged_in(http: Http, person: UUID, **other: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(http[1], person_id=str(person), **other)}"}


async def test_back_at_once_what_had_been_collected_goes(office: Office, http: Http) -> None:
    ulf = await office.somebody("ulf@example.org")
    client, who = http[0], logged_in(http, ulf)
    first = await client.get("/preferences", headers=who)
    keyed = who | {"If-Match": first.headers["ETag"], "Idempotency-Key": str(uuid4())}
    chosen = [await client.put("/preferences", json={"delivery": "daily"}, headers=keyed) for _ in range(2)]
    another = {"Idempotency-Key": str(uuid4())}
    stale = await client.put("/preferences", json={"delivery": "daily"}, headers=keyed | another)
    await office.hear(unit_edited(None, CHANGE))
    assert await office.states() == {}

    async def made() -> bool:
        return await office.states() == {"queued": 1}

    settings = office.settings()
    async with running(Digest(office.pool, settings, of_settings(settings))):
        back = who | {"If-Match": chosen[0].headers["ETag"], "Idempotency-Key": str(uuid4())}
        await client.put("/preferences", json={"delivery": "at-once"}, headers=back)
        await until(made, 8)

    assert first.json() == {"delivery": "at-once", "version": 0}
    assert [answer.json() for answer in chosen] == [{"delivery": "daily", "version": 1}] * 2
    assert stale.status_code == 412
    assert (await client.get("/preferences", headers=who)).json() == {"delivery": "at-once", "version": 2}


async def test_a_choice_is_asked_for_whole(office: Office, http: Http) -> None:
    ulf = await office.somebody("ulf@example.org")
    client, who = http[0], logged_in(http, ulf)
    key = {"Idempotency-Key": str(uuid4())}
    whole = who | key | {"If-Match": '"0"'}

    answers = [
        await client.put("/preferences", json=body, headers=headers)
        for body, headers in (
            ({"delivery": "daily"}, who | key),
            ({"delivery": "daily"}, who | {"If-Match": '"0"'}),
            ({"delivery": "weekly"}, whole),
            ({"delivery": "daily"}, whole | {"If-Match": "x"}),
            ({"delivery": "daily"}, whole | {"If-Match": '"5"'}),
            ({"delivery": "daily"}, whole | logged_in(http, uuid4())),
            ({"delivery": "daily"}, key | {"If-Match": '"0"'}),
        )
    ]

    assert [answer.status_code for answer in answers] == [428, 422, 422, 400, 412, 404, 401]


async def test_my_data_is_all_that_is_kept_about_me_and_no_token(office: Office, http: Http) -> None:
    ulf, karin = await office.somebody("ulf@example.org", name="Ulf"), await office.somebody("karin@example.org")
    await office.hear(unit_edited(None, CHANGE), actor=karin)
    await daily(office, ulf)
    await office.hear(unit_edited(None, CHANGE, version=3), actor=karin)

    found = (await http[0].get("/me/data", headers=logged_in(http, ulf))).json()

    assert found["person"]["email"] == "ulf@example.org"
    assert [each["organizationNumber"] for each in found["memberships"]] == [LUND]
    assert found["preferences"]["delivery"] == "daily"
    assert [each["schoolUnitCode"] for each in found["waitingForDailyMail"]] == [SVALEBO]
    (mail,) = found["mails"]
    assert (mail["subject"], mail["state"]) == (f"Ändrat: Svaleboskolan ({SVALEBO})", "queued")
    assert datetime.fromisoformat(mail["queuedAt"]) > datetime.now(UTC) - timedelta(minutes=1)


async def test_who_may_see_an_organizers_mails(office: Office, http: Http) -> None:
    karin, other = await office.somebody("karin@example.org"), await office.somebody("f@example.org", INDEPENDENT)
    await office.hear(unit_edited(None, CHANGE))
    path = f"/organizers/{LUND}/mails"

    def asks(person: UUID, **other: Any) -> Any:
        return http[0].get(path, headers=logged_in(http, person, **other))

    seen, weakly, stranger = await asks(karin, acr="2"), await asks(karin, acr="1"), await asks(other, acr="2")
    await office.pool.execute("UPDATE person SET locked = true WHERE person_id = $1", karin)
    locked = [await asks(karin, acr="2"), await http[0].get("/mails/mine", headers=logged_in(http, karin))]

    assert [each["recipient"] for each in seen.json()["mails"]] == [str(karin)]
    assert (weakly.status_code, weakly.json()["needed"]) == (403, 2)
    assert stranger.status_code == 404
    assert [answer.status_code for answer in locked] == [404, 403]
