"""What was acknowledged while things broke, and the one check that it is everywhere and nothing is half anywhere."""

import asyncio
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx

from deploy.stack.stack import Stack
from services.contracts.registry import TOPIC
from tests.faults.writers import Account, Edit, Fate, Writer
from tests.integration.kernel.helpers import records
from tests.system import LUND, wait_for

WRITERS, UNITS_EACH = 3, 2
SETTLED_SECONDS = 100
EXTRACT = "extract/skolenheter.csv"
COLLEAGUES = {"ulf.uppgift@example.org", "bo.bada@example.org"}
LISTENERS = ("notifications", "publication")
Place = tuple[str, int]
"""A unit's code and version."""

UNITS = """
SELECT code FROM school_unit WHERE organizer = '{}' AND status = 'AKTIV' ORDER BY code LIMIT {}
"""
POSITION = "SELECT coalesce(max(position), 0) FROM outbox"
WRITTEN = "SELECT id FROM outbox WHERE position > {}"
UNSENT = "SELECT count(*) FROM outbox_unsent"
WAITING = "SELECT count(*) FROM mail WHERE ended_at IS NULL"
HEARD = "SELECT event_id FROM inbox WHERE consumer = '{}'"
AUDITED = """
SELECT coalesce(json_agg(json_build_array(aggregate, version, change ->> 'after', public_from)
                         ORDER BY aggregate, version), '[]')
FROM audit, jsonb_array_elements(changed) AS change
WHERE change ->> 'field' = 'schoolName' AND change ->> 'after' LIKE '{}%'
"""
STATES = (
    "SELECT json_object_agg(code, json_build_array(version, body ->> 'schoolName')) FROM school_unit WHERE code IN ({})"
)
DAY = "SELECT day FROM register_day"


@dataclass(frozen=True)
class Committed:
    """An edit as the audit log has it."""

    place: Place
    mark: str
    public_from: str


