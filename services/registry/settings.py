"""What the registry is told by its environment."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings
from services.registry.domain.approvals import Calendar, month_and_day

ApprovingRole = Literal["contact-person", "data-reporter", "register-administration", "machine"]

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
    bulk_most_bytes: int = Field(
        default=2_000_000, ge=1_000, description="Largest file with many school units that is taken, bytes"
    )
    bulk_most_rows: int = Field(default=5_000, ge=1, description="Most school units in one uploaded file")
    bulk_kept_hours: int = Field(
        default=24, ge=1, description="Hours after which the content of an uploaded file that nobody applied is deleted"
    )
    bulk_reading_seconds: int = Field(
        default=30,
        ge=1,
        description="Seconds of processor time that reading one Excel file may take; twice that in all",
    )
    bulk_reading_megabytes: int = Field(
        default=512, ge=128, description="Memory that reading one Excel file may take; two are read at once at most"
    )
    dates_years_ahead: int = Field(
        default=10,
        ge=1,
        le=100,
        description="How many years ahead a planned day may lie, to the end of that year; what lies further is refused",
    )
    dates_first: date = Field(
        default=date(1900, 1, 1), description="The earliest day that somebody may type, as that of a contract's part"
    )
    approval_prompt: str = Field(
        default="06-01",
        description="Month and day on which the yearly approval of the coming school year opens, and all are asked",
    )
    approval_due: str = Field(default="06-14", description="Month and day until which it shall be approved")
    approval_reminders_before: tuple[int, ...] = Field(
        default=(7, 2), description="Days before the due date on which those who have not approved are reminded"
    )
    approval_reminders_after: tuple[int, ...] = Field(
        default=(3, 10), description="Days after the due date on which those who have not approved are reminded"
    )
    approval_roles: tuple[ApprovingRole, ...] = Field(
        default=("contact-person",),
        description="Who may approve: contact-person, data-reporter, register-administration, machine (API programs)",
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

    @property
    def approval(self) -> Calendar:
        """When it is approved, and who may."""
        return Calendar(
            month_and_day(self.approval_prompt), month_and_day(self.approval_due), self.approval_reminders_before,
            self.approval_reminders_after, self.approval_roles,
        )  # fmt: skip

    @model_validator(mode="after")
    def approval_is_due_after_it_opens(self) -> Self:
        """Refuse days that no calendar has, and a due date before the prompt."""
        if self.approval.prompt > self.approval.due:
            raise ValueError("the approval would be due before it opens")
        return self
