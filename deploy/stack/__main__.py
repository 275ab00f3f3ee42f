"""The commands of ./dev."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import pyotp
import typer
from rich.console import Console
from rich.table import Table

from deploy.stack import compose, settings, settings_page, supervisor
from deploy.stack.lag import lag_by_group
from deploy.stack.settings import DEMO_PASSWORD, DEMO_TOTP_SECRET
from deploy.stack.stack import Stack, taken
from deploy.stack.steps import Steps
from deploy.stack.supervisor import HOME, ROOT

UP_SECONDS = 420
LOOK_SECONDS = 0.2
VIEW_SECONDS = 120
MEGABYTE = 1_000_000
RUN, WORK = "Run the system", "Work on the code"
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
USERS = ("karin.kontakt", "ulf.uppgift", "frida.friskola", "bo.bada", "anna.admin")
cli = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False,
    help="One command for everything: run the system, and work on its code.",
)  # fmt: skip
out = Console(highlight=False)


@cli.command(rich_help_panel=RUN)
def up() -> None:
    """Start everything; the first time, install and load it."""
    if supervisor.running() is None:
        _check_ports()
        supervisor.start()
    with Steps(out) as steps:
        _follow(steps, time.monotonic() + UP_SECONDS)
    _welcome()


@cli.command(rich_help_panel=RUN)
def code() -> None:
    """Print the present code of anna.admin's second factor."""
    out.print(pyotp.TOTP(DEMO_TOTP_SECRET).now())


@cli.command(rich_help_panel=RUN)
def down() -> None:
    """Stop everything. Nothing is lost."""
    out.print("Stopped." if supervisor.stop() else "It was not running.")


@cli.command(rich_help_panel=RUN)
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False) -> None:
    """Stop everything and throw ALL DATA away. What was downloaded stays."""
    if sys.stdin.isatty() and not yes:
        typer.confirm("All data of this register will be gone. Go on?", abort=True)
    supervisor.stop()
    shutil.rmtree(HOME / "state", ignore_errors=True)
    shutil.rmtree(HOME / "logs", ignore_errors=True)
    out.print("All data is gone. ./dev up begins anew.")


@cli.command(rich_help_panel=RUN)
def status() -> None:
    """Tell what runs: memory, lag, register day, current snapshot."""
    told = supervisor.read_status()
    if supervisor.running() is None or not told:
        out.print("It is not running. Start it with ./dev up")
        raise typer.Exit(1)
    table = Table("part", "state", "pid", "restarts", "memory")
    for name, part in told.get("parts", {}).items():
        memory = f"{part['memory'] // MEGABYTE} MB"
        table.add_row(name, part["state"], str(part["pid"] or ""), str(part["restarts"]), memory)
    out.print(table)
    stack = _stack()
    out.print(f"phase         {told['phase']} {told['step']}".rstrip())
    asked = {"register day": "registry", "snapshot": "publication", "mail": "notifications"}
    with ThreadPoolExecutor(len(asked)) as threads:
        answers = threads.map(lambda service: stack.command(service, "status").strip(), asked.values())
        for what, answer in zip(asked, answers, strict=True):
            out.print(f"{what:<13} {answer}")
    for group, behind in sorted(asyncio.run(lag_by_group(stack.kafka.bootstrap)).items()):
        out.print(f"lag           {group}: {behind}")


@cli.command(rich_help_panel=RUN)
def logs(part: Annotated[str, typer.Argument(help="A part's name; none: the supervisor")] = "supervisor") -> None:
    """Show and follow a part's log."""
    found = [*HOME.glob(f"logs/{part}.log"), *HOME.glob(f"state/*/{part}.log")]
    if not found:
        names = sorted(path.stem for path in [*HOME.glob("logs/*.log"), *HOME.glob("state/*/*.log")])
        out.print(f"There is no log of {part}. There are: {', '.join(names)}")
        raise typer.Exit(1)
    os.execvp("tail", ["tail", "-n", "100", "-F", str(found[0])])  # noqa: S606 - our own arguments


@cli.command("close-day", rich_help_panel=RUN)
def close_day() -> None:
    """Move the clock past midnight: the register day closes, and the next public view is made."""
    stack = _running_stack()
    out.print(stack.command("registry", "close-day").strip())
    day = stack.command("registry", "status").split()[1]
    manifest = Path(stack.places.snapshots) / "current" / "manifest.json"
    end = time.monotonic() + VIEW_SECONDS
    while json.loads(manifest.read_text())["publicFrom"] < day:
        if time.monotonic() > end:
            out.print(f"The view of {day} is not public yet; ./dev status tells more.", style="red")
            raise typer.Exit(1)
        time.sleep(LOOK_SECONDS)
    out.print(f"The public view of {day} is out.")


@cli.command("import", rich_help_panel=RUN)
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    report: Annotated[Path | None, typer.Option(help="Write what became of each row to this CSV file")] = None,
) -> None:
    """Import a v1 or v2 JSON dump or a CSV file; tells row by row what was taken and what was refused."""
    stack = _running_stack()
    told = ["--report", str(report.resolve())] if report else []
    raise typer.Exit(_run_of(stack, "registry", "import", str(file.resolve()), *told))