@dataclass
class Ledger:
    """One test's edits, from before the fault until the next public view has been looked at."""

    stack: Stack
    account: Account
    prefix: str = field(default_factory=lambda: f"Prov {uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        wait_for(self._mail_is_empty)
        codes = self.sql("registry", UNITS.format(LUND, WRITERS * UNITS_EACH)).split()
        self.codes = codes
        self.writers = [Writer(self.account, codes[n::WRITERS], self.prefix) for n in range(WRITERS)]
        self.position = self.sql("registry", POSITION)
        self.public = self.published(EXTRACT)

    @property
    def edits(self) -> list[Edit]:
        return [edit for writer in self.writers for edit in writer.edits]

    def sql(self, database: str, statement: str) -> str:
        return self.stack.postgres.sql(statement, database)

    def edit(self) -> Edit:
        """One edit, acknowledged."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.stack.ports['registry']}", timeout=10) as http:
            edit = self.writers[0].edit(http, self.codes[0])
        assert edit.fate is Fate.ACKNOWLEDGED
        return edit

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let all writers write meanwhile. What one of them found wrong is raised at the end."""
        stop = Event()
        self.account.fetched_at = -math.inf  # a token that lasts until the fault is over, also where all is slow
        with ThreadPoolExecutor(len(self.writers)) as threads:
            working = [threads.submit(writer.write, stop) for writer in self.writers]
            try:
                self.goes_on()
                yield
            finally:
                stop.set()
            for work in working:
                work.result()

    def goes_on(self, edits: int = 15) -> None:
        """Wait until so many more edits are acknowledged."""
        enough = self._acknowledged() + edits
        wait_for(lambda: self._acknowledged() >= enough, 60)

    def _acknowledged(self) -> int:
        return sum(edit.fate is Fate.ACKNOWLEDGED for edit in self.edits)

    # ---- what must hold

    def check(self, *, mail_may_come_twice: bool = False) -> None:
        """Everything: inside, outside before the day closes, and outside after it."""
        wait_for(self._is_settled, SETTLED_SECONDS)
        committed = self.check_audit()
        self.check_topic(committed)
        self.check_mail(committed, may_come_twice=mail_may_come_twice)
        assert self.published(EXTRACT) == self.public, "an edit was public before its day closed"
        self.close_day()
        self.wait_for_view()
        self.check_public(committed)

    def check_audit(self) -> list[Committed]:
        """What was acknowledged is in the audit log once, what was refused is not, and the state is the last of it."""
        rows = json.loads(self.sql("registry", AUDITED.format(self.prefix)))
        committed = [Committed((code, version), mark, public_from) for code, version, mark, public_from in rows]
        times = Counter(found.mark for found in committed)
        places = {found.mark: found.place for found in committed}
        assert set(times) <= {edit.mark for edit in self.edits}
        assert max(times.values()) == 1, "an edit took effect twice"
        for edit in self.edits:
            if edit.fate is Fate.ACKNOWLEDGED:
                assert places.get(edit.mark) == (edit.code, edit.version + 1), "an acknowledged edit is lost"
            if edit.fate is Fate.REFUSED:
                assert edit.mark not in places, "a refused edit took effect"
        newest = {found.place[0]: [found.place[1], found.mark] for found in committed}
        wanted = ", ".join(f"'{code}'" for code in newest)
        assert json.loads(self.sql("registry", STATES.format(wanted))) == newest
        return committed

    def check_topic(self, committed: list[Committed]) -> None:
        """Each committed edit is one event, in order; copies that the relay sends carry the same id."""
        events = self.events()
        assert set(events) == {(found.place, found.mark) for found in committed}
        assert all(len(set(ids)) == 1 for ids in events.values()), "an edit was told as two events"
        order = defaultdict[str, list[int]](list)
        for (code, version), _ in events:
            order[code].append(version)
        assert all(versions == sorted(versions) for versions in order.values()), "a unit's events changed their order"

    def check_mail(self, committed: list[Committed], *, may_come_twice: bool) -> None:
        """Each colleague has one mail for each committed edit; a second only where it may be, and alike."""
        mails = self.mails()
        assert set(mails) == {(found.place, found.mark, to) for found in committed for to in COLLEAGUES}
        assert all(len(set(ids)) == 1 for ids in mails.values()), "a copy of a mail has another Message-ID"
        twice = [key for key, ids in mails.items() if len(ids) > 1]
        assert may_come_twice or twice == []

    def check_public(self, committed: list[Committed]) -> None:
        """The public view has of each unit the last edit of the days that are closed, and nothing later."""
        day = self.day()
        expected = {found.place[0]: found.mark for found in committed if found.public_from <= day}
        assert expected
        for code, mark in expected.items():
            answer = json.loads(self.public[f"v2/school-units/{code}"])
            assert answer["data"]["attributes"]["schoolName"] == mark

    def check_edge(self, began: float, ended: float) -> None:
        """What was acknowledged before the closing began is in the new view; what was sent after it ended is not."""
        day = self.day()
        public_from = {found.mark: found.public_from for found in self.check_audit()}
        told = [edit for edit in self.edits if edit.fate is Fate.ACKNOWLEDGED]
        before = {public_from[edit.mark] for edit in told if edit.told_at < began}
        after = {public_from[edit.mark] for edit in told if edit.sent_at > ended}
        assert before == {day}
        assert min(after) > day
        self.check_public(self.check_audit())

    # ---- where it is looked for

    def events(self) -> dict[tuple[Place, str], list[str]]:
        """The event ids of each edit in the topic; edits in the order in which they were first told."""
        found = defaultdict[tuple[Place, str], list[str]](list)
        for record in asyncio.run(records(self.stack.kafka.bootstrap, TOPIC, TOPIC.partitions)):
            said = json.loads(record.value)
            mark = said.get("unit", {}).get("schoolName") or ""
            if mark.startswith(self.prefix):
                found[(said["schoolUnitCode"], said["version"]), mark].append(dict(record.headers)["ce_id"].decode())
        return found

    def most_copies_of_an_event(self) -> int:
        return max(len(ids) for ids in self.events().values())

    def mails(self) -> dict[tuple[Place, str, str], list[str]]:
        """The Message-IDs of each edit's mails to each person."""
        found = defaultdict[tuple[Place, str, str], list[str]](list)
        for mail in self.stack.mail.messages():
            mark = re.search(rf"Efter: ({self.prefix} \w+)", mail["text"])
            link = re.search(r"/enheter/(\d+)/historik#v(\d+)", mail["text"])
            if mark and link:
                (to,) = mail["to"]
                found[(link[1], int(link[2])), mark[1], to].append(mail["messageId"])
        return found

    def published(self, *also: str) -> dict[str, bytes]:
        """What the world sees now."""
        paths = [*(f"v2/school-units/{code}" for code in self.codes), "v2/school-units", "v2/organizers", *also]
        with httpx.Client(base_url=f"{self.stack.url}/skolenhetsregistret/", timeout=20) as http:
            answers = {path: http.get(path) for path in paths}
        assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
        return {path: answer.content for path, answer in answers.items()}

    def views_shown(self) -> set[str]:
        """The times at which the views were made that the gateway's files come from."""
        return {json.loads(content)["meta"]["extractDate"] for content in self.published().values()}

    def day(self) -> str:
        """The open register day, which the newest view is for."""
        return self.sql("registry", DAY)

    def close_day(self) -> tuple[float, float]:
        """Close the day; returns when the closing began and ended."""
        began = time.monotonic()
        self.stack.command("registry", "close-day")
        return began, time.monotonic()

    def wait_for_view(self) -> None:
        """Wait until the open day's view is served, and go on from it."""
        wait_for(self._shows_the_day, 60)
        self.public = self.published(EXTRACT)

    def _shows_the_day(self) -> bool:
        """Whether the gateway's files and publication's own answers are of the open day."""
        if self.view() != self.day():
            return False
        base = f"{self.stack.url}/skolenhetsregistret/v2/school-units"
        answers = [httpx.get(base + query, timeout=20) for query in ("", "?status=VILANDE")]
        made_at = {answer.json()["meta"]["extractDate"] for answer in answers if answer.status_code == 200}
        return answers[-1].status_code == 200 and len(made_at) == 1

    def wait_for_new_folder(self, name: str) -> None:
        """Wait until publication has made a folder of a name that was not there."""
        there = set(self.snapshots.glob(name))
        wait_for(lambda: set(self.snapshots.glob(name)) - there)

    def view(self) -> str:
        """The day of the view that is served."""
        manifest: dict[str, Any] = json.loads((self.snapshots / "current" / "manifest.json").read_text())
        return str(manifest["publicFrom"])

    @property
    def snapshots(self) -> Path:
        return Path(self.stack.places.snapshots)

    def _is_settled(self) -> bool:
        """All that was committed has been sent, heard by all, and mailed."""
        if self.sql("registry", UNSENT) != "0":
            return False
        written = set(self.sql("registry", WRITTEN.format(self.position)).split())
        heard = [set(self.sql(name, HEARD.format(name)).split()) for name in LISTENERS]
        return all(written <= known for known in heard) and self._mail_is_empty()

    def _mail_is_empty(self) -> bool:
        return self.sql("notifications", WAITING) == "0"
