"""Webhooks: who opened one is told of each new day, signed, once, and as often as it takes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from standardwebhooks import Webhook

from services.contracts.publication import SnapshotPublished
from services.kernel.database import Pool, open_pool, transaction
from services.kernel.envelope import seal
from services.notifications.app import new_api
from services.notifications.commands import webhooks as commands
from services.notifications.consumers import office
from services.notifications.domain.webhooks import AddressError, checked_hosts, checked_url, pause_after
from services.notifications.jobs import Deliver
from services.notifications.posting import post
from services.notifications.settings import NotificationsSettings
from services.notifications.store import webhooks
from tests.conftest import NewDatabase
from tests.integration.kernel.helpers import running, until
from tests.integration.notifications.conftest import MAIL_SECRET
from tests.integration.publication.documents import webhooks_agree

DAY = date(2026, 11, 26)


@dataclass
class Receiver:
    """A real HTTP server that answers as it is told to, and keeps what it heard."""

    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        original = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.heard.append(({name.lower(): value for name, value in original.items()}, body))
        writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async def has_heard(self, count: int) -> bool:
        return len(self.heard) >= count

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.heard]


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    said = Receiver()
    server = await asyncio.start_server(said, "127.0.0.1")
    said.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    async with server:
        yield said


@dataclass
class Desk:
    """Notifications, as who opens webhooks and publication meet it."""

    settings: NotificationsSettings
    pool: Pool

    @asynccontextmanager
    async def api(self) -> AsyncIterator[httpx.AsyncClient]:
        app = httpx.ASGITransport(new_api(self.settings, self.pool))
        hooks = {"response": [webhooks_agree]}
        async with httpx.AsyncClient(transport=app, base_url="http://register", event_hooks=hooks) as client:
            yield client

    async def open(self, url: str) -> dict[str, Any]:
        async with self.api() as api:
            answer = await api.post("/webhooks", json={"url": url})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def ask(self, method: str, hook: dict[str, Any], path: str = "", **given: Any) -> httpx.Response:
        async with self.api() as api:
            headers = {"Authorization": f"Bearer {hook['token']}"}
            return await api.request(method, f"/webhooks/{hook['id']}{path}", headers=headers, **given)

    async def publish(self, day: date = DAY) -> None:
        at = datetime(2026, 11, 26, tzinfo=UTC)
        fact = SnapshotPublished(public_from=day, sha256="x", units=1, organizers=1, extract_date=at, last_seq=7)
        async with transaction(self.pool) as tx:
            await commands.tell_of_day(tx, seal(fact, source="/publication"), office(self.settings))

    def delivering(self) -> Any:
        return running(Deliver(self.pool, self.settings))

    async def is_in(self, hook: dict[str, Any], state: str) -> bool:
        return await self.state(hook) == state

    async def state(self, hook: dict[str, Any]) -> str:
        return str((await self.ask("GET", hook)).json()["state"])


@pytest_asyncio.fixture
async def desk(database: NewDatabase) -> AsyncIterator[Desk]:
    settings = NotificationsSettings(
        database_url=await database("notifications"), mail_secret=MAIL_SECRET, webhook_private=True,
        lease=timedelta(seconds=2),
    )  # fmt: skip
    async with open_pool(settings.database_url) as pool:
        yield Desk(settings, pool)


async def active(desk: Desk, receiver: Receiver) -> dict[str, Any]:
    """A webhook that has answered its ping."""
    hook = await desk.open(receiver.url)
    await until(lambda: desk.is_in(hook, "active"))
    return hook


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
    log = (await desk.ask("GET", hook, "/deliveries")).json()["data"]
    assert [(one["type"], one["state"], len(one["attempts"])) for one in log] == [
        ("changes.published", "heard", 1), ("ping", "heard", 1),
    ]  # fmt: skip


async def test_one_that_has_not_answered_is_told_of_no_day(desk: Desk, receiver: Receiver) -> None:
    receiver.status = 404
    async with desk.delivering():
        hook = await desk.open(receiver.url)
        await until(lambda: receiver.has_heard(1))
        await desk.publish()
        receiver.status = 200
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
        await until(lambda: last_is(desk, hook, "heard"))

    assert len({headers["webhook-id"] for headers, _ in receiver.heard[1:]}) == 1
    attempts = (await desk.ask("GET", hook, "/deliveries")).json()["data"][0]["attempts"]
    assert {one["status"] for one in attempts[:-1]} == {500}
    assert attempts[-1]["status"] == 204


async def last_is(desk: Desk, hook: dict[str, Any], state: str) -> bool:
    return await _state_of_last(desk, hook) == state


async def _state_of_last(desk: Desk, hook: dict[str, Any]) -> str:
    return str((await desk.ask("GET", hook, "/deliveries")).json()["data"][0]["state"])


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
    assert await _state_of_last(desk, hook) == "given-up"


async def test_one_that_fails_for_days_is_told_no_more_until_it_answers(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        receiver.status = 503
        await desk.pool.execute("UPDATE webhook SET failing_since = now() - interval '4 days'")
        await desk.publish()
        await until(lambda: desk.is_in(hook, "failing"))
        await desk.publish(DAY + timedelta(days=1))
        receiver.status = 200
        await desk.ask("PATCH", hook, json={"url": receiver.url})
        await until(lambda: desk.is_in(hook, "active"))

    assert await desk.pool.fetchval("SELECT count(*) FROM delivery WHERE about = $1", str(DAY + timedelta(days=1))) == 0


async def test_a_new_secret_signs_from_then_on(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        secret = (await desk.ask("POST", hook, "/secret")).json()["secret"]
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


async def test_one_address_has_a_few_webhooks_at_most(desk: Desk, receiver: Receiver) -> None:
    for _ in range(5):
        await desk.open(receiver.url)
    async with desk.api() as api:
        answer = await api.post("/webhooks", json={"url": receiver.url})

    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-webhooks")


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org", "https://", "https://u:p@example.org", "https://example.org/#x",
     "https://exämple.org", "https://[::1", "https://example.org:99999", f"https://example.org/{'x' * 450}ä", "x:y"],
)  # fmt: skip
async def test_an_address_that_may_not_be_is_refused(desk: Desk, url: str) -> None:
    strict = Desk(desk.settings.model_copy(update={"webhook_private": False}), desk.pool)
    async with strict.api() as api:
        answer = await api.post("/webhooks", json={"url": url})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1"])
def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    with pytest.raises(AddressError, match="not public"):
        checked_hosts(["8.8.8.8", address], private=False)
    assert checked_hosts([address], private=True) == [address]


async def test_a_name_is_looked_up_when_it_is_posted_to(desk: Desk, receiver: Receiver) -> None:
    """It may have been public when the webhook was opened."""
    strict = Desk(desk.settings.model_copy(update={"webhook_private": False}), desk.pool)
    hook = await strict.open(f"https://localhost:{receiver.url.split(':')[2]}")
    async with strict.delivering():
        await until(lambda: last_is(strict, hook, "given-up"))

    log = (await strict.ask("GET", hook, "/deliveries")).json()["data"][0]
    assert log["attempts"][0]["error"] == "The host name stands for an address that is not public"
    assert receiver.heard == []


@pytest.mark.parametrize("host", ["a..b", ".x", "a" * 64 + ".example", "xn--\u00e5.example"])
async def test_a_host_that_no_name_can_be_is_refused_and_fails_when_it_is_posted_to(host: str) -> None:
    with pytest.raises(AddressError):
        checked_url(f"https://{host}/", private=False)

    answer = await post(f"https://{host}/", commands.new_secret(), "1", "{}", private=False)
    assert not answer.is_heard
    assert answer.error


def test_pauses_grow_to_six_hours() -> None:
    assert [pause_after(attempts).total_seconds() for attempts in (1, 2, 7, 99)] == [5, 30, 21600, 21600]
    assert checked_url("https://example.org/x?y=1", private=False) == "https://example.org/x?y=1"
