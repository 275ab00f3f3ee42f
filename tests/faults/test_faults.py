"""Whatever dies, what was acknowledged is everywhere it should be, once, and nothing is half anywhere."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.faults.breaking import bring_back, crash, held, paused, wait_until_somebody_waits
from tests.faults.ledger import UNSENT, Ledger
from tests.system import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.faults, pytest.mark.timeout(240)]

CLAIMED = "SELECT count(*) FROM mail WHERE ended_at IS NULL AND attempts = 1"
DELAYED = "SELECT count(*) FROM mail WHERE state = 'delayed'"
OPENS_SMTPS_WINDOW = {"postgres", "notifications", "mail"}
"""Whose death can fall between the mail server's taking a mail and our commit."""


@pytest.mark.parametrize("name", ["registry", "notifications", "publication", "kafka", "postgres", "mail"])
def test_a_part_killed_under_load_takes_nothing_with_it(stack: Stack, ledger: Ledger, name: str) -> None:
    with ledger.writing():
        crash(stack.parts[name])
        if name not in {"registry", "postgres"}:
            ledger.goes_on()
        bring_back(stack.parts[name])
        ledger.goes_on()

    ledger.check(mail_may_come_twice=name in OPENS_SMTPS_WINDOW)


def test_the_registry_killed_between_commit_and_relay_tells_it_after_its_return(stack: Stack, ledger: Ledger) -> None:
    with paused(stack.kafka):
        ledger.edit()
        assert ledger.sql("registry", UNSENT) == "1"
        crash(stack.parts["registry"])
    bring_back(stack.parts["registry"])

    ledger.check()


def test_the_relay_killed_between_kafkas_word_and_its_mark_says_it_again_with_the_same_id(
    stack: Stack, ledger: Ledger
) -> None:
    with ExitStack() as hold:
        with paused(stack.kafka):
            ledger.edit()
            hold.enter_context(held(stack, "registry", "SELECT FROM outbox_unsent"))
        wait_until_somebody_waits(stack, "registry")
        crash(stack.parts["registry"])
    bring_back(stack.parts["registry"])

    ledger.check()
    assert ledger.most_copies_of_an_event() == 2


def test_notifications_killed_between_the_mail_servers_word_and_its_commit_sends_the_same_mail_again(
    stack: Stack, ledger: Ledger
) -> None:
    with ExitStack() as hold:
        with paused(stack.mail):
            ledger.edit()
            wait_for(lambda: ledger.sql("notifications", CLAIMED) == "2")
            hold.enter_context(held(stack, "notifications", "SELECT FROM mail WHERE ended_at IS NULL"))
        wait_for(ledger.mails)
        wait_until_somebody_waits(stack, "notifications")
        crash(stack.parts["notifications"])
    bring_back(stack.parts["notifications"])

    ledger.check(mail_may_come_twice=True)
    assert max(len(ids) for ids in ledger.mails().values()) == 2


def test_a_mail_server_that_is_away_for_a_while_gets_each_mail_once(stack: Stack, ledger: Ledger) -> None:
    stack.mail.stop()
    ledger.edit()
    ledger.edit()
    wait_for(lambda: ledger.sql("notifications", DELAYED) == "4")
    bring_back(stack.mail)

    ledger.check()


def test_what_was_asked_before_is_answered_while_publication_is_away(stack: Stack) -> None:
    def ask(municipality: str) -> httpx.Response:
        url = f"{stack.url}/skolenhetsregistret/v2/school-units?municipality_code={municipality}"
        return httpx.get(url, timeout=30)

    def browse() -> httpx.Response:
        accept = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
        return httpx.get(f"{stack.url}/register/kommuner/1281", headers=accept, timeout=30)

    before, page = ask("1281"), browse()
    crash(stack.parts["publication"])
    kept, new, kept_page = ask("1281"), ask("1282"), browse()
    bring_back(stack.parts["publication"])

    assert (kept.status_code, kept.content) == (200, before.content)
    assert (kept_page.status_code, kept_page.content) == (200, page.content)
    assert [kept.headers[name] for name in ("etag", "last-modified")] == [
        before.headers[name] for name in ("etag", "last-modified")
    ]
    assert (new.status_code, new.json()["status"]) == (503, "503")
    assert ask("1282").status_code == 200
    unchanged = httpx.get(str(kept.url), headers={"If-None-Match": kept.headers["etag"]}, timeout=30)
    assert unchanged.status_code == 304


def test_publication_killed_while_it_builds_and_while_it_switches_ends_with_the_right_view(
    stack: Stack, ledger: Ledger
) -> None:
    before = ledger.view()
    with ledger.writing(), ThreadPoolExecutor(1) as threads:
        closing = threads.submit(ledger.close_day)
        for step in ("????-??-??.half", "????-??-??-*"):
            ledger.wait_for_new_folder(step)
            crash(stack.parts["publication"])
            assert len(ledger.views_shown()) == 1, "the gateway serves one whole view meanwhile"
            bring_back(stack.parts["publication"])
        ledger.wait_for_view()
        ledger.goes_on()

    assert ledger.view() > before
    ledger.check_edge(*closing.result())
    ledger.check()
