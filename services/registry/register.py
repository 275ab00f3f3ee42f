"""What every use case of the registry is given: its database, its vault and its zone."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.kernel.database import Pool
from services.kernel.secrets import Vault
from services.registry.settings import RegistrySettings

SOURCE = "/registry"


@dataclass(frozen=True, slots=True)
class Register:
    """The register's means. `zone` is where the register day's midnight is."""

    pool: Pool
    vault: Vault
    zone: ZoneInfo
    demo_clock_allowed: bool = False


def new_register(settings: RegistrySettings, pool: Pool) -> Register:
    """The means that every use case is given."""
    vault = Vault.from_passphrase(settings.vault_secret.get_secret_value())
    return Register(pool, vault, ZoneInfo(settings.time_zone), settings.demo_clock_allowed)
