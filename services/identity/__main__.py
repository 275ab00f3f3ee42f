"""Identity's commands: `python -m services.identity serve`, and what an operator needs."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from services.identity import app as composition
from services.identity import demo as demo_accounts
from services.identity.commands import administrators
from services.identity.directory import Directory, new_directory
from services.identity.jobs import reconcile as reconcile_accounts
from services.identity.keycloak import Keycloak
from services.identity.settings import IdentitySettings
from services.kernel import telemetry
from services.kernel.database import migrate as migrate_database
from services.kernel.database import open_pool
from services.kernel.problems import Problem

MIGRATIONS = Path(__file__).parent / "migrations"
cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)


def _with_directory(work: Callable[[Directory], Awaitable[None]]) -> None:
    async def run() -> None:
        settings = IdentitySettings()
        async with open_pool(settings.database_url, size=4) as pool:
            await work(new_directory(settings, pool))

    try:
        asyncio.run(run())
    except Problem as problem:
        typer.echo(f"{problem.title}. {problem.detail or ''}", err=True)
        raise typer.Exit(1) from None


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
    _with_directory(demo_accounts.make)


@cli.command("appoint-administrator")
def appoint_administrator(user_name: str, email: str) -> None:
    """Let somebody be of the register administration. The number is asked for; the name is the population register's.

    Somebody new gets an account with this user name; Keycloak's administrator gives it its first password.
    """
    number = typer.prompt("Personal identity number (twelve digits)", hide_input=True)
    _with_directory(lambda directory: administrators.appoint(directory, user_name, email, number))


@cli.command("dismiss-administrator")
def dismiss_administrator(user_name: str) -> None:
    """End somebody's being of the register administration."""
    _with_directory(lambda directory: administrators.dismiss(directory, user_name))


@cli.command("unlock-person")
def unlock_person(user_name: str) -> None:
    """Let a locked person act again, where no administrator can do it."""
    _with_directory(lambda directory: administrators.unlock_person(directory, user_name))


@cli.command()
def reconcile() -> None:
    """Bring every account in Keycloak to what our records say, and tell what was not."""

    async def work(directory: Directory) -> None:
        mended = await reconcile_accounts(directory, Keycloak(IdentitySettings()))
        for drift in mended:
            typer.echo(drift)
        typer.echo(f"{len(mended)} differences found and mended.")

    _with_directory(work)


if __name__ == "__main__":
    cli()
