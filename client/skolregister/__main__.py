"""`skolregister`: the register at the command line.

It ends with 0; with 1 where the register refuses, is not reached or a file cannot be written; with 2 where the command
itself is not right.
"""

import json
import sys
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from skolregister import __version__
from skolregister.client import BASE, Client, ProblemError
from skolregister.show import (
    CHANGE,
    CHANGE_WIDTHS,
    DISTANCE,
    FILE,
    UNIT,
    UNIT_IN_FULL,
    Form,
    note,
    show,
    until_nobody_reads,
)
from typer.core import TyperGroup

PAGE = 1000
ELSEWHERE = "Is the register there? Another address: REGISTER_URL or --base"


class Commands(TyperGroup):
    """The commands, any of which may be read by `head`."""

    def invoke(self, ctx: Any) -> Any:
        """Run the one that was chosen."""
        with until_nobody_reads():
            return super().invoke(ctx)


cli = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False,
)  # fmt: skip
Base = Annotated[str, typer.Option(envvar="REGISTER_URL", help="The register's address, before /v3")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="As it was on this day, yyyy-mm-dd")]
Format = Annotated[Form, typer.Option("--format", help="A table, JSON (a line each) or CSV (more columns)")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"skolregister {__version__}")
        raise typer.Exit


@cli.callback()
def whole(
    *, version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Its version")] = False
) -> None:
    """What stands before a command."""


@cli.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="Words of the name, the place or the organizer")] = None,
    *,
    municipality: Annotated[list[str] | None, typer.Option(help="Municipality code, several times for several")] = None,
    county: Annotated[list[str] | None, typer.Option(help="County code")] = None,
    organizer: Annotated[list[str] | None, typer.Option(help="Organization number")] = None,
    school_type: Annotated[list[str] | None, typer.Option(help="GR, GY, FKLASS, …")] = None,
    status: Annotated[list[str] | None, typer.Option(help="AKTIV, VILANDE, PLANERAD or UPPHORT")] = None,
    near: Annotated[str | None, typer.Option(help="latitude,longitude: the nearest first, metres as distance")] = None,
    radius: Annotated[float | None, typer.Option(help="Kilometres around it")] = None,
    as_of: AsOf = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many; else all that are found")] = None,
    form: Format = Form.TABLE,
    base: Base = BASE,
) -> None:
    """Find school units."""
    with Client(base) as client:
        asked = {
            "q": " ".join(words) if words else None, "municipalityCode": municipality, "countyCode": county,
            "organizationNumber": organizer, "schoolType": school_type, "status": status, "near": near,
            "radius": radius, "asOf": as_of, "limit": min(limit or PAGE, PAGE), "total": True,
        }  # fmt: skip
        first = client.get("/school-units", asked)
        # Words that are taken for the same are one, written apart.
        for meant, typed in groupby((first["meta"].get("corrections") or {}).items(), itemgetter(1)):
            note(f"nothing is found by {' '.join(word for word, _ in typed)}; searched for {' or '.join(meant)}")
        if limit and (total := first["meta"]["total"]) > limit:
            note(f"{limit} of {total} found")
        columns = (UNIT_IN_FULL if form == Form.CSV else UNIT) | (DISTANCE if near else {})
        show(islice(client.all(first), limit), columns, form)


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
    form: Format = Form.JSON,
    base: Base = BASE,
) -> None:
    """Tell what changed, a line each."""
    with Client(base) as client:
        show(client.follow(after, wait=follow), CHANGE, form, CHANGE_WIDTHS)


@cli.command()
def files(
    *,
    day: Annotated[str | None, typer.Option(help="That day's, yyyy-mm-dd; else the newest")] = None,
    form: Format = Form.TABLE,
    base: Base = BASE,
) -> None:
    """List the files of the day, which `download` fetches."""
    with Client(base) as client:
        show(client.files(day=day), FILE, form)


@cli.command()
def download(
    name: str,
    *,
    day: Annotated[str | None, typer.Option(help="That day's, yyyy-mm-dd; else the newest")] = None,
    to: Annotated[Path, typer.Option(help="A file, or a folder where it keeps its name")] = Path(),
    base: Base = BASE,
) -> None:
    """Fetch a file of the day, such as skolenheter.csv, and check that it arrived whole."""
    with Client(base) as client:
        typer.echo(client.download(name, to / name if to.is_dir() else to, day=day))


def main() -> None:
    """Run; what goes wrong is told in one line."""
    try:
        cli()
    except httpx.TransportError as error:
        where, why = error.request.url.copy_with(query=None), str(error).rstrip(".")
        sys.exit(f"skolregister: {where} is not reached: {why}. {ELSEWHERE}")
    except OSError as error:
        sys.exit(": ".join(filter(None, ["skolregister", error.filename, error.strerror])))
    except (ProblemError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
        sys.exit(f"skolregister: {error}")
    except (LookupError, TypeError, AttributeError, RecursionError):
        sys.exit(f"skolregister: What came is no answer of the register's API. {ELSEWHERE}")


if __name__ == "__main__":
    main()
