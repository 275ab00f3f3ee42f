"""Identity's commands: `python -m services.identity serve`, and what an operator needs."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from services.identity import app as composition
from services.identity import demo as demo_accounts
from services.identity.jobs import reconcile as reconcile_accounts
from services.identity.keycloak import Keycloak
from services.identity.settings import IdentitySettings
from services.kernel import telemetry
from services.kernel.database import Pool, open_pool
from services.kernel.database import migrate as migrate_database

MIGRATIONS = Path(__file__).parent / "migrations"
cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)


def _with_pool(work: Callable[[Pool], Awaitable[None]]) -> None:
    async def run() -> None:
        async with open_pool(IdentitySettings().database_url, size=4) as pool:
            await work(pool)

    asyncio.run(run())


@cli.command()
def serve() -> None:
    """Run the service."""
    settings = IdentitySettings()
    telemetry.configure("identity", settings)
    asyncio.run(composition.serve(settings))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    migrate_database(IdentitySettings().database_url, MIGRATIONS)


@cli.command("setup-realm")
def setup_realm() -> None:
    """Make Keycloak's realm as deploy/keycloak/realm.json says."""
    asyncio.run(Keycloak(IdentitySettings()).set_up_realm())


@cli.command()
def demo() -> None:
    """Make the demo's accounts. The service must be running: it tells Keycloak."""
    _with_pool(demo_accounts.make)


@cli.command()
def reconcile() -> None:
    """Bring every account in Keycloak to what our records say."""

    async def work(pool: Pool) -> None:
        typer.echo(f"{await reconcile_accounts(pool, Keycloak(IdentitySettings()))} accounts are as they should be.")

    _with_pool(work)


if __name__ == "__main__":
    cli()