@cli.command(rich_help_panel=RUN)
def rebuild() -> None:
    """Make all that publication knows anew from Kafka alone. What lies as a file is answered meanwhile."""
    stack = _running_stack()
    with supervisor.held("publication"):
        status = _run_of(stack, "publication", "rebuild")
    raise typer.Exit(status)


@cli.command(rich_help_panel=WORK, context_settings=PASS_ON)
def test(context: typer.Context) -> None:
    """Run all tests, by two workers; or what paths, -k and markers choose: they go on to pytest."""
    _run([sys.executable, "-m", "pytest", *(context.args or ["-n", "2"])])


@cli.command(rich_help_panel=WORK, context_settings=PASS_ON)
def bench(context: typer.Context) -> None:
    """Measure everything against bare baselines (some fifteen minutes), or what is named."""
    _run([sys.executable, "-m", "bench", *context.args])


@cli.command(rich_help_panel=WORK)
def multiply(
    times: Annotated[int, typer.Argument(min=1, help="How many times the real units")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same units")] = 1,
) -> None:
    """Print the real units so many times over, with new codes, for tests of scale: ./dev import takes them."""
    _run([sys.executable, "-m", "bench.multiply", str(times), str(seed)])


@cli.command(rich_help_panel=WORK)
def check() -> None:
    """Check format, lint, types, import borders, and that what is generated is as its source says."""
    bin_ = Path(sys.executable).parent
    steps: list[list[str | Path]] = [
        [bin_ / "ruff", "format", "--check", "."],
        [bin_ / "ruff", "check", "."],
        [bin_ / "mypy"],
        [bin_ / "lint-imports"],
        [sys.executable, "-m", "services.contracts", "--check"],
        [sys.executable, "-m", "client.generate", "--check"],
    ]
    failed = [step for step in steps if subprocess.run([str(word) for word in step], cwd=ROOT, check=False).returncode]
    for step in failed:
        out.print(f"failed: {' '.join(Path(str(word)).name for word in step)}", style="red")
    raise typer.Exit(1 if failed else 0)


@cli.command(rich_help_panel=WORK)
def contracts() -> None:
    """Write the event schemas, the AsyncAPI document and docs/events.md from the event types."""
    _run([sys.executable, "-m", "services.contracts"])


@cli.command(rich_help_panel=WORK)
def client() -> None:
    """Write the client's types and methods from the open API's OpenAPI document."""
    _run([sys.executable, "-m", "client.generate"])


@cli.command("compose", rich_help_panel=WORK)
def write_compose() -> None:
    """Write docker-compose.yml and docs/operating/settings.md from the settings."""
    compose.FILE.write_text(compose.text(), encoding="utf-8")
    settings_page.FILE.write_text(settings_page.text(), encoding="utf-8")


def _follow(steps: Steps, end: float) -> None:
    """Tell the supervisor's steps until everything runs. Exits when it does not come to that."""
    while (told := supervisor.read_status()).get("phase") != "running":
        if told.get("phase") == "failed" or supervisor.running() is None or time.monotonic() > end:
            out.print(f"It did not start. {told.get('step', '')}\nMore in {supervisor.LOG}", style="red")
            raise typer.Exit(1)
        steps.tell(told.get("step", ""), told.get("done", 0), told.get("total", 0))
        time.sleep(LOOK_SECONDS)


def _stack() -> Stack:
    return Stack(HOME, settings.ports())


def _running_stack() -> Stack:
    if supervisor.running() is None:
        out.print("It is not running. Start it with ./dev up")
        raise typer.Exit(1)
    return _stack()


def _check_ports() -> None:
    held = taken(settings.ports())
    if not held:
        return
    named = ", ".join(f"{port} ({name})" for name, port in held.items())
    others = " ".join(f"REGISTER_PORT_{name.upper()}={port + 10000}" for name, port in held.items())
    out.print(f"Taken by another program: port {named}.\nChoose others: {others} ./dev up", style="red", soft_wrap=True)
    raise typer.Exit(1)


def _run_of(stack: Stack, service: str, *words: str) -> int:
    """A service's own command, in its environment; gives its exit status."""
    command = [sys.executable, "-m", f"services.{service}", *words]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **stack.environment(service)}, check=False).returncode


def _run(command: list[str]) -> None:
    raise typer.Exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


def _welcome() -> None:
    stack = _stack()
    out.print(
        f"""
[bold]The register is running.[/bold]

  E-service     {stack.url}/
  Public site   {stack.url}/register
  API v3        {stack.url}/skolenhetsregistret/v3/school-units
  to try out    {stack.url}/skolenhetsregistret/docs/v3
  API v2        {stack.url}/skolenhetsregistret/v2/school-units
  Files         {stack.url}/skolenhetsregistret/extract/skolenheter.xlsx
  E-mail        http://localhost:{stack.ports["mail"]}/

  Log in as {", ".join(USERS)}
  Password {DEMO_PASSWORD}
  anna.admin's second factor: {DEMO_TOTP_SECRET} in an authenticator app, or ./dev code
  Or with the test e-legitimation, the same password: 197001019004 (Karin), 199006069000 (Nina Ny, no account yet)
""",
        soft_wrap=True,
    )


if __name__ == "__main__":
    cli()
