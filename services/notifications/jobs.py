"""What notifications does by itself: it sends and posts what is queued, makes the daily mails, reminds of what ends."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import structlog
from cryptography.exceptions import InvalidTag
from prometheus_client import Gauge

from services.contracts.notifications import MailFailed, MailSent
from services.kernel import outbox
from services.kernel.database import Pool, transaction
from services.kernel.envelope import seal
from services.kernel.secrets import Vault
from services.kernel.service import wait_for
from services.kernel.telemetry import span
from services.notifications.commands.digests import make_due
from services.notifications.commands.organizers import remind_of_ends
from services.notifications.commands.telling import Office
from services.notifications.domain.mail import WITHDRAWN_FOR, MailState, ReadableBy, pause_after
from services.notifications.domain.notices import TOKEN
from services.notifications.domain.webhooks import (
    GONE,
    KEPT,
    PING,
    PINGS_WITHIN,
    SILENT_KEPT,
    UNVERIFIED_KEPT,
    DeliveryState,
)
from services.notifications.domain.webhooks import pause_after as pause_after_webhook
from services.notifications.posting import Answer, post
from services.notifications.settings import NotificationsSettings
from services.notifications.smtp import Connection, NotNowError, Outgoing, RefusedError
from services.notifications.store import digests, mails, webhooks

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
DIGEST_SECONDS = 10.0
REMIND_SECONDS = 60.0
FORGET_SECONDS = 600.0
EACH = 10
AT_ONCE = 32
WAITING = Gauge("mails_waiting", "Mails not yet sent", ["state"])
OLDEST = Gauge("mails_oldest_seconds", "Age of the oldest mail not yet sent", ["state"])


class Send:
    """A job: several connections, each of which claims due mails and sends them. Several processes may do so at once.

    Between the server's taking a mail and our commit lies the one window in which a mail can go twice; both have the
    same Message-ID.
    """

    name = "send"

    def __init__(self, pool: Pool, settings: NotificationsSettings) -> None:
        self.pool, self.settings = pool, settings
        self.vault = Vault.from_passphrase(settings.mail_secret.get_secret_value())

    async def run(self, stop: asyncio.Event) -> None:
        """Send when woken, and look every second. Raises when the database is away."""
        wake = asyncio.Event()
        listening: asyncpg.Connection = await asyncpg.connect(self.settings.database_url)
        connections = [Connection(self.settings) for _ in range(self.settings.smtp_connections)]
        try:
            await listening.add_listener("mail", lambda *_: wake.set())
            while not stop.is_set():
                wake.clear()
                await asyncio.gather(*[self._empty_queue(connection, stop) for connection in connections])
                await self._measure()
                await wait_for(stop, LOOK_SECONDS, wake)
        finally:
            listening.terminate()
            for connection in connections:
                await connection.close()

    async def _empty_queue(self, connection: Connection, stop: asyncio.Event) -> None:
        """Claim and send. No mail is begun after half its lease, nor takes longer: another sender may claim it then."""
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            until = loop.time() + self.settings.lease.total_seconds() / 2
            claimed = await mails.claim(self.pool, EACH, self.settings.lease)
            for mail in claimed:
                if loop.time() < until:
                    await self._send(connection, mail)
            if not claimed:
                return

    async def _send(self, connection: Connection, mail: asyncpg.Record) -> None:
        if not mail["may_read"] or not mail["email"]:
            reason = WITHDRAWN_FOR.get(ReadableBy(mail["readable_by"]), "the recipient's authority has ended")
            await self._end(mail, MailState.WITHDRAWN, reason)
            return
        with span("send mail", mail["traceparent"]):
            try:
                await connection.send(self._outgoing(mail))
            except RefusedError as error:
                await self._end(mail, MailState.REFUSED, str(error))
            except NotNowError as error:
                await self._delay(mail, str(error))
            else:
                await self._end(mail, MailState.SENT, None)

    def _outgoing(self, mail: asyncpg.Record) -> Outgoing:
        """The mail as it goes; a link's token is in the clear here and nowhere else. Raises NotNowError."""
        message_id = f"<{mail['mail_id']}@{self.settings.message_id_domain}>"
        to, subject, text, html = mail["email"], mail["subject"], mail["text_body"], mail["html_body"]
        if mail["sealed_token"] is None:
            return Outgoing(message_id, to, subject, text, html)
        try:
            token = self.vault.open(mail["sealed_token"], str(mail["link_id"]))
        except (InvalidTag, ValueError) as error:
            # Ours and identity's mail secret differ: that says nothing of this mail, which waits until it is mended.
            raise NotNowError("the link does not open: is the mail secret the same as identity's?") from error
        return Outgoing(message_id, to, subject, text.replace(TOKEN, token), html.replace(TOKEN, token), token)

    async def _delay(self, mail: asyncpg.Record, error: str) -> None:
        if mail["age"] > self.settings.give_up_after:
            await self._end(mail, MailState.GIVEN_UP, error)
            return
        log.warning("mail-delayed", mail_id=str(mail["mail_id"]), attempt=mail["attempts"], reason=error)
        await mails.delay(self.pool, mail["mail_id"], error, pause_after(mail["attempts"] - 1))

    async def _end(self, mail: asyncpg.Record, state: MailState, error: str | None) -> None:
        common = {"mail_id": mail["mail_id"], "event_id": mail["event_id"], "template": mail["template"],
                  "recipient": mail["recipient"], "at": datetime.now(UTC)}  # fmt: skip
        fact = MailSent(**common) if state is MailState.SENT else MailFailed(**common, reason=f"{state}: {error}")
        async with transaction(self.pool) as tx:
            if await mails.end(tx, mail["mail_id"], state, error):
                await outbox.append(tx, seal(fact, source="/notifications"))
                if mail["readable_by"] == ReadableBy.DIGEST:
                    # A withdrawn one told of something that its reader has lost: the rest comes in a new one.
                    await (digests.free if state is MailState.WITHDRAWN else digests.told)(tx, mail["mail_id"])
        log.info("mail-ended", mail_id=str(mail["mail_id"]), state=state, reason=error)

    async def _measure(self) -> None:
        found = {row["state"]: row for row in await mails.by_state(self.pool)}
        for state in (MailState.QUEUED, MailState.DELAYED):
            WAITING.labels(state).set(found[state]["mails"] if state in found else 0)
            OLDEST.labels(state).set(found[state]["oldest"] if state in found else 0)


