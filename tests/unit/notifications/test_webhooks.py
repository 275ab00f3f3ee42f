"""Webhooks: which addresses may be told, when again, and that the page about them is right."""

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from standardwebhooks import Webhook

from services.notifications.commands.webhooks import new_secret
from services.notifications.domain.addresses import AddressError, checked_address, checked_hosts, is_public
from services.notifications.domain.webhooks import (
    BETWEEN_PINGS,
    MOST_OF_ONE_HOST,
    PINGS_OF_ONE_HOST,
    DeliveryState,
    WebhookState,
    pause_after,
    pause_before_ping,
)
from tests.house.code import ROOT

PAGE = (ROOT / "docs" / "api" / "webhooks.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```(python|js)\n(.*?)```", re.DOTALL)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CALL = {
    "python": "import json, sys\nprint(receive(json.loads(sys.argv[1]), sys.argv[2].encode())['type'])",
    "js": "console.log(receive(JSON.parse(process.argv[1]), Buffer.from(process.argv[2])).type);",
}
RUN = {"python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org", "https://", "https://u:p@example.org", "https://example.org/#x",
     "https://exämple.org", "https://[::1", "https://example.org:99999", f"https://example.org/{'x' * 500}", "x:y",
     "https://example.org/a b", "https://ex%61mple.org/", "https://a..b/", "https://.x/",
     f"https://{'a' * 64}.example/",
     "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
     "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1%25eth0]/", "https://10.0.0.1./",
     "https://[2606:4700::1111%1]/"],
)  # fmt: skip
def test_an_address_that_may_not_be_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        checked_address(url, private=False)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [("https://Example.ORG./x?y=1", "example.org", 443), ("https://example.org:8443/", "example.org", 8443),
     ("https://8.8.8.8/", "8.8.8.8", 443), ("https://[2001:4860:4860:0::8888]/", "2001:4860:4860::8888", 443),
     ("https://[::ffff:8.8.8.8]/", "8.8.8.8", 443), ("https://[64:ff9b::8.8.8.8]/", "8.8.8.8", 443),
     ("https://my_hook.xn--exmple-cua.org/", "my_hook.xn--exmple-cua.org", 443)],
)  # fmt: skip
def test_a_host_has_one_spelling(url: str, host: str, port: int) -> None:
    address = checked_address(url, private=False)

    assert (address.url, address.host, address.port) == (url, host, port)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.100.100.200", "0.0.0.0", "224.0.0.1",  # noqa: S104
     "255.255.255.255", "192.0.0.192", "192.88.99.1", "198.18.0.1", "::1", "::", "fd00::1", "fe80::1", "fec0::1",
     "ff0e::1", "::10.0.0.1", "::8.8.8.8", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254",
     "64:ff9b:1::8.8.8.8", "2002:0a00:0001::1", "2002:0808:0808::1", "2001::1", "2001:db8::1", "3fff::1", "100::1"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    with pytest.raises(AddressError, match="not public"):
        checked_hosts(["8.8.8.8", address], private=False)
    assert checked_hosts([address], private=True) == [address]


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_a_public_address_is_one_however_it_is_told(address: str) -> None:
    assert is_public(ip_address(address))


def test_pauses_grow_to_six_hours() -> None:
    assert [pause_after(attempts).total_seconds() for attempts in (1, 2, 7, 99)] == [5, 30, 21600, 21600]


def test_a_ping_waits_for_its_minute_and_for_the_day_of_its_host() -> None:
    many = [HOUR * 2] * (PINGS_OF_ONE_HOST - 1)

    assert pause_before_ping([], []) == timedelta(0)
    assert pause_before_ping([MINUTE / 4, HOUR], [MINUTE / 4, HOUR]) == BETWEEN_PINGS - MINUTE / 4
    assert pause_before_ping([HOUR], [HOUR, *many[1:]]) == timedelta(0)
    assert pause_before_ping([HOUR], [HOUR * 3, *many]) == HOUR * 21
    assert pause_before_ping([HOUR], [HOUR * 3, *many, HOUR]) == HOUR * 22


@pytest.mark.parametrize("state", [*WebhookState, *DeliveryState])
def test_each_state_is_explained(state: str) -> None:
    assert f"`{state}`" in PAGE


def test_the_limits_are_those_that_are_told() -> None:
    assert f"{MOST_OF_ONE_HOST} webhooks" in PAGE
    assert f"{PINGS_OF_ONE_HOST} pings" in PAGE


@pytest.mark.parametrize("language", RUN)
def test_each_example_takes_what_we_sign_and_nothing_else(language: str) -> None:
    if not shutil.which(RUN[language][0]):
        pytest.skip(f"{RUN[language][0]} is not on this machine")
    secret, body = new_secret(), json.dumps({"type": "ping", "data": {"räksmörgås": 1}}, ensure_ascii=False)
    good = signed(secret, body)
    forged = good | {"webhook-signature": signed(new_secret(), body)["webhook-signature"]}
    old = signed(secret, body, minutes_ago=10)
    (example,) = [text.replace("whsec_…", secret) for found, text in EXAMPLE.findall(PAGE) if found == language]

    done = [run(language, example, headers, body) for headers in (good, forged, old)]

    assert done[0].stdout == "ping\n", done[0].stderr
    assert [(one.returncode, one.stdout) for one in done[1:]] == [(1, "")] * 2


def signed(secret: str, body: str, minutes_ago: int = 0) -> dict[str, str]:
    now = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return {"webhook-id": "1", "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign("1", now, body)}  # fmt: skip


def run(language: str, example: str, headers: dict[str, str], body: str) -> subprocess.CompletedProcess[str]:
    command = [*RUN[language], f"{example}\n{CALL[language]}", json.dumps(headers), body]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
