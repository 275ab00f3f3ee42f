"""The running system, a person in it, and a ledger for each test; what a test leaves broken is mended after it."""

from collections.abc import Iterator

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.faults.breaking import bring_back
from tests.faults.ledger import Ledger
from tests.faults.writers import Account
from tests.system import Person


@pytest.fixture(scope="module")
def account(stack: Stack) -> Iterator[Account]:
    with Person.log_in(stack.url, "karin.kontakt") as karin:
        yield Account(stack, karin)


@pytest.fixture(scope="module", autouse=True)
def short_lease(stack: Stack) -> Iterator[None]:
    """What a killed sender had claimed is free after five seconds, not sixty."""
    process = stack.services["notifications"].process
    usual = dict(process.env)
    process.env["NOTIFICATIONS_LEASE"] = "PT5S"
    process.stop()
    process.start()
    yield
    process.env = usual
    process.stop()
    process.start()


@pytest.fixture
def ledger(stack: Stack, account: Account) -> Iterator[Ledger]:
    httpx.delete(f"http://127.0.0.1:{stack.ports['mail']}/api/messages", timeout=10).raise_for_status()
    yield Ledger(stack, account)
    for part in stack.parts.values():
        if not part.process.running:
            bring_back(part)
