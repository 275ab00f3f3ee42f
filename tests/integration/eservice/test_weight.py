"""What a page weighs on the wire, with all that it loads."""

import re

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.system import Person

pytestmark = pytest.mark.stack

UNIT = "27508103"
HEAVIEST = 100_000
TAKES_GZIP = {"Accept-Encoding": "gzip"}


def weight(url: str) -> int:
    """Bytes of a body as it comes."""
    with httpx.stream("GET", url, headers=TAKES_GZIP, timeout=30) as answer:
        answer.raise_for_status()
        return sum(map(len, answer.iter_raw()))


def test_the_longest_page_with_all_it_loads_is_light(stack: Stack) -> None:
    with Person.log_in(stack.url, "ulf.uppgift") as ulf:
        page = ulf.get(f"/enheter/{UNIT}/andra/adresser")

    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(loaded) >= 3
    assert len(page.content) + sum(weight(stack.url + path) for path in loaded) < HEAVIEST


def test_a_page_with_a_token_is_not_packed(stack: Stack) -> None:
    """Packed, its length would tell of the token beside what somebody typed (BREACH)."""
    with Person.log_in(stack.url, "ulf.uppgift") as ulf:
        page = ulf.http.get(f"{stack.url}/enheter/{UNIT}/andra/namn", headers=TAKES_GZIP)

    assert 'name="csrf"' in page.text
    assert "content-encoding" not in page.headers
