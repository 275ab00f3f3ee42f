"""Placing something on a map, from any form that has coordinates; without a script, and by keyboard too."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice.cookies import safe_path
from services.eservice.maps import SIZE, SMALL_SIZE, STEPS, SWEDEN, Place, Sheet, drawn, of_municipality
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.rendering import page

router = APIRouter()
FOLDER = "addresses/BESOKSADRESS/geoCoordinates"
NORTH, EAST = f"{FOLDER}/coordinateSweRefN", f"{FOLDER}/coordinateSweRefE"
LATITUDE, LONGITUDE = f"{FOLDER}/latitude", f"{FOLDER}/longitude"
PICTURES = {"map:click": 1.0, "map:small": SIZE / SMALL_SIZE}
"""The two pictures of a sheet, of which the page shows one: how many of the sheet's pixels one of theirs is."""
OURS = ("csrf", "map:back", "map:sheet", "map:step", "map:place", "step",
        *(f"{name}.{axis}" for name in PICTURES for axis in "xy"))  # fmt: skip
"""What this page adds to the form that it carries."""
NUMBER = re.compile(r"-?[0-9]{1,8}(?:\.[0-9]{1,12})?", re.ASCII)
BY_KEYBOARD = ("0", "0")
"""Where a browser says that the picture was clicked when Enter was pressed on it."""
CLOSE_METRES = 2_000.0
CLOSER = 0.25
Metres = Annotated[float, Query(ge=-1e7, le=1e7, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: a sheet, and the place that is chosen on it."""

    sheet: Sheet
    place: Place | None


@router.post("/karta", response_class=HTMLResponse)
async def place(request: Request, visit: Accepted) -> HTMLResponse:
    """The map with the form's place. Each click places and comes closer; the form goes back with what was placed."""
    municipality = visit.one("municipalityCode")
    view = _view(visit, municipality)
    carried = [(name, text) for name, found in visit.typed.items() if name not in OURS for text in found]
    placed = [pair for pair in carried if pair[0] not in {NORTH, EAST, LATITUDE, LONGITUDE}]
    if view.place:
        placed += [(NORTH, f"{view.place.north:.0f}"), (EAST, f"{view.place.east:.0f}")]
    return page(
        request, "place", visit.session, back=safe_path(visit.one("map:back")), carried=carried, placed=placed,
        view=view, image=_image(view, municipality), municipality=await _name(visit, municipality),
        sheet=_written(view.sheet), place=_written(view.place) if view.place else "", steps=STEPS, size=SIZE,
        small=SMALL_SIZE, across=f"{view.sheet.metres / 1000:.1f}".replace(".", ","),
    )  # fmt: skip


@router.get("/karta/bild.svg")
async def image(
    visit: Accepted,
    n: Metres,
    e: Metres,
    m: Annotated[float, Query(gt=0, le=1e7, allow_inf_nan=False)],
    kommun: Annotated[str, Query(pattern=r"^([0-9]{4})?$")] = "",
    pn: Metres | None = None,
    pe: Metres | None = None,
) -> Response:
    """The sheet as a picture."""
    found = await visit.services.registry.places(kommun) if kommun else []
    others = [
        Place(float(one["coordinateSweRefN"]), float(one["coordinateSweRefE"]), one["displayName"])
        for one in found
        if NUMBER.fullmatch(one["coordinateSweRefN"]) and NUMBER.fullmatch(one["coordinateSweRefE"])
    ]
    chosen = Place(pn, pe) if pn is not None and pe is not None else None
    return Response(drawn(Sheet(n, e, m), kommun, others, chosen), media_type="image/svg+xml")


def _view(visit: Visit, municipality: str) -> View:
    """Where the map is after what was pressed or clicked; at first, around the form's place or its municipality."""
    sheet, chosen = _read_sheet(visit), _read_place(visit.one("map:place"))
    if sheet is None:
        typed = _read_place(f"{visit.one(NORTH)} {visit.one(EAST)}")
        return View(Sheet(typed.north, typed.east, CLOSE_METRES) if typed else of_municipality(municipality), typed)
    step = visit.one("map:step")
    for name, pixels in PICTURES.items():
        x, y = visit.one(f"{name}.x"), visit.one(f"{name}.y")
        if (x, y) == BY_KEYBOARD:
            step = "mitten"
        elif NUMBER.fullmatch(x) and NUMBER.fullmatch(y):
            clicked = sheet.at(float(x) * pixels, float(y) * pixels)
            return View(_closer(Sheet(clicked.north, clicked.east, sheet.metres)), clicked)
    if step == "mitten":
        return View(_closer(sheet), Place(sheet.north, sheet.east))
    if step in STEPS:
        return View(sheet.moved(step), chosen)
    return View(sheet.zoomed({"in": 0.5, "ut": 2.0}.get(step, 1.0)), chosen)


def _closer(sheet: Sheet) -> Sheet:
    return sheet.zoomed(CLOSER) if sheet.metres > CLOSE_METRES else sheet


def _read_sheet(visit: Visit) -> Sheet | None:
    numbers = visit.one("map:sheet").split()
    if len(numbers) != 3 or not all(NUMBER.fullmatch(one) for one in numbers):  # noqa: PLR2004 - as we wrote it
        return None
    return Sheet(*map(float, numbers)).zoomed(1.0)


def _read_place(text: str) -> Place | None:
    numbers = text.replace(",", ".").split()
    if len(numbers) != 2 or not all(NUMBER.fullmatch(one) for one in numbers):  # noqa: PLR2004 - north and east
        return None
    north, east = map(float, numbers)
    is_near = abs(north - SWEDEN.north) < SWEDEN.metres and abs(east - SWEDEN.east) < SWEDEN.metres
    return Place(north, east) if is_near else None


def _written(of: Sheet | Place) -> str:
    found = [of.north, of.east] + ([of.metres] if isinstance(of, Sheet) else [])
    return " ".join(f"{number:.3f}" for number in found)


def _image(view: View, municipality: str) -> dict[str, Any]:
    sheet, chosen = view.sheet, view.place
    asked = {"n": f"{sheet.north:.3f}", "e": f"{sheet.east:.3f}", "m": f"{sheet.metres:.3f}", "kommun": municipality}
    return asked | ({"pn": f"{chosen.north:.3f}", "pe": f"{chosen.east:.3f}"} if chosen else {})


async def _name(visit: Visit, municipality: str) -> str:
    known = {one["municipalityCode"]: one["displayName"] for one in await visit.services.registry.municipalities()}
    return known.get(municipality, "")
