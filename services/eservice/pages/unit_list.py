"""An organizer's units as a list: search, filter, order, columns; and the same list as a file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import overview_texts as words
from services.eservice import texts
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import Number
from services.eservice.rendering import acting_for, page

router = APIRouter()
SORTS = {"name": "Namn", "code": "Skolenhetskod", "municipality": "Kommun", "modified": "Senast ändrad"}
USUAL = ("code", "status", "municipality", "school_types", "modified")
MOST_ROWS = 1000
"""As many as the registry gives at once."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address says, cleared of what it may not. All of it stands there, so it can be kept and sent."""

    q: str
    statuses: list[str]
    school_types: list[str]
    lacks: list[str]
    not_public: bool
    sort: str
    order: str
    columns: list[str] = field(default_factory=lambda: list(USUAL))

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the registry is asked, without the page."""
        return [
            ("q", self.q), *(("status", one) for one in self.statuses),
            *(("school_type", one) for one in self.school_types), *(("lacks", one) for one in self.lacks),
            *([("not_public", "true")] if self.not_public else []), ("sort", self.sort), ("order", self.order),
        ]  # fmt: skip

    @property
    def query(self) -> str:
        """The address's query, without the page."""
        return urlencode([*self.asked, *(("column", one) for one in self.columns)])

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.statuses or self.school_types or self.lacks or self.not_public)


def chosen(
    q: Annotated[str, Query(max_length=100)] = "",
    status: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    school_type: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    lacks: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    not_public: str = "",
    sort: str = "name",
    order: str = "asc",
    column: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
) -> Chosen:
    """What was chosen; what there is no such thing as is passed over."""
    return Chosen(
        texts.printable(q), _known(status, texts.STATUSES), _known(school_type, texts.SCHOOL_TYPES),
        _known(lacks, words.LACKS), not_public == "true", sort if sort in SORTS else "name",
        "desc" if order == "desc" else "asc", [one for one in words.COLUMNS if one in column] or list(USUAL),
    )  # fmt: skip


Choice = Annotated[Chosen, Depends(chosen)]


@router.get("/huvudman/{number}/enheter", response_class=HTMLResponse)
async def units(
    request: Request,
    visit: Accepted,
    number: Number,
    choice: Choice,
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """A page of the list."""
    found = await visit.services.registry.units(number, [*choice.asked, ("page", str(page_number))])
    if page_number > 1 and not found["schoolUnits"]:
        return RedirectResponse(f"?{choice.query}", SEE_OTHER)
    name = await _name(visit, number)
    return page(
        request, "units", visit.session, found=found, organizer={"displayName": name}, number=number, choice=choice,
        sorts=SORTS, columns=words.COLUMNS, lacking=words.LACKS, cell_of=words.column, query=choice.query,
        heads=[("Namn", _sorted(choice, "name")),
               *((words.COLUMNS[one], _sorted(choice, one)) for one in choice.columns)],
        acting=acting_for(visit.person, number, name),
    )  # fmt: skip


@router.get("/huvudman/{number}/enheter.csv")
async def file(visit: Accepted, number: Number, choice: Choice) -> Response:
    """The whole list as it is chosen, as CSV that spreadsheets open: semicolons, UTF-8 with its mark."""
    rows: list[dict[str, Any]] = []
    pages = count = 1
    while count <= pages:
        asked = [*choice.asked, ("page", str(count)), ("size", str(MOST_ROWS))]
        found = await visit.services.registry.units(number, asked)
        rows, pages, count = rows + found["schoolUnits"], found["pages"], count + 1
    headers = {"Content-Disposition": f'attachment; filename="skolenheter-{number}.csv"'}
    return Response(as_csv(rows, choice.columns), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(units: Sequence[dict[str, Any]], columns: Sequence[str]) -> bytes:
    """The list's lines. An apostrophe stands before what a spreadsheet would take for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Namn", *(words.COLUMNS[one] for one in columns)])
    for unit in units:
        cells = [unit["displayName"], *(words.column(one, unit) for one in columns)]
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")


async def _name(visit: Visit, number: str) -> str:
    mine = {one["organizationNumber"]: str(one["organizerName"]) for one in visit.person["memberships"]}
    if number in mine:
        return mine[number]
    return str((await visit.services.registry.organizer(number))["organizer"]["displayName"])


def _known(given: list[str], known: dict[str, str]) -> list[str]:
    return [one for one in given if one in known]


def _sorted(choice: Chosen, column: str) -> str:
    if column != choice.sort:
        return ""
    return "descending" if choice.order == "desc" else "ascending"
