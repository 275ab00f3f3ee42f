"""Webhooks: who opened one is told of each new day, signed, once, and as often as it takes."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from services.notifications.jobs import Deliver
from services.notifications.store import webhooks
from tests.integration.kernel.helpers import running, until
from tests.integration.notifications.hooks import DAY, Desk, Receiver, active, listening_receiver


async def test_a_webhook_is_told_of_a_day_once_and_can_know_that_it_is_us(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        for _ in range(2):  # two replicas say so
            await desk.publish()
        await until(lambda: receiver.has_heard(2))
    headers, body = receiver.heard[1]

    assert receiver.types() == ["ping", "changes.published"]
    Webhook(hook["secret"]).verify(body, headers)
    assert json.loads(body)["data"] == {
        "publicFrom": str(DAY), "lastSeq": 7,
        "url": f"{desk.settings.public_base_url}/skolenhetsregistret/v3/changes?from={DAY}",
    }  # fmt: skip
    assert [(one["type"], one["state"], len(one["attempts"])) for one in await desk.log(hook)] == [
        ("changes.published", "heard", 1), ("ping", "heard", 1),
    ]  # fmt: skip


async def test_one_that_has_not_answered_is_told_of_no_day(desk: Desk, receiver: Receiver) -> None:
    receiver.status = 404
    async with desk.delivering():
        hook = await desk.open(receiver.url)
        await until(lambda: receiver.has_heard(1))
        await desk.publish()
        receiver.status = 200
        await desk.later()
        again = await desk.ask("PATCH", hook, json={"url": receiver.url})
        await until(lambda: desk.is_in(hook, "active"))

    assert again.status_code == 200
    assert receiver.types() == ["ping", "ping"]


async def test_what_was_not_heard_is_sent_again_with_the_same_id(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifications.jobs.pause_after_webhook", lambda _: timedelta(0))
    async with desk.delivering():
        hook = await active(desk, receiver)
        receiver.status = 500
        await desk.publish()
        await until(lambda: receiver.has_heard(4))
        receiver.status = 204
        await until(lambda: desk.last_is(hook, "heard"))

    assert len({headers["webhook-id"] for headers, _ in receiver.heard[1:]}) == 1
    attempts = (await desk.log(hook))[0]["attempts"]
    assert {one["status"] for one in attempts[:-1]} == {500}
    assert attempts[-1]["status"] == 204


async def test_what_a_dead_sender_had_taken_is_sent_by_another(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        await active(desk, receiver)
    await desk.publish()
    claimed = await webhooks.claim(desk.pool, 10, timedelta(seconds=1))
    async with desk.delivering():
        await until(lambda: receiver.has_heard(2))

    assert len(claimed) == 1
    assert receiver.types()[-1] == "changes.published"


async def test_a_receiver_that_is_gone_is_left_alone(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        receiver.status = 410
        await desk.publish()
        await until(lambda: desk.is_in(hook, "gone"))
        await desk.publish(DAY + timedelta(days=1))

    assert receiver.types() == ["ping", "changes.published"]
    assert await desk.last_is(hook, "given-up")


async def test_one_that_fails_for_days_is_told_no_more_until_it_answers(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        receiver.status = 503
        await desk.pool.execute("UPDATE webhook SET failing_since = now() - interval '4 days'")
        await desk.publish()
        await until(lambda: desk.is_in(hook, "failing"))
        await desk.publish(DAY + timedelta(days=1))
        receiver.status = 200
        await desk.later()
        await desk.ask("PATCH", hook, json={"url": receiver.url})
        await until(lambda: desk.is_in(hook, "active"))

    assert await desk.pool.fetchval("SELECT count(*) FROM delivery WHERE about = $1", str(DAY + timedelta(days=1))) == 0


async def test_a_new_secret_signs_from_then_on(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        secret = (await desk.ask("POST", hook, "/secret")).json()["secret"]
        await desk.later()
        await desk.ask("POST", hook, "/ping")
        await until(lambda: receiver.has_heard(2))
    headers, body = receiver.heard[1]

    assert secret != hook["secret"]
    Webhook(secret).verify(body, headers)


async def test_only_who_has_the_token_sees_or_changes_a_webhook(desk: Desk, receiver: Receiver) -> None:
    hook = await desk.open(receiver.url)
    stranger = {"id": hook["id"], "token": "whm_guess"}
    asked = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/ping"), ("GET", "/deliveries")]

    body = {"url": receiver.url}
    answers = [await desk.ask(how, stranger, path, json=body if how == "PATCH" else None) for how, path in asked]
    async with desk.api() as api:
        unknown = await api.get(f"/webhooks/{UUID(int=1)}", headers={"Authorization": f"Bearer {hook['token']}"})
        nobody = await api.get(f"/webhooks/{hook['id']}")

    assert {answer.status_code for answer in [*answers, unknown, nobody]} == {404}
    assert await desk.state(hook) == "unverified"
    assert hook["secret"].encode() not in await desk.pool.fetchval("SELECT sealed_secret FROM webhook")
    assert (await desk.ask("DELETE", hook)).status_code == 204
    assert (await desk.ask("GET", hook)).status_code == 404


@pytest_asyncio.fixture
async def other() -> AsyncIterator[Receiver]:
    """Another address."""
    async with listening_receiver() as made:
        yield made


async def move(desk: Desk, hook: dict[str, Any], to: Receiver) -> dict[str, Any]:
    await desk.later()
    told: dict[str, Any] = (await desk.ask("PATCH", hook, json={"url": to.url})).json()
    return told


async def test_another_address_has_to_answer_for_itself(desk: Desk, receiver: Receiver, other: Receiver) -> None:
    """Also when the old one answers its ping after the move."""
    async with desk.delivering():
        async with other.hanging():
            async with receiver.hanging():
                hook = await desk.open(receiver.url)
                await until(lambda: receiver.has_heard(1))
                moved = await move(desk, hook, other)
                await until(lambda: other.has_heard(1))
            await until(lambda: ping_is_heard(desk, hook))
            before = await desk.state(hook)
        await until(lambda: desk.is_in(hook, "active"))

    assert (moved["url"], moved["state"], before) == (other.url, "unverified", "unverified")


async def ping_is_heard(desk: Desk, hook: dict[str, Any]) -> bool:
    return "heard" in {one["state"] for one in await desk.log(hook)}


async def test_what_the_old_address_says_is_not_about_the_new_one(
    desk: Desk, receiver: Receiver, other: Receiver
) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        receiver.status = 410
        async with receiver.hanging():
            await desk.publish()
            await until(lambda: receiver.has_heard(2))
            await move(desk, hook, other)
            await until(lambda: desk.is_in(hook, "active"))
        await until(lambda: other.has_heard(2))

    assert sorted(other.types()) == ["changes.published", "ping"]
    assert await desk.state(hook) == "active"


async def test_what_waits_is_not_sent_to_an_address_that_has_not_answered(
    desk: Desk, receiver: Receiver, other: Receiver
) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
    await desk.publish()
    other.status = 404
    await move(desk, hook, other)
    async with desk.delivering():
        await until(lambda: desk.last_is(hook, "given-up"))
        assert await webhooks.claim(desk.pool, 10, timedelta(seconds=1)) == []
        other.status = 200
        await move(desk, hook, other)
        await until(lambda: other.has_heard(3))

    assert other.types() == ["ping", "ping", "changes.published"]


async def test_who_hangs_holds_up_nobody(desk: Desk, receiver: Receiver, other: Receiver) -> None:
    async with desk.delivering():
        await active(desk, receiver)
        await active(desk, other)
        async with other.hanging():
            for number in range(3):
                await desk.publish(DAY + timedelta(days=number))
                await until(partial(receiver.has_heard, 2 + number))

    assert receiver.types() == ["ping", *["changes.published"] * 3]


async def test_who_does_not_answer_comes_last(desk: Desk, receiver: Receiver, other: Receiver) -> None:
    async with desk.delivering():
        silent = await active(desk, receiver)
        answers = await active(desk, other)
    await desk.publish()
    await desk.pool.execute("UPDATE webhook SET failing_since = now() WHERE webhook_id::text = $1", silent["id"])
    await desk.pool.execute(
        "UPDATE delivery SET due_at = now() - interval '1 hour' WHERE webhook_id::text = $1", silent["id"]
    )

    claimed = [await webhooks.claim(desk.pool, 1, timedelta(minutes=1)) for _ in range(3)]

    assert [[str(one["webhook_id"]) for one in some] for some in claimed] == [[answers["id"]], [silent["id"]], []]


async def test_two_processes_send_each_message_once(desk: Desk, receiver: Receiver) -> None:
    senders = [Deliver(desk.pool, desk.settings) for _ in range(2)]
    async with running(*senders):
        for _ in range(10):
            await active(desk, receiver)
        await desk.publish()
        await until(lambda: receiver.has_heard(20))
        await until(lambda: nothing_waits(desk))

    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == len(receiver.heard) == 20


async def nothing_waits(desk: Desk) -> bool:
    return not await desk.pool.fetchval("SELECT count(*) FROM delivery WHERE ended_at IS NULL")


async def test_a_webhook_may_be_removed_while_its_answer_is_awaited(desk: Desk, receiver: Receiver) -> None:
    with capture_logs() as said:
        async with desk.delivering(), receiver.hanging():
            hook = await desk.open(receiver.url)
            await until(lambda: receiver.has_heard(1))
            removed = await desk.ask("DELETE", hook)

    assert removed.status_code == 204
    assert [one["event"] for one in said if one["event"] in {"delivery-failed", "job-failed"}] == []


async def test_a_secret_that_cannot_be_read_is_told_in_the_log(desk: Desk, receiver: Receiver) -> None:
    hook = await desk.open(receiver.url)
    await desk.pool.execute("UPDATE webhook SET sealed_secret = 'another installation sealed it'")
    async with desk.delivering():
        await until(lambda: desk.last_is(hook, "given-up"))

    assert "ask for a new one" in (await desk.log(hook))[0]["attempts"][0]["error"]
    assert receiver.heard == []


async def test_a_name_is_looked_up_when_it_is_posted_to(desk: Desk, receiver: Receiver) -> None:
    """It may have been public when the webhook was opened."""
    strict = Desk(desk.settings.model_copy(update={"webhook_private": False}), desk.pool)
    hook = await strict.open(f"https://localhost:{receiver.url.split(':')[2]}")
    async with strict.delivering():
        await until(lambda: strict.last_is(hook, "given-up"))

    error = (await strict.log(hook))[0]["attempts"][0]["error"]
    assert error == "The host name stands for an address that is not public"
    assert receiver.heard == []
