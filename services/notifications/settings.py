"""What notifications is told by its environment."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """Notifications' settings."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", frozen=True, extra="ignore")

    http_port: int = Field(default=8105, description="Port the HTTP server listens on")
    smtp_host: str = Field(default="127.0.0.1", description="The mail server")
    smtp_port: int = Field(default=1025, description="The mail server's port")
    smtp_user: str | None = Field(default=None, description="User name at the mail server, where it wants one")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the mail server")
    smtp_tls: bool = Field(default=False, description="TLS from the start; without it STARTTLS is used where offered")
    smtp_connections: int = Field(default=4, ge=1, description="Connections kept open to the mail server")
    sender: str = Field(default="Skolenhetsregistret <noreply@example.org>", description="The From of every mail")
    message_id_domain: str = Field(default="register.example.org", description="Right half of every Message-ID")
    give_up_after: timedelta = Field(
        default=timedelta(days=3), description="Age at which a mail, or a message to a webhook, is given up"
    )
    mail_secret: SecretStr = Field(
        min_length=32,
        description="Long random secret, the same as identity's: links that go by mail are sealed with it",
    )
    webhook_private: bool = Field(
        default=False, description="Whether webhooks may be http, and lead to inner addresses: in demos and tests alone"
    )
    digest_hour: int = Field(
        default=7, ge=0, le=23, description="Hour of the day, in the time zone, when the mail of a whole day goes"
    )
    remind_before: timedelta = Field(
        default=timedelta(days=14), description="How long before an API credential's end its organizer is reminded"
    )
    lease: timedelta = Field(
        default=timedelta(seconds=60),
        description="After which what a crashed sender had taken is free; longer than the ten seconds of a post",
    )
