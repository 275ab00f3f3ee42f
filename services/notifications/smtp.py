"""The mail server: a mail as MIME, sent over connections that are kept; replies become what happens next."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

import aiosmtplib

from services.kernel.telemetry import HIDDEN, PERSONAL
from services.notifications.settings import NotificationsSettings

FIRST_PERMANENT = 500
LINK = re.compile(r"https?://\S+")


class Subject(str):
    """A subject in one charset. Python 3.11 loses a space where it folds between two encoded words."""

    __slots__ = ()
    name = "Subject"

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header as lines; the generator asks for it."""
        charset = "us-ascii" if self.isascii() else "utf-8"
        header = Header(str(self), charset, header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


class RefusedError(Exception):
    """The mail server will never take this mail (5xx)."""


class NotNowError(Exception):
    """The mail server is away, or says to try later (4xx)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to one person. `secret`: a link's token that stands in it, for no log and no table."""

    message_id: str
    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


def mime(mail: Outgoing, sender: str) -> EmailMessage:
    """The mail as text and HTML (RFC 2046, multipart/alternative), marked as sent by a machine (RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = Subject(mail.subject)
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


class Connection:
    """One connection to the mail server, opened when needed and kept."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self.settings = settings
        self.longest = settings.lease.total_seconds() / 2
        self.client: aiosmtplib.SMTP | None = None

    async def send(self, mail: Outgoing) -> None:
        """Send; returns when the server has taken it, in half the lease at most. Raises RefusedError or NotNowError."""
        try:
            async with asyncio.timeout(self.longest):
                client = await self._connected()
                await client.send_message(mime(mail, self.settings.sender), recipients=[mail.to])
        except (ValueError, MessageError, aiosmtplib.SMTPNotSupported) as error:
            raise RefusedError(f"not an address that mail can go to: {type(error).__name__}") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0].code, error.recipients[0].message, mail) from error
        except aiosmtplib.SMTPDataError as error:
            raise _judged(error.code, error.message, mail) from error
        except aiosmtplib.SMTPResponseException as error:
            # A login or a sender that is refused says nothing of this mail: it waits until that is mended.
            await self.close()
            raise NotNowError(_reason(error.code, error.message, mail)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            raise NotNowError(type(error).__name__) from error

    async def close(self) -> None:
        """Let go of the connection."""
        client, self.client = self.client, None
        if client:
            client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self.client is None or not self.client.is_connected:
            known = self.settings
            options: dict[str, Any] = {"username": known.smtp_user} if known.smtp_user else {}
            if known.smtp_password:
                options["password"] = known.smtp_password.get_secret_value()
            self.client = aiosmtplib.SMTP(
                hostname=known.smtp_host, port=known.smtp_port, use_tls=known.smtp_tls, timeout=self.longest, **options
            )
            await self.client.connect()
        return self.client


def _judged(code: int, message: str, mail: Outgoing) -> RefusedError | NotNowError:
    reason = _reason(code, message, mail)
    return RefusedError(reason) if code >= FIRST_PERMANENT else NotNowError(reason)


def _reason(code: int, message: str, mail: Outgoing) -> str:
    """The server's words without addresses and links, which they often repeat: reasons are told in events."""
    said = LINK.sub(HIDDEN, f"{code} {message}")
    if mail.secret:
        said = said.replace(mail.secret, HIDDEN)
    return PERSONAL.sub(HIDDEN, said)[:300]
