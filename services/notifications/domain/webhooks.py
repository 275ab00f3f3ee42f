"""Webhooks: who may be told, what they are told, and when it is tried again."""

import ipaddress
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

PING, PUBLISHED = "ping", "changes.published"
HEARD, GONE = range(200, 300), 410
PAUSES = (5, 30, 120, 600, 1800, 7200, 21600)
"""Seconds before each further attempt; the last one again and again."""
LONGEST_URL = 500


class WebhookState(StrEnum):
    """`unverified` until a ping is heard; `failing` after days in vain; `gone` when the receiver said so (410)."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    FAILING = "failing"
    GONE = "gone"


class DeliveryState(StrEnum):
    """What became of a message."""

    QUEUED = "queued"
    HEARD = "heard"
    GIVEN_UP = "given-up"


class AddressError(ValueError):
    """Nothing is sent to such an address; the message says why."""


def checked_url(url: str, *, private: bool) -> str:
    """An address that may be told. Raises AddressError. `private`: whether http and inner addresses are allowed."""
    try:
        parts = urlsplit(url)
        known = ((parts.hostname or "").encode("idna"), parts.port)
    except ValueError as error:
        raise AddressError("The address cannot be read") from error
    if parts.scheme not in ({"https", "http"} if private else {"https"}):
        raise AddressError("The address begins with https://")
    if not known[0] or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable():
        raise AddressError("The address has a host name, and no more than 500 characters of ASCII")
    if parts.username is not None or parts.fragment:
        raise AddressError("The address has neither a user name nor a fragment")
    return url


def checked_hosts(addresses: Iterable[str], *, private: bool) -> list[str]:
    """The IP addresses that a name stands for, if all of them are public. Raises AddressError: else it leads inside."""
    found = list(addresses)
    if not private and not all(ipaddress.ip_address(one).is_global for one in found):
        raise AddressError("The host name stands for an address that is not public")
    if not found:
        raise AddressError("The host name stands for no address")
    return found


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain (at least one)."""
    return timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1])
