"""Webhooks: opened, changed, pinged, and told when a day is public."""

import base64
import hashlib
import math
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson

from services.contracts.publication import SnapshotPublished
from services.kernel.database import Connection, Pool, transaction
from services.kernel.envelope import Envelope, read
from services.kernel.problems import Problem
from services.kernel.secrets import Vault
from services.notifications.commands.telling import Office
from services.notifications.domain.addresses import Address
from services.notifications.domain.webhooks import (
    MOST_OF_ONE_HOST,
    PING,
    PINGS_WITHIN,
    PUBLISHED,
    pause_before_ping,
)
from services.notifications.store import webhooks


@dataclass(frozen=True, slots=True)
class Opened:
    """A new webhook: its secret and its token are told here and never again."""

    webhook_id: UUID
    secret: str
    token: str


async def open_webhook(pool: Pool, vault: Vault, at: Address, description: str | None) -> Opened:
    """Keep a webhook and ping it. Raises Problem 409, 429 where the host has enough of them, or of pings."""
    opened = Opened(uuid4(), new_secret(), f"whm_{secrets.token_urlsafe(32)}")
    async with transaction(pool) as tx:
        await _require_room(tx, opened.webhook_id, at.host)
        sealed = vault.seal(opened.secret, str(opened.webhook_id))
        await webhooks.add(tx, opened.webhook_id, at, description, sealed, hash_of(opened.token))
        await ping(tx, opened.webhook_id, at.host)
    return opened


async def move(pool: Pool, webhook_id: UUID, at: Address) -> None:
    """Give a webhook another address, or try the same again: it is told of days when it has answered a ping.

    Raises Problem 409, 429 as when it is opened.
    """
    async with transaction(pool) as tx:
        await _require_room(tx, webhook_id, at.host)
        await webhooks.set_address(tx, webhook_id, at)
        await ping(tx, webhook_id, at.host)


async def _require_room(tx: Connection, webhook_id: UUID, host: str) -> None:
    """Raise Problem 409 where a host has enough webhooks beside this one."""
    await webhooks.hold_host(tx, host)
    if await webhooks.count_others(tx, host, webhook_id) >= MOST_OF_ONE_HOST:
        says = "Remove one of those that are there, by its management token"
        raise Problem(409, "too-many-webhooks", "This host has as many webhooks as it may have", says)


async def renew_secret(pool: Pool, vault: Vault, webhook_id: UUID) -> str:
    """Give a webhook another secret; what is sent from now on is signed with it."""
    secret = new_secret()
    async with transaction(pool) as tx:
        await webhooks.set_secret(tx, webhook_id, vault.seal(secret, str(webhook_id)))
    return secret


async def ping(tx: Connection, webhook_id: UUID, host: str) -> None:
    """Queue a ping. Raises Problem 429 where the webhook or its host was pinged lately: anybody may ask for one."""
    await webhooks.hold_host(tx, host)
    earlier = await webhooks.pings(tx, webhook_id, host, PINGS_WITHIN)
    pause = pause_before_ping([one["age"] for one in earlier if one["own"]],
                              [one["age"] for one in earlier if one["of_host"]])  # fmt: skip
    if pause:
        wait = {"Retry-After": str(math.ceil(pause.total_seconds()))}
        raise Problem(429, "too-many-pings", "This webhook or its host was pinged lately", headers=wait)
    await webhooks.pinged(tx, webhook_id, host)
    ping_id, now = uuid4(), datetime.now(UTC).replace(microsecond=0)
    body = orjson.dumps({"type": PING, "timestamp": now, "data": {"webhookId": str(webhook_id)}}).decode()
    await webhooks.queue(tx, ping_id, webhook_id, PING, f"ping {ping_id}", body)


async def tell_of_day(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell every active webhook that a day is public: once, whichever replica said so first, and however often."""
    said = read(envelope, SnapshotPublished)
    feed = f"{office.base_url}/skolenhetsregistret/v3/changes?from={said.public_from}"
    data = {"publicFrom": said.public_from, "lastSeq": said.last_seq, "url": feed}
    body = orjson.dumps({"type": PUBLISHED, "timestamp": said.extract_date, "data": data}).decode()
    await webhooks.queue_all(tx, PUBLISHED, str(said.public_from), body)


HANDLERS = {SnapshotPublished.full_type(): tell_of_day}


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def hash_of(token: str) -> bytes:
    """What a token is known by: it is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()
