"""Mails a second from the queue, against bare aiosmtplib sending the same over as many connections to the same server.

The mail server is aiosmtpd in a process of its own, which throws mails away.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import count
from uuid import uuid4

import aiosmtplib
import uvloop
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import ROOT, WHO, Parts, new_database, parts
from deploy.stack.process import Process, answers, free_port
from services.kernel.database import Pool, open_pool
from services.notifications.jobs import Send
from services.notifications.settings import NotificationsSettings
from services.notifications.smtp import Outgoing, mime
from tests.integration.kernel.helpers import running

MAILS, ROUNDS = 2000, 5
ORGANIZER = "2120001132"
LOOK_SECONDS = 0.02
PERSON = """
INSERT INTO person (person_id, version, email, register_administration) VALUES ($1, 1, 'a@example.org', false)
"""
MEMBER = """
INSERT INTO membership (membership_id, person_id, organizer, role, version, ended)
VALUES ($1, $2, $3, 'contact-person', 1, false)
"""
QUEUE = """
WITH queued AS (
  INSERT INTO mail (mail_id, event_id, template, recipient, organizer, about, subject, text_body, html_body)
  SELECT gen_random_uuid(), gen_random_uuid(), 'unit_edited', $1, $2, '12345678', $3, $4, $5
  FROM generate_series(1, $6))
SELECT pg_notify('mail', '')
"""
WAITING = "SELECT EXISTS (SELECT FROM mail WHERE ended_at IS NULL)"
SUBJECT, TEXT = "Ändrat: Ekskolan (12345678)", "Skolenhetens namn\n  Före:  Ekskolan\n  Efter: Almskolan\n" * 20
HTML = f"<!doctype html><p>{TEXT}</p>" * 2


class Nowhere:
    """What aiosmtpd calls: it takes everything and keeps nothing."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        return "250 OK"


def sink(port: int) -> None:
    """Take mails until killed."""
    controller = Controller(Nowhere(), hostname="127.0.0.1", port=port)
    controller.start()
    controller._thread.join()  # type: ignore[union-attr] # noqa: SLF001 - no other way to wait for it


def start_sink(started: Parts) -> int:
    """Run the mail server; give its port."""
    port = free_port()
    command = [sys.executable, "-m", "bench.mail", "sink", str(port)]
    process = Process("sink", command, log=started.folder / "sink.log", cwd=ROOT)
    process.start()
    started.started.callback(process.kill)
    process.wait_until(lambda: answers(port))
    return port


async def from_queue(pool: Pool) -> float:
    """Mails a second from the commit of the queue until the last is marked. A sender is running."""
    await pool.fetch(QUEUE, WHO.person_id, ORGANIZER, SUBJECT, TEXT, HTML, MAILS)
    began = time.perf_counter()
    while await pool.fetchval(WAITING):
        await asyncio.sleep(LOOK_SECONDS)
    return MAILS / (time.perf_counter() - began)


async def bare(settings: NotificationsSettings) -> float:
    """Mails a second with nothing around the connections but the making of each mail."""
    numbers = count()

    async def one_connection() -> None:
        client = aiosmtplib.SMTP(hostname=settings.smtp_host, port=settings.smtp_port)
        await client.connect()
        while next(numbers) < MAILS:
            mail = Outgoing(f"<{uuid4()}@example.org>", "a@example.org", SUBJECT, TEXT, HTML)
            await client.send_message(mime(mail, settings.sender), recipients=[mail.to])
        await client.quit()

    began = time.perf_counter()
    await asyncio.gather(*[one_connection() for _ in range(settings.smtp_connections)])
    return MAILS / (time.perf_counter() - began)


async def main() -> None:
    """Measure."""
    with parts() as started:
        url = new_database(started.postgres(), "notifications")
        settings = NotificationsSettings(
            database_url=url, smtp_port=start_sink(started), mail_secret=SecretStr("s" * 40)
        )
        async with open_pool(url) as pool:
            await pool.execute(PERSON, WHO.person_id)
            await pool.execute(MEMBER, uuid4(), WHO.person_id, ORGANIZER)
            ours: Callable[[], Awaitable[float]] = lambda: from_queue(pool)  # noqa: E731
            async with running(Send(pool, settings)):
                await ours(), await bare(settings)
                found = await in_turns(ROUNDS, ours, lambda: bare(settings))
    show(f"Mail: {MAILS:,} from the queue against bare aiosmtplib, {settings.smtp_connections} connections",
         [Figure("mails sent and marked", "mails/s", *found, Aim(least=0.7))])  # fmt: skip


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sink", port]:
            sink(int(port))
        case _:
            uvloop.run(main())
