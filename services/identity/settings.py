"""What identity is told by its environment."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings


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
    eservice_client_secret: SecretStr = Field(description="Secret of the e-service's OIDC client")
    eservice_url: str = Field(default="http://127.0.0.1:8101", description="The e-service's address inside, for logout")
    demo_password: SecretStr | None = Field(default=None, description="Password given to new accounts; for demos only")
