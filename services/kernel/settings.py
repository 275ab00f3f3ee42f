"""What every service is told by its environment, read once at start."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """The settings that all services share. A service's own class adds its prefix and its fields."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(
        repr=False, description="PostgreSQL address of the service's own database, with its password"
    )
    database_connections: int = Field(default=10, description="Connections the service keeps at most")
    kafka_bootstrap: str = Field(default="localhost:9192", description="Kafka's first address, host:port")
    topic_prefix: str = Field(default="", description="Put before every topic and group, to share one Kafka")
    http_host: str = Field(default="127.0.0.1", description="Address the HTTP server listens on")
    http_port: int = Field(description="Port the HTTP server listens on")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    otlp_endpoint: str | None = Field(default=None, description="OTLP/HTTP collector for traces; none: not exported")
    oidc_issuer: str = Field(
        default="http://localhost:8080/auth/realms/register",
        description="The issuer that tokens carry: the identity provider's address as browsers see it",
    )
    oidc_jwks_url: str = Field(
        default="http://localhost:8180/auth/realms/register/protocol/openid-connect/certs",
        description="Where the issuer's keys are fetched, inside the network",
    )
    oidc_audience: str = Field(default="register-api", description="The audience a token must name")
    assurance_contact_person: int = Field(
        default=2,
        ge=1,
        le=4,
        description="How sure a contact person's login must be: 1 password, 2 second factor, 3 e-legitimation",
    )
    assurance_data_reporter: int = Field(
        default=2, ge=1, le=4, description="How sure a data reporter's login must be: 1, 2, 3 as above"
    )
    assurance_administration: int = Field(
        default=2, ge=1, le=4, description="How sure the register administration's login must be: 1, 2, 3 as above"
    )
    public_base_url: str = Field(default="http://localhost:8080", description="The gateway's address, as people see it")
    time_zone: str = Field(default="Europe/Stockholm", description="The zone whose midnight ends the register day")
    demo_clock_allowed: bool = Field(
        default=False, description="Whether the clock may be moved on, for demos and tests"
    )
