"""Publication's commands: `python -m services.publication serve`, and what an operator needs."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from services.kernel.database import Pool, open_pool
from services.kernel.database import migrate as migrate_database
from services.publication.build import files
from services.publication.settings import PublicationSettings

# A command imports what it needs when it runs: `status` does not wait for FastAPI and Kafka's client.

MIGRATIONS = Path(__file__).parent / "migrations"
cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)


def _with_pool(work: Callable[[PublicationSettings, Pool], Awaitable[None]]) -> None:
    async def run() -> None:
        settings = PublicationSettings()
        async with open_pool(settings.database_url, size=4) as pool:
            await work(settings, pool)

    asyncio.run(run())


def _snapshot_of(root: Path, day: str) -> Path:
    found = [path for path in files.snapshots(root) if files.day_of(path).isoformat() == day]
    if not found:
        typer.echo(f"There is no snapshot of {day}.", err=True)
        raise typer.Exit(1)
    return found[-1]


@cli.command()
def serve() -> None:
    """Run the service."""
    from services.kernel import telemetry
    from services.publication import app

    settings = PublicationSettings()
    telemetry.configure("publication", settings)
    asyncio.run(app.serve(settings))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    migrate_database(PublicationSettings().database_url, MIGRATIONS)


@cli.command()
def rollback(day: str) -> None:
    """Serve an earlier day's snapshot (yyyy-mm-dd), until the next day is built; the files of later days go."""
    root = PublicationSettings().snapshot_dir.resolve()
    found = _snapshot_of(root, day)
    files.switch(root, found.name)
    files.forget_after(root, day)
    typer.echo(f"Serves {found.name}.")


@cli.command()
def republish(day: str) -> None:
    """Put a day's files, as its snapshot has them, in place of those that were published (some readers keep those)."""
    from services.publication.build.catalogues import AT

    root = PublicationSettings().snapshot_dir.resolve()
    files.replace_by_day(root, _snapshot_of(root, day), AT)
    typer.echo(f"The files of {day} are published anew.")


@cli.command()
def status() -> None:
    """Tell which snapshot is served."""
    serving = files.current(PublicationSettings().snapshot_dir.resolve())
    typer.echo(f"{serving.name} {files.manifest(serving)}" if serving else "no snapshot yet")


@cli.command()
def rebuild() -> None:
    """Forget everything that was heard, and hear it anew from Kafka. Stop the service first; killed, run it again."""
    from services.publication.build import kept
    from services.publication.commands import rebuild as anew
    from services.publication.consumers import consumer

    async def work(settings: PublicationSettings, pool: Pool) -> None:
        listening = consumer(settings, pool)
        await anew.refuse_running(listening)
        kept.forget(settings.snapshot_dir)
        read = await anew.run(pool, listening, anew.Teller(typer.echo))
        typer.echo(f"{read.events:,} events heard, {read.failed} could not be: they are among the dead letters.")

    try:
        _with_pool(work)
    except anew.IsRunningError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@cli.command("replay-dead-letters")
def replay_dead_letters() -> None:
    """Handle again the events that were put aside."""
    from services.publication.consumers import consumer

    async def work(settings: PublicationSettings, pool: Pool) -> None:
        done = await consumer(settings, pool).replay()
        typer.echo(f"{done.handled} handled, {done.failed} failed again.")

    _with_pool(work)


if __name__ == "__main__":
    cli()
