"""What the registry is told by its environment."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings

TransferringRole = Literal["contact-person", "data-reporter", "machine"]


class RegistrySettings(ServiceSettings):
    """The registry's settings."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="ignore")

    http_port: int = Field(default=8102, description="Port the HTTP server listens on")
    companies_register: str = Field(
        default="SCB:s företagsregister", description="Where organizers' base data come from, as pages and mails say it"
    )
    companies_most_bytes: int = Field(
        default=2_000_000, ge=1_000, description="Largest file of the companies register that is taken over HTTP, bytes"
    )
    transfer_roles: tuple[TransferringRole, ...] = Field(
        default=("contact-person",),
        description="Who may propose, answer and withdraw a transfer of units beside the register administration: "
        "contact-person, data-reporter, machine (API programs)",
    )
    transfer_reminders: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(14, 7, 1),
        description="Days before a transfer's day on which a receiver that has not answered is reminded",
    )
    vault_secret: SecretStr = Field(
        min_length=32, description="Long random secret; the key for head teachers' identity numbers is derived from it"
    )
