"""What every use case of the registry is given: its database, its vault and its zone."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from services.kernel.database import Pool
from services.kernel.secrets import Vault
from services.registry.domain.approvals import Calendar
from services.registry.domain.horizon import Horizon
from services.registry.domain.practice import Practice
from services.registry.settings import RegistrySettings

SOURCE = "/registry"
MOST_READERS = 2
"""So many Excel files are read at once; others wait."""


@dataclass(frozen=True, slots=True)
class BulkLimits:
    """Bounds of files with many units: bytes, rows, and hours that the content is kept where nobody applies it.

    `reading_seconds`, `reading_bytes`: processor time and memory that reading an Excel file may take.
    """

    most_bytes: int = 2_000_000
    most_rows: int = 5_000
    kept_hours: int = 24
    reading_seconds: int = 30
    reading_bytes: int = 512_000_000


@dataclass(frozen=True, slots=True)
class Register:
    """The register's means. `zone`: where the day's midnight is. `assurance`: how sure a login each role needs.

    `approval`: when the yearly approval is, and who may give it.
    `transfers`: who may hand over units, and when receivers are reminded. `horizon`: the days that may be typed.
    """

    pool: Pool
    vault: Vault
    zone: ZoneInfo
    assurance: Mapping[str, int]
    approval: Calendar
    transfers: Practice
    horizon: Horizon
    demo_clock_allowed: bool = False
    companies_register: str = "SCB:s företagsregister"
    companies_most_bytes: int = 2_000_000
    bulk: BulkLimits = BulkLimits()
    readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_READERS))


def new_register(settings: RegistrySettings, pool: Pool) -> Register:
    """The means that every use case is given."""
    vault = Vault.from_passphrase(settings.vault_secret.get_secret_value())
    assurance = {
        "contact-person": settings.assurance_contact_person,
        "data-reporter": settings.assurance_data_reporter,
        "register-administration": settings.assurance_administration,
    }
    transfers = Practice(settings.transfer_roles, settings.transfer_reminders)
    return Register(
        pool, vault, ZoneInfo(settings.time_zone), assurance, settings.approval, transfers,
        Horizon(settings.dates_years_ahead, settings.dates_first),
        settings.demo_clock_allowed, settings.companies_register, settings.companies_most_bytes,
        BulkLimits(settings.bulk_most_bytes, settings.bulk_most_rows, settings.bulk_kept_hours,
                   settings.bulk_reading_seconds, settings.bulk_reading_megabytes * 1_000_000),
    )  # fmt: skip
