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
    keep_snapshots: int = Field(default=400, ge=2, description="How many snapshots are kept, for rollback")
    api_publisher: str = Field(default="Skolverket", description="apiPublisher in api-info")
