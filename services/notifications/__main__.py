"""Notifications' commands: `python -m services.notifications serve`, and what an operator needs."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from services.kernel import telemetry
from services.kernel.database import Pool, open_pool
from services.kernel.database import migrate as migrate_database
from services.notifications import app as composition
from services.notifications.consumers import consumer
from services.notifications.settings import NotificationsSettings
from services.notifications.store import mails

MIGRATIONS = Path(__file__).parent / "migrations"
cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)


def _with_pool(work: Callable[[NotificationsSettings, Pool], Awaitable[None]]) -> None:
    async def run() -> None:
        settings = NotificationsSettings()
        async with open_pool(settings.database_url, size=4) as pool:
            await work(settings, pool)

    asyncio.run(run())


@cli.command()
def serve() -> None:
    """Run the service."""
    settings = NotificationsSettings()
    telemetry.configure("notifications", settings)
    asyncio.run(composition.serve(settings))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    migrate_database(NotificationsSettings().database_url, MIGRATIONS)


@cli.command()
def status() -> None:
    """Tell how many mails wait."""

    async def work(_settings: NotificationsSettings, pool: Pool) -> None:
        rows = await mails.by_state(pool)
        typer.echo(", ".join(f"{row['mails']} {row['state']}" for row in rows) or "no mail waits")

    _with_pool(work)


@cli.command("replay-dead-letters")
def replay_dead_letters() -> None:
    """Handle again the events that were put aside."""

    async def work(settings: NotificationsSettings, pool: Pool) -> None:
        done = await consumer(settings, pool).replay()
        typer.echo(f"{done.handled} handled, {done.failed} failed again.")

    _with_pool(work)


if __name__ == "__main__":
    cli()
