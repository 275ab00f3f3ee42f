"""Posting to a webhook: to the address that was looked up, no further than its answer's head, and not for long."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from services.notifications import posting
from services.notifications.commands.webhooks import new_secret
from services.notifications.posting import Answer, post
from tests.integration.notifications.hooks import Receiver

Speaks = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def posted(url: str) -> Answer:
    return await post(url, new_secret(), "1", "{}", private=True)


@asynccontextmanager
async def serving(speaks: Speaks) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await speaks(reader, writer)
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


class Names:
    """A name server that says something else each time it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers, self.asked_in, self.real = list(answers), list[str](), socket.getaddrinfo
        monkeypatch.setattr(posting.socket, "getaddrinfo", self)

    def __call__(self, host: Any, port: Any, *rest: Any, **more: Any) -> list[Any]:
        if host != "hook.example":
            return self.real(host, port, *rest, **more)
        self.asked_in.append(threading.current_thread().name)
        return [found for one in self.answers.pop(0) for found in self.real(one, port, *rest, **more)]


def at_name(receiver: Receiver) -> str:
    return receiver.url.replace("127.0.0.1", "hook.example")


async def test_a_name_is_looked_up_once_and_what_it_stood_for_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(monkeypatch, ["127.0.0.1"])

    answer = await posted(at_name(receiver))

    assert answer.status == 200
    assert receiver.heard[0][0]["host"].startswith("hook.example:")
    assert [place.startswith("webhook-look-up") for place in names.asked_in] == [True], "nobody else's look-ups wait"


async def test_a_name_of_which_one_address_leads_inside_is_not_posted_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, ["8.8.8.8", "127.0.0.1"])

    answer = await post("https://hook.example/", new_secret(), "1", "{}", private=False)

    assert answer.error == "The host name stands for an address that is not public"
    assert receiver.heard == []


async def test_when_one_address_of_a_name_is_away_the_next_is_tried(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, ["127.0.0.9", "127.0.0.1"])

    assert (await posted(at_name(receiver))).status == 200


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(f"HTTP/1.1 307 X\r\nLocation: {receiver.url}\r\nContent-Length: 0\r\n\r\n".encode())
        await reader.read()

    async with serving(elsewhere) as url:
        answer = await posted(url)

    assert (answer.status, answer.is_heard) == (307, False)
    assert receiver.heard == []


async def test_an_answer_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SECONDS", 60)
    hung_up = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/plain\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            hung_up.set()

    async with serving(endless) as url:
        assert (await posted(url)).status == 200
        await asyncio.wait_for(hung_up.wait(), 30)


async def test_a_head_without_end_and_one_that_does_not_come_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 X\r\n" + b"X-More: and more\r\n" * 50_000)
        with suppress(ConnectionError):
            await reader.read()

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(endless) as url:
        too_long = await posted(url)
    monkeypatch.setattr(posting, "SECONDS", 0.2)
    async with serving(silent) as url:
        too_late = await posted(url)

    assert too_long.status is None
    assert "too long" in str(too_long.error)
    assert (too_late.status, too_late.error) == (None, "No answer within 0.2 seconds")


@pytest.mark.parametrize("host", ["a..b", ".x", "a" * 64 + ".example", "xn--\u00e5.example"])
async def test_a_host_that_no_name_can_be_fails_when_it_is_posted_to(host: str) -> None:
    answer = await post(f"https://{host}/", new_secret(), "1", "{}", private=False)

    assert not answer.is_heard
    assert answer.error
