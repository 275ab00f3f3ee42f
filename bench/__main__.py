"""`./dev bench`: every measurement in turn, each in a process of its own, or those that are named."""

import subprocess
import sys
from typing import Annotated

import typer

MEASUREMENTS = (
    "edits",
    "commands",
    "relay",
    "latency",
    "authority",
    "snapshot",
    "gateway",
    "mail",
    "list",
    "bulk",
    "search",
    "filters",
    "past",
    "rebuild",
    "scale",
)


def main(names: Annotated[list[str] | None, typer.Argument(help=" ".join(MEASUREMENTS))] = None) -> None:
    """Measure against a bare baseline, in turns; without a name, everything (some forty minutes)."""
    if unknown := set(names or ()) - set(MEASUREMENTS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}; there are: {' '.join(MEASUREMENTS)}")
    wanted = names or MEASUREMENTS
    failed = [
        name for name in wanted if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
    ]
    if failed:
        typer.echo(f"failed: {' '.join(failed)}", err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
