"""What the registry is told by its environment."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """The registry's settings."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="ignore")

    http_port: int = Field(default=8102, description="Port the HTTP server listens on")
    vault_secret: SecretStr = Field(
        min_length=32, description="Long random secret; the key for head teachers' identity numbers is derived from it"
    )
