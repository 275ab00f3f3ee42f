"""Posting to addresses that strangers gave: to public ones alone, and to the one that was looked up."""

import asyncio
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import httpx
from standardwebhooks import Webhook

from services.notifications.domain.addresses import Address, AddressError, checked_address, checked_hosts
from services.notifications.domain.webhooks import HEARD

SECONDS = 10.0
LONGEST_ERROR = 200
MOST_TRIED = 3
"""Of a name's IP addresses, as long as none can be connected to."""
LOOKING_UP = ThreadPoolExecutor(64, "webhook-look-up")
"""Of its own: a look-up that nobody answers cannot be broken off, and mails wait for the common one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: a status, or why there is none."""

    status: int | None
    error: str | None
    milliseconds: int

    @property
    def is_heard(self) -> bool:
        return self.status in HEARD


async def post(url: str, secret: str, message_id: str, body: str, *, private: bool) -> Answer:
    """Post a signed message (Standard Webhooks 1.0). No redirect is followed, and nothing of the answer is kept."""
    began, now = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    headers = {
        "Content-Type": "application/json", "User-Agent": "skolenhetsregistret-webhooks", "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body),
    }  # fmt: skip
    status, error = None, None
    try:
        async with asyncio.timeout(SECONDS):
            status = await _status(url, headers, body, private=private)
    except AddressError as wrong:
        error = str(wrong)
    except (TimeoutError, httpx.TimeoutException):
        error = f"No answer within {SECONDS:g} seconds"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as wrong:
        error = f"{type(wrong).__name__}: {wrong}"[:LONGEST_ERROR]
    return Answer(status, error, int((time.monotonic() - began) * 1000))


async def _status(url: str, headers: dict[str, str], body: str, *, private: bool) -> int:
    """Connect to an address that was checked, under the name that was given: another look-up might say otherwise."""
    at = checked_address(url, private=private)
    found = await asyncio.get_running_loop().run_in_executor(LOOKING_UP, _looked_up, at)
    *others, last = checked_hosts(found, private=private)[:MOST_TRIED]
    for address in others:
        with suppress(httpx.ConnectError):
            return await _posted(at, address, headers, body)
    return await _posted(at, last, headers, body)


async def _posted(at: Address, address: str, headers: dict[str, str], body: str) -> int:
    """Post, and read no more than the head. No connection is kept: two names of one IP address must not share any."""
    where, asked = httpx.URL(at.url).copy_with(host=address), headers | {"Host": at.named}
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=SECONDS, verify=_tls()) as client,
        client.stream("POST", where, content=body, headers=asked, extensions={"sni_hostname": at.host}) as answer,
    ):
        return answer.status_code


def _looked_up(at: Address) -> list[str]:
    return [str(one[4][0]) for one in socket.getaddrinfo(at.host, at.port, type=socket.SOCK_STREAM)]


@cache
def _tls() -> ssl.SSLContext:
    """Made once: it reads all the certificates there are, while nothing else is done."""
    return httpx.create_ssl_context(trust_env=False)
