"""What the e-service is told by its environment."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings


class EserviceSettings(ServiceSettings):
    """The e-service's settings."""

    model_config = SettingsConfigDict(env_prefix="ESERVICE_", frozen=True, extra="ignore")

    http_port: int = Field(default=8101, description="Port the HTTP server listens on")
    vault_secret: SecretStr = Field(
        min_length=32, description="Long random secret that tokens and drafts are sealed with"
    )
    client_id: str = Field(default="eservice", description="The e-service's OIDC client")
    client_secret: SecretStr = Field(description="The OIDC client's secret")
    oidc_internal_url: str = Field(
        default="http://127.0.0.1:8180/auth/realms/register", description="The issuer's address inside the network"
    )
    registry_url: str = Field(default="http://127.0.0.1:8102", description="The registry's address")
    identity_url: str = Field(default="http://127.0.0.1:8103", description="Identity's address")
    notifications_url: str = Field(default="http://127.0.0.1:8105", description="Notifications' address")
    session_idle: timedelta = Field(default=timedelta(minutes=30), description="A session ends after this without use")
    session_longest: timedelta = Field(default=timedelta(hours=10), description="A session ends after this in any case")
    session_warning: timedelta = Field(
        default=timedelta(minutes=5), description="How long before its end a page warns that the session ends"
    )
    presence_lasts: timedelta = Field(
        default=timedelta(minutes=5), description="How long after its last sign a form counts as open, for the others"
    )
    contact_email: str = Field(
        default="skolenhetsregistret@register.example",
        description="The register administration's address, for those whom the pages cannot help",
    )
