"""The mail server: a mail as MIME, sent over connections that are kept; replies become what happens next."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

import aiosmtplib

from services.notifications.settings import NotificationsSettings

FIRST_PERMANENT = 500


class RefusedError(Exception):
    """The mail server will never take this mail (5xx)."""


class NotNowError(Exception):
    """The mail server is away, or says to try later (4xx)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to one person."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str


def mime(mail: Outgoing, sender: str) -> EmailMessage:
    """The mail as text and HTML (RFC 2046, multipart/alternative), marked as sent by a machine (RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
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
        self.client: aiosmtplib.SMTP | None = None

    async def send(self, mail: Outgoing) -> None:
        """Send; returns when the server has taken it. Raises RefusedError or NotNowError."""
        try:
            client = await self._connected()
            await client.send_message(mime(mail, self.settings.sender), recipients=[mail.to])
        except ValueError as error:
            raise RefusedError(f"not an address that mail can go to: {type(error).__name__}") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            self._judge(error.recipients[0].code, error.recipients[0].message)
        except aiosmtplib.SMTPResponseException as error:
            await self.close()
            self._judge(error.code, error.message)
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
                hostname=known.smtp_host, port=known.smtp_port, use_tls=known.smtp_tls, timeout=15, **options
            )
            await self.client.connect()
        return self.client

    @staticmethod
    def _judge(code: int, message: str) -> None:
        reason = f"{code} {message}"[:300]
        raise RefusedError(reason) if code >= FIRST_PERMANENT else NotNowError(reason)
