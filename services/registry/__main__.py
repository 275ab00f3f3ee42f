"""The registry's commands: `python -m services.registry serve`, and what an operator needs."""

import asyncio
import csv
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.kernel.database import migrate as migrate_database
from services.kernel.database import open_pool
from services.kernel.problems import Problem
from services.registry.register import Register, new_register
from services.registry.settings import RegistrySettings

# A command imports what it needs when it runs: `status` does not wait for FastAPI and Kafka's client.

MIGRATIONS = Path(__file__).parent / "migrations"
BAR = 30
cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)


def _with_register(work: Callable[[Register], Awaitable[None]]) -> None:
    async def run() -> None:
        settings = RegistrySettings()
        async with open_pool(settings.database_url, size=4) as pool:
            await work(new_register(settings, pool))

    try:
        asyncio.run(run())
    except Problem as problem:
        typer.echo(f"{problem.title}. {problem.detail or ''}", err=True)
        raise typer.Exit(1) from None


@cli.command()
def serve() -> None:
    """Run the service."""
    from services.kernel import telemetry
    from services.registry import app

    settings = RegistrySettings()
    telemetry.configure("registry", settings)
    asyncio.run(app.serve(settings))


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    migrate_database(RegistrySettings().database_url, MIGRATIONS)


@cli.command()
def load(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)]) -> None:
    """Load a new register with the open data of a folder. Does nothing when it is loaded already."""
    from services.registry.commands.load import load as load_data

    async def work(register: Register) -> None:
        units = await load_data(register, folder, _show)
        typer.echo("The register is loaded already." if units is None else f"{units} school units loaded.")

    _with_register(work)


@cli.command("import")
def import_dump(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    report: Annotated[Path | None, typer.Option(help="Write what became of each row to this CSV file")] = None,
) -> None:
    """Import a v1 or v2 JSON dump or a CSV file; tells row by row what became of it. Exit code 2: unreadable."""
    from services.registry.commands.importing import UnreadableFileError, import_file

    async def work(register: Register) -> None:
        try:
            done = await import_file(register, file)
        except UnreadableFileError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        for row in done.told:
            typer.echo(row)
        typer.echo(done)
        if report:
            with report.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows(done.table())

    _with_register(work)


@cli.command("import-companies")
def import_companies(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day that the extract was made")],
    complete: Annotated[bool, typer.Option(help="The file has every organizer: what it lacks is gone")] = False,
    apply: Annotated[list[str] | None, typer.Option(help="Apply all differences: new, changed or gone")] = None,
) -> None:
    """Import an extract of the companies register; tells what differs. Exit code 1: it cannot be taken."""
    from services.registry.commands.companies import Upload
    from services.registry.commands.companies_run import run

    async def work(register: Register) -> None:
        upload = Upload(file.read_bytes(), file.name, as_of.date(), complete)
        async for line in run(register, upload, apply or []):
            typer.echo(line)

    _with_register(work)


@cli.command("close-day")
def close_day() -> None:
    """Move the clock past midnight and close the register day (demos and tests only)."""
    from services.registry.commands.register_day import move_clock_past_midnight

    async def work(register: Register) -> None:
        for day in await move_clock_past_midnight(register):
            typer.echo(f"Closed {day}.")

    _with_register(work)


@cli.command()
def status() -> None:
    """Tell the register day and the clock, in the register's zone."""
    from services.registry.store import register_day

    async def work(register: Register) -> None:
        row = await register_day.find(register.pool, register.zone.key)
        if row is None:
            typer.echo("not loaded")
        else:
            clock = row.now.astimezone(register.zone).isoformat(timespec="seconds")
            typer.echo(f"day {row.day} clock {clock} offset {row.clock_offset}")

    _with_register(work)


@cli.command("verify-audit")
def verify_audit() -> None:
    """Check that nobody has altered the audit log."""
    from services.registry.store import audit

    async def work(register: Register) -> None:
        broken = await audit.broken_chain(register.pool)
        for aggregate, version in broken:
            typer.echo(f"altered: {aggregate} version {version}", err=True)
        if broken:
            raise typer.Exit(1)
        typer.echo("The audit log is whole.")

    _with_register(work)


@cli.command("replay-dead-letters")
def replay_dead_letters() -> None:
    """Handle again the events that were put aside."""
    from services.registry.consumers import consumer

    async def work(register: Register) -> None:
        done = await consumer(RegistrySettings(), register.pool).replay()
        typer.echo(f"{done.handled} handled, {done.failed} failed again.")

    _with_register(work)


def _show(what: str, done: int, total: int) -> None:
    """A progress bar on a terminal, a line elsewhere."""
    filled = "#" * (BAR * done // max(total, 1))
    line = f"{what:<14} [{filled:<{BAR}}] {done}/{total}"
    sys.stderr.write(f"\r{line}" if sys.stderr.isatty() else f"{line}\n")
    if sys.stderr.isatty() and done == total:
        sys.stderr.write("\n")


if __name__ == "__main__":
    cli()
