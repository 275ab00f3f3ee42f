"""The e-service's commands: `python -m services.eservice serve`."""

import asyncio
from pathlib import Path

import typer

from services.eservice import app as composition
from services.eservice.settings import EserviceSettings
from services.kernel import telemetry
from services.kernel.database import migrate as migrate_database

MIGRATIONS = Path(__file__).parent / "migrations"
cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@cli.command()
def serve() -> None:
    """Run the service."""
    settings = EserviceSettings()
    telemetry.configure("eservice", settings)
    asyncio.run(composition.serve(settings))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    migrate_database(EserviceSettings().database_url, MIGRATIONS)


if __name__ == "__main__":
    cli()