class Digest:
    """A job: makes the daily mails when their hour has come, or when somebody goes back to mail at once."""

    name = "digest"

    def __init__(self, pool: Pool, settings: NotificationsSettings, office: Office) -> None:
        self.pool, self.settings, self.office = pool, settings, office

    async def run(self, stop: asyncio.Event) -> None:
        """Look when woken, and every ten seconds. Raises when the database is away."""
        wake = asyncio.Event()
        listening: asyncpg.Connection = await asyncpg.connect(self.settings.database_url)
        try:
            await listening.add_listener("digest", lambda *_: wake.set())
            while not stop.is_set():
                wake.clear()
                await make_due(self.pool, self.settings.digest_hour, self.office)
                await wait_for(stop, DIGEST_SECONDS, wake)
        finally:
            listening.terminate()


class Remind:
    """A job: tells contact persons of API credentials that end soon."""

    name = "remind"

    def __init__(self, pool: Pool, settings: NotificationsSettings, office: Office) -> None:
        self.pool, self.settings, self.office = pool, settings, office

    async def run(self, stop: asyncio.Event) -> None:
        """Look every minute. Raises when the database is away."""
        while not stop.is_set():
            await remind_of_ends(self.pool, self.settings.remind_before, self.office)
            await wait_for(stop, REMIND_SECONDS)


class Deliver:
    """A job: posts what is due to webhooks. Several processes may do so; a message that goes twice has one id.

    None waits for another: who hangs holds up one of `AT_ONCE`, for as long as an answer is waited for.
    """

    name = "deliver"

    def __init__(self, pool: Pool, settings: NotificationsSettings) -> None:
        self.pool, self.settings = pool, settings
        self.vault = Vault.from_passphrase(settings.mail_secret.get_secret_value())

    async def run(self, stop: asyncio.Event) -> None:
        """Post when woken, and look every second. Raises when the database is away."""
        wake, posting = asyncio.Event(), set[asyncio.Task[None]]()
        listening: asyncpg.Connection = await asyncpg.connect(self.settings.database_url)
        try:
            await listening.add_listener("webhook", lambda *_: wake.set())
            while not stop.is_set():
                wake.clear()
                for claimed in await webhooks.claim(self.pool, AT_ONCE - len(posting), self.settings.lease):
                    posting.add(task := asyncio.create_task(self._deliver(claimed)))
                    task.add_done_callback(posting.discard)
                    task.add_done_callback(lambda _: wake.set())
                await wait_for(stop, LOOK_SECONDS, wake)
        finally:
            listening.terminate()
            await asyncio.gather(*posting)

    async def _deliver(self, delivery: asyncpg.Record) -> None:
        """Post and judge. What cannot be written down is claimed again when its lease is over."""
        try:
            await self._judge(delivery, await self._post(delivery))
        except Exception:
            log.exception("delivery-failed", delivery=str(delivery["delivery_id"]))

    async def _post(self, delivery: asyncpg.Record) -> Answer:
        try:
            secret = self.vault.open(delivery["sealed_secret"], str(delivery["webhook_id"]))
        except (InvalidTag, ValueError):
            return Answer(None, "The secret cannot be read any more: ask for a new one", 0)
        private = self.settings.webhook_private
        return await post(delivery["url"], secret, str(delivery["delivery_id"]), delivery["body"], private=private)

    async def _judge(self, delivery: asyncpg.Record, answer: Answer) -> None:
        identity, webhook, url = delivery["delivery_id"], delivery["webhook_id"], delivery["url"]
        async with transaction(self.pool) as tx:
            if not await webhooks.hold(tx, webhook):
                return
            await webhooks.attempted(tx, identity, answer.status, answer.error, answer.milliseconds)
            if answer.is_heard:
                await webhooks.end(tx, identity, DeliveryState.HEARD)
                await webhooks.heard(tx, webhook, url)
                return
            if delivery["age"] > self.settings.give_up_after or delivery["type"] == PING:
                await webhooks.end(tx, identity, DeliveryState.GIVEN_UP)
            else:
                await webhooks.delay(tx, identity, pause_after_webhook(delivery["attempts"]))
            await webhooks.not_heard(tx, webhook, url, self.settings.give_up_after, gone=answer.status == GONE)
        log.info("webhook-not-heard", webhook=str(webhook), status=answer.status, reason=answer.error)


class Forget:
    """A job: forgets what was sent to webhooks long ago, and removes those that do not answer."""

    name = "forget"

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def run(self, stop: asyncio.Event) -> None:
        """Look every ten minutes. Raises when the database is away."""
        while not stop.is_set():
            await webhooks.forget(self.pool, ended=KEPT, pinged=PINGS_WITHIN)
            for removed in await webhooks.remove_silent(self.pool, unverified=UNVERIFIED_KEPT, silent=SILENT_KEPT):
                log.info("webhook-removed", webhook=str(removed))
            await wait_for(stop, FORGET_SECONDS)
