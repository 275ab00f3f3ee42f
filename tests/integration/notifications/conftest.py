"""A notifications database, and a mail server that answers as it is told to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from services.contracts.event import Event
from services.contracts.identity import MembershipEnded, MembershipGranted, PersonalData
from services.contracts.vocabulary import OrganizationNumber, Role
from services.kernel import envelope as sealed
from services.kernel.consumer import Consumer
from services.kernel.database import Pool, open_pool
from services.kernel.envelope import seal
from services.notifications.consumers import consumer
from services.notifications.jobs import Send
from services.notifications.settings import NotificationsSettings
from tests.builders import LUND, a_person, organizer_registered
from tests.conftest import NewDatabase
from tests.integration.kernel.helpers import running, until
from tests.integration.notifications.hooks import Desk, Receiver, listening_receiver

OK = "250 OK"
MAIL_SECRET = "a secret that identity and notifications share"


@dataclass
class MailServer:
    """What aiosmtpd calls. `to_data` None: it hangs up when it has heard the whole mail."""

    taken: list[EmailMessage] = field(default_factory=list)
    offered: int = 0
    to_recipient: str = OK
    to_data: str | None = OK
    seconds: float = 0

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        else:
            self.offered += 1
        return self.to_recipient.format(address=address)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.offered += 1
        await asyncio.sleep(self.seconds)
        if self.to_data is None:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        elif self.to_data == OK:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        return self.to_data or OK

    def addresses(self) -> list[str]:
        return sorted(str(message["To"]) for message in self.taken)


def refuse_login(*_: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


@asynccontextmanager
async def listening(server: MailServer, port: int = 0, *, asks_login: bool = False) -> AsyncIterator[int]:
    """Let a mail server listen; gives its port. With `asks_login` it refuses whoever tries."""
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        if asks_login:
            return SMTP(server, loop=loop, auth_required=True, auth_require_tls=False, authenticator=refuse_login)
        return SMTP(server, loop=loop)

    opened = await loop.create_server(connection, "127.0.0.1", port)
    try:
        yield opened.sockets[0].getsockname()[1]
    finally:
        opened.close()


@dataclass
class Office:
    """Notifications with its database, and the mail server it is told of."""

    pool: Pool
    url: str
    server: MailServer
    port: int

    def settings(self, **other: Any) -> NotificationsSettings:
        known = {
            "database_url": self.url, "smtp_port": self.port, "public_base_url": "https://register.example",
            "mail_secret": MAIL_SECRET,
        }  # fmt: skip
        return NotificationsSettings.model_validate(known | other)

    async def hear(self, event: Event, actor: UUID | None = None) -> sealed.Envelope:
        """Handle an event as the consumer does, with its inbox."""
        envelope = seal(event, source="tests", actor=str(actor) if actor else None)
        await self.hear_again(envelope)
        return envelope

    async def hear_again(self, envelope: sealed.Envelope) -> None:
        hears: Consumer = consumer(self.settings(), self.pool)
        await hears.work(hears.bound[envelope.topic], [envelope])

    async def somebody(self, email: str, *organizers: str, name: str | None = "Karin Kontakt") -> UUID:
        """A person who may act for organizers."""
        person = uuid4()
        contact = PersonalData(name=name, email=email)
        await self.hear(a_person(person_id=person, contact=contact, protected=name is None))
        for organizer in organizers or (LUND,):
            await self.hear(self.authority(person, organizer))
        await self.forget_notices()
        return person

    async def forget_notices(self) -> None:
        """Drop what users were told of each other while a test set its scene."""
        await self.pool.execute("DELETE FROM mail WHERE template LIKE 'membership-%'")

    def authority(self, person: UUID, organizer: str = LUND) -> MembershipGranted:
        return MembershipGranted(
            membership_id=uuid4(), person_id=person, organization_number=OrganizationNumber(organizer),
            role=Role.CONTACT_PERSON, version=1,
        )  # fmt: skip

    async def end_authority(self, person: UUID) -> None:
        """End all that a person may do."""
        for row in await self.pool.fetch("SELECT * FROM membership WHERE person_id = $1", person):
            ended = MembershipEnded(
                membership_id=row["membership_id"], person_id=person, organization_number=row["organizer"],
                role=row["role"], version=row["version"] + 1,
            )  # fmt: skip
            await self.hear(ended)
        await self.forget_notices()

    async def states(self) -> dict[str, int]:
        """How many mails there are in each state."""
        rows = await self.pool.fetch("SELECT state, count(*) AS mails FROM mail GROUP BY state")
        return {row["state"]: row["mails"] for row in rows}

    async def due_now(self, column: str = "due_at", interval: str = "0") -> None:
        """Let time have passed for all mails that wait."""
        await self.pool.execute(f"UPDATE mail SET {column} = now() - interval '{interval}' WHERE ended_at IS NULL")

    def sender(self, **other: Any) -> Send:
        return Send(self.pool, self.settings(**other))

    async def send_until(self, condition: Callable[[], Awaitable[object]], **other: Any) -> None:
        """Run a sender until something holds."""
        async with running(self.sender(**other)):
            await until(condition, 20)

    async def send_until_states(self, wanted: dict[str, int], **other: Any) -> None:
        async def reached() -> bool:
            return await self.states() == wanted

        await self.send_until(reached, **other)


@pytest_asyncio.fixture
async def office(database: NewDatabase) -> AsyncIterator[Office]:
    url, server = await database("notifications"), MailServer()
    async with open_pool(url) as pool, listening(server) as port:
        made = Office(pool, url, server, port)
        await made.hear(organizer_registered())
        yield made


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening_receiver() as made:
        yield made


@pytest_asyncio.fixture
async def desk(database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Patient: a receiver that hangs does so for as long as a test wants."""
    monkeypatch.setattr("services.notifications.posting.SECONDS", 300)
    url = await database("notifications")
    settings = NotificationsSettings(database_url=url, mail_secret=MAIL_SECRET, webhook_private=True)
    async with open_pool(settings.database_url) as pool:
        yield Desk(settings, pool)
