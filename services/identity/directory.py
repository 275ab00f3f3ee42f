"""What every use case of identity is given: its database, its keys, its terms, its periods."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from services.contracts.vocabulary import PersonalIdentityNumber
from services.identity.domain import codes, terms
from services.identity.domain.terms import Terms
from services.identity.population import PopulationRegister, population_from
from services.identity.settings import IdentitySettings
from services.kernel.database import Pool
from services.kernel.secrets import Vault

SOURCE = "/identity"
NATIONAL_ID = "national-id"
TERMS = Path(__file__).parent / "terms"


@dataclass(frozen=True, slots=True)
class Directory:
    """Identity's means."""

    pool: Pool
    settings: IdentitySettings
    vault: Vault
    mail_vault: Vault
    population: PopulationRegister
    versions: Sequence[Terms]

    @property
    def today(self) -> date:
        """The day on the zone's clock: terms are published on a day."""
        return datetime.now(ZoneInfo(self.settings.time_zone)).date()

    def current_terms(self) -> Terms:
        """The version of the terms that must be accepted now."""
        return terms.current(self.versions, self.today)

    def index(self, number: str) -> bytes:
        """The keyed fingerprint that a personal identity number is found by."""
        return self.vault.index(number, NATIONAL_ID)

    def seal_number(self, number: str, person_id: UUID) -> bytes:
        """A personal identity number, sealed for its person."""
        return self.vault.seal(number, f"{NATIONAL_ID}/{person_id}")

    def open_number(self, sealed: bytes, person_id: UUID) -> PersonalIdentityNumber:
        """The number that was sealed for this person."""
        return PersonalIdentityNumber(self.vault.open(sealed, f"{NATIONAL_ID}/{person_id}"))

    def mail_token(self, about: UUID) -> "MailToken":
        """A new token for a link in a mail about something."""
        token = codes.new_link_token(secrets.token_bytes(codes.TOKEN_BYTES))
        sealed = base64.b64encode(self.mail_vault.seal(token, str(about))).decode()
        return MailToken(codes.link_token_hash(token), sealed)


@dataclass(frozen=True, slots=True)
class MailToken:
    """What is kept of a link's token, and what goes to the one who mails it."""

    hash: bytes
    sealed: str


def now() -> datetime:
    """Tell this moment."""
    return datetime.now(UTC)


def new_directory(settings: IdentitySettings, pool: Pool) -> Directory:
    """The means that every use case is given. Raises TermsError, and what a wrong population register raises."""
    return Directory(
        pool,
        settings,
        Vault.from_passphrase(settings.vault_secret.get_secret_value()),
        Vault.from_passphrase(settings.mail_secret.get_secret_value()),
        population_from(settings),
        terms.from_folder(settings.terms_folder or TERMS),
    )
