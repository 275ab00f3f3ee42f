"""`skolregister`: the register at the command line."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from skolregister.client import BASE, Client, ProblemError

cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
Base = Annotated[str, typer.Option(envvar="SKOLREGISTER", help="The register's address, before /v3")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="As it was on this day, yyyy-mm-dd")]
Form = Annotated[str, typer.Option("--format", help="table, json (a line each) or csv")]
COLUMNS = ("schoolUnitCode", "displayName", "status", "schoolTypes", "organizer", "municipality")


@cli.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="Words of the name, the place or the organizer")] = None,
    *,
    municipality: Annotated[list[str] | None, typer.Option(help="Municipality code, several times for several")] = None,
    county: Annotated[list[str] | None, typer.Option(help="County code")] = None,
    organizer: Annotated[list[str] | None, typer.Option(help="Organization number")] = None,
    school_type: Annotated[list[str] | None, typer.Option(help="GR, GY, FKLASS, …")] = None,
    status: Annotated[list[str] | None, typer.Option(help="AKTIV, VILANDE, PLANERAD or UPPHORT")] = None,
    near: Annotated[str | None, typer.Option(help="latitude,longitude: the nearest first")] = None,
    radius: Annotated[float | None, typer.Option(help="Kilometres around it")] = None,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(help="At most so many; 0: all")] = 20,
    form: Form = "table",
    base: Base = BASE,
) -> None:
    """Find school units."""
    with Client(base) as client:
        asked = {
            "q": " ".join(words) if words else None, "municipalityCode": municipality, "countyCode": county,
            "organizationNumber": organizer, "schoolType": school_type, "status": status, "near": near,
            "radius": radius, "asOf": as_of, "limit": min(limit or 1000, 1000),
        }  # fmt: skip
        units = client.all(client.get("/school-units", asked))
        _show(islice(units, limit or None), COLUMNS, form)


@cli.command()
def unit(code: str, *, as_of: AsOf = None, history: bool = False, base: Base = BASE) -> None:
    """Show a school unit in full, or its history."""
    with Client(base) as client:
        found: Any = client.unit_history(code, as_of=as_of) if history else client.school_unit(code, as_of=as_of)
        typer.echo(json.dumps(found["data"], ensure_ascii=False, indent=2))


@cli.command()
def organizer(number: str, *, as_of: AsOf = None, base: Base = BASE) -> None:
    """Show an organizer."""
    with Client(base) as client:
        typer.echo(json.dumps(client.organizer(number, as_of=as_of)["data"], ensure_ascii=False, indent=2))


@cli.command()
def changes(
    *,
    after: Annotated[int, typer.Option(help="The last number that you have")] = 0,
    follow: Annotated[bool, typer.Option(help="Wait for those of the days to come")] = False,
    form: Form = "json",
    base: Base = BASE,
) -> None:
    """Tell what changed, a line each."""
    with Client(base) as client:
        _show(client.follow(after, wait=follow), ("seq", "publicFrom", "type", "id", "what", "fields"), form)


@cli.command()
def download(
    name: str,
    *,
    day: Annotated[str | None, typer.Option(help="That day's, yyyy-mm-dd; else the newest")] = None,
    to: Annotated[Path | None, typer.Option(help="Where it is put; else here by its own name")] = None,
    base: Base = BASE,
) -> None:
    """Fetch a file of the day, such as skolenheter.csv, and check that it arrived whole."""
    with Client(base) as client:
        typer.echo(client.download(name, to or Path(name), day=day))


def _show(found: Iterable[Mapping[str, Any]], columns: Iterable[str], form: str) -> None:
    names = list(columns)
    if form == "json":
        for one in found:
            typer.echo(json.dumps(one, ensure_ascii=False))
        return
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(names)
        writer.writerows([_cell(one.get(name)) for name in names] for one in found)
        return
    rows = [names, *([_cell(one.get(name)) for name in names] for one in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("displayName") or "")
    return " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def main() -> None:
    """Run; what goes wrong is told in one line."""
    try:
        cli()
    except (ProblemError, ValueError, httpx.HTTPError) as error:
        sys.exit(f"skolregister: {error}")


if __name__ == "__main__":
    main()
