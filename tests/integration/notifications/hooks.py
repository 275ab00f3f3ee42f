"""Who opens webhooks, and who is told: what the tests of webhooks share."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import httpx

from services.contracts.publication import SnapshotPublished
from services.kernel.database import Pool, transaction
from services.kernel.envelope import seal
from services.notifications.app import new_api
from services.notifications.commands import webhooks as commands
from services.notifications.consumers import office
from services.notifications.jobs import Deliver
from services.notifications.settings import NotificationsSettings
from tests.integration.kernel.helpers import running, until
from tests.integration.publication.documents import webhooks_agree

DAY = date(2026, 11, 26)


@dataclass
class Receiver:
    """A real HTTP server that answers as it is told to, and keeps what it heard."""

    status: int = 200
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        original = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.heard.append(({name.lower(): value for name, value in original.items()}, body))
        await self.answers.wait()
        writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    @asynccontextmanager
    async def hanging(self) -> AsyncIterator[None]:
        """It hears and says nothing."""
        self.answers.clear()
        try:
            yield
        finally:
            self.answers.set()

    async def has_heard(self, count: int) -> bool:
        return len(self.heard) >= count

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.heard]


@asynccontextmanager
async def listening_receiver() -> AsyncIterator[Receiver]:
    said = Receiver()
    said.answers.set()
    server = await asyncio.start_server(said, "127.0.0.1")
    said.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    async with server:
        yield said


@dataclass
class Desk:
    """Notifications, as who opens webhooks and publication meet it."""

    settings: NotificationsSettings
    pool: Pool

    @cached_property
    def app(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(new_api(self.settings, self.pool))

    @asynccontextmanager
    async def api(self) -> AsyncIterator[httpx.AsyncClient]:
        hooks = {"response": [webhooks_agree]}
        async with httpx.AsyncClient(transport=self.app, base_url="http://register", event_hooks=hooks) as client:
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

    async def later(self, passed: str = "1 minute") -> None:
        """Let time pass since the last pings."""
        await self.pool.execute(f"UPDATE webhook_ping SET at = at - interval '{passed}'")

    async def log(self, hook: dict[str, Any]) -> list[dict[str, Any]]:
        """What was sent, the newest first."""
        told: list[dict[str, Any]] = (await self.ask("GET", hook, "/deliveries")).json()["data"]
        return told

    async def last_is(self, hook: dict[str, Any], state: str) -> bool:
        return bool((await self.log(hook))[0]["state"] == state)

    def delivering(self) -> Any:
        return running(Deliver(self.pool, self.settings))

    async def is_in(self, hook: dict[str, Any], state: str) -> bool:
        return await self.state(hook) == state

    async def state(self, hook: dict[str, Any]) -> str:
        return str((await self.ask("GET", hook)).json()["state"])


async def active(desk: Desk, receiver: Receiver) -> dict[str, Any]:
    """A webhook that has answered its ping."""
    hook = await desk.open(receiver.url)
    await until(lambda: desk.is_in(hook, "active"))
    return hook
