"""Addresses that strangers gave: which of them may be posted to, and whose they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 500
PORTS = {"https": 443, "http": 80}
NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
GIVEN_OUT = ip_network("2000::/3")
"""All of IPv6 that anybody is given; what lies outside is of one network, one link, or a disguise of IPv4."""
TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 as networks without it see it (RFC 6052)."""
REFUSED = [ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "3fff::/20")]
"""What Python takes for public: protocols' own (a cloud's inner service lies there), relays and tunnels of 6to4 that
lead to any IPv4, examples."""


class AddressError(ValueError):
    """Nothing is sent to such an address; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a webhook is told. `host`: a name in small letters, or an IP address in its one form."""

    url: str
    host: str
    port: int
    named: str
    """Host and port as they were given: the header `Host`."""


def checked_address(url: str, *, private: bool) -> Address:
    """An address that may be told. Raises AddressError. `private`: whether http and inner addresses are allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressError("The address cannot be read") from error
    if parts.scheme not in ({"https", "http"} if private else {"https"}):
        raise AddressError(f"The address begins with https://{' or http://' if private else ''}")
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressError("The address has no more than 500 characters of ASCII, and no spaces")
    if parts.username is not None or parts.fragment:
        raise AddressError("The address has neither a user name nor a fragment")
    host = _host(parts, private=private)
    return Address(url, host, port or PORTS[parts.scheme], parts.netloc)


def checked_hosts(addresses: Iterable[str], *, private: bool) -> list[str]:
    """The IP addresses that a name stands for, if all of them are public. Raises AddressError: else it leads inside."""
    found = list(dict.fromkeys(addresses))
    if not private and not all(is_public(ip_address(one)) for one in found):
        raise AddressError("The host name stands for an address that is not public")
    if not found:
        raise AddressError("The host name stands for no address")
    return found


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an IP address is one host's on the internet; an IPv4 address within an IPv6 one is judged itself."""
    if inner := _inner(address):
        return is_public(inner)
    if isinstance(address, IPv6Address) and address not in GIVEN_OUT:
        return False
    return address.is_global and not address.is_multicast and not any(address in one for one in REFUSED)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address within an IPv6 one."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or (IPv4Address(address.packed[-4:]) if address in TRANSLATED else None)
    return None


def _host(parts: SplitResult, *, private: bool) -> str:
    """One spelling of each host, so that it can be counted. A number is an IP address or nothing: 0x7f.1 is one too."""
    host = (parts.hostname or "").removesuffix(".")
    if not parts.netloc.startswith("[") and not NUMBER.fullmatch(host.rpartition(".")[2]):
        if not NAME.fullmatch(host):
            raise AddressError("The address has a host name")
        return host
    try:
        address = ip_address(host)
    except ValueError as error:
        raise AddressError("The host is no IP address") from error
    if isinstance(address, IPv6Address) and address.scope_id:
        raise AddressError("An IP address on the internet has no zone")
    if not private and not is_public(address):
        raise AddressError("The IP address is not public")
    return str(_inner(address) or address)
