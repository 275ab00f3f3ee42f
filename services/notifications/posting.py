"""Posting to addresses that strangers gave: to public ones alone, and to the one that was looked up."""

import asyncio
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

from services.notifications.domain.webhooks import HEARD, AddressError, checked_hosts, checked_url

SECONDS = 10.0
LONGEST_ERROR = 200


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
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError) as wrong:
        error = f"{type(wrong).__name__}: {wrong}"[:LONGEST_ERROR]
    return Answer(status, error, int((time.monotonic() - began) * 1000))


async def _status(url: str, headers: dict[str, str], body: str, *, private: bool) -> int:
    """Connect to the address that was checked, under the name that was given: another look-up might say otherwise."""
    parts = urlsplit(checked_url(url, private=private))
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    address = checked_hosts([str(one[4][0]) for one in found], private=private)[0]
    where = httpx.URL(url).copy_with(host=address)
    asked = headers | {"Host": parts.netloc.rpartition("@")[2]}
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=SECONDS) as client,
        client.stream("POST", where, content=body, headers=asked, extensions={"sni_hostname": host}) as answer,
    ):
        return answer.status_code
