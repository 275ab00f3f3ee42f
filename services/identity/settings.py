"""What identity is told by its environment."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings

TERMS = Path(__file__).parent / "terms"


class IdentitySettings(ServiceSettings):
    """Identity's settings."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", frozen=True, extra="ignore")

    http_port: int = Field(default=8103, description="Port the HTTP server listens on")
    keycloak_url: str = Field(
        default="http://127.0.0.1:8180/auth", description="Keycloak's address, inside the network"
    )
    keycloak_realm: str = Field(default="register", description="The realm of the register's users")
    keycloak_admin: str = Field(default="admin", description="User name of Keycloak's administrator")
    keycloak_admin_password: SecretStr = Field(description="Password of Keycloak's administrator")
    client_secret: SecretStr = Field(description="Secret of identity's own client at Keycloak: its running work")
    eservice_client_secret: SecretStr = Field(description="Secret of the e-service's OIDC client")
    eservice_url: str = Field(default="http://127.0.0.1:8101", description="The e-service's address inside, for logout")
    demo_password: SecretStr | None = Field(default=None, description="Password given to new accounts; for demos only")
    demo_totp_secret: SecretStr | None = Field(
        default=None, description="Base32 secret of the administrator's second factor; for demos only"
    )
    eid_issuer: str | None = Field(
        default=None, description="Issuer of the provider of e-legitimations (OIDC); none: no e-legitimation is offered"
    )
    eid_authorization_url: str = Field(default="", description="Where browsers log in with an e-legitimation")
    eid_token_url: str = Field(default="", description="Where Keycloak fetches the e-legitimation's tokens")
    eid_jwks_url: str = Field(default="", description="Where Keycloak fetches that provider's keys")
    eid_client_id: str = Field(default="", description="What that provider calls us")
    eid_client_secret: SecretStr | None = Field(default=None, description="The secret that provider gave us")
    eid_scope: str = Field(default="openid", description="The scopes to ask that provider for")
    eid_number_claim: str = Field(
        default="personal_identity_number", description="Its claim with the personal identity number, twelve digits"
    )
    eid_assurance_claim: str = Field(
        default="acr", description="Its claim with the level of assurance: loa3 and the like"
    )
    vault_secret: SecretStr = Field(
        min_length=32, description="Long random secret; the key for users' personal identity numbers is derived from it"
    )
    mail_secret: SecretStr = Field(
        min_length=32, description="Long random secret that links in mails are sealed with; notifications has it too"
    )
    contact: str | None = Field(
        default=None, description="How the register administration is reached, as it stands in a letter's sentence"
    )
    terms_folder: Path = Field(default=TERMS, description="Where the versions of the terms for users lie")
    invitation_holds: timedelta = Field(default=timedelta(days=14), description="How long an invitation's link works")
    letter_holds: timedelta = Field(default=timedelta(days=30), description="How long a letter's code works")
    letter_printable: timedelta = Field(
        default=timedelta(hours=24), description="How long a letter can be fetched for printing; then its code is wiped"
    )
    email_change_holds: timedelta = Field(
        default=timedelta(hours=24), description="How long the link that confirms a new e-mail address works"
    )
    review_every: timedelta = Field(
        default=timedelta(days=365), description="How often contact persons are asked to look over their users"
    )
    names_checked_every: timedelta = Field(
        default=timedelta(days=7), description="How often names are checked against the population register"
    )
    reconcile_every: timedelta = Field(
        default=timedelta(hours=6), description="How often Keycloak is compared with our records, and mended"
    )
    sign_ins_kept: timedelta = Field(default=timedelta(days=365), description="How long sign-ins are kept")
    population_file: Path = Field(
        default=Path("deploy/data/population.json"),
        description="The population register as a file, for demos and tests; read again when it changes. "
        "Not used where there is a URL",
    )
    population_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/?#@]+[^\s?#@]*$",
        description="Base address of the population register behind docs/api/population-register.json; https:// "
        "outside a closed network",
    )
    population_token: SecretStr | None = Field(
        default=None, description="Bearer token for the population register; needed with its URL"
    )
    population_timeout_seconds: float = Field(
        default=6, gt=0, description="How long somebody waits for the population register, with all tries"
    )
    letter_contact: str | None = Field(
        default=None,
        description="How the register administration is reached, as letters with activation codes say it: an e-mail "
        "address, a telephone number, or both with `eller` between",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.eid_issuer and not all(
            (
                self.eid_authorization_url,
                self.eid_token_url,
                self.eid_jwks_url,
                self.eid_client_id,
                self.eid_client_secret,
            )
        ):
            raise ValueError(
                "IDENTITY_EID_ISSUER needs all of IDENTITY_EID_AUTHORIZATION_URL, …_TOKEN_URL, …_JWKS_URL, "
                "…_CLIENT_ID and …_CLIENT_SECRET"
            )
        if self.population_url and not (self.population_token and self.population_token.get_secret_value()):
            raise ValueError("IDENTITY_POPULATION_TOKEN is needed with IDENTITY_POPULATION_URL")
        return self
