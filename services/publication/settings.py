"""What publication is told by its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kernel.settings import ServiceSettings


class PublicationSettings(ServiceSettings):
    """Publication's settings."""

    model_config = SettingsConfigDict(env_prefix="PUBLICATION_", frozen=True, extra="ignore")

    replica: str = Field(
        default="",
        pattern="^[a-z0-9-]*$",
        description="Name of this replica where there are several, each with its own database and folder: every "
        "replica hears all events, in a group `publication-<name>`; without a name in `publication`",
    )
    http_port: int = Field(default=8104, description="Port the HTTP server listens on")
    snapshot_dir: Path = Field(description="Folder of this replica's snapshots; the gateway serves its `current`")
    keep_snapshots: int = Field(
        default=14,
        ge=2,
        description="How many snapshots are kept, for rollback; v3 answers from any day",
    )
    keep_files: int = Field(default=400, ge=1, description="How many days' files can be fetched by their day")
    api_publisher: str = Field(default="Skolverket", description="Who publishes: in api-info and in catalogues")
    publisher_url: str = Field(default="https://www.skolverket.se", description="The publisher's web address")
    publisher_email: str = Field(default="register@example.org", description="Where readers of open data may write")
    licence: str = Field(
        default="https://creativecommons.org/publicdomain/zero/1.0/", description="The open data's licence, an address"
    )
