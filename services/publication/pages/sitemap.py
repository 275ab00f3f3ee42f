"""The site's map for search engines (sitemaps.org): every page of the view, in parts."""

from collections.abc import Iterator
from datetime import date
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from services.publication.api.answers import answer
from services.publication.api.v3_answers import serving_now
from services.publication.build.serving import Serving
from services.publication.domain.asked import NUMBER
from services.publication.domain.extract import COUNTIES
from services.publication.pages.guides import GUIDES
from services.publication.pages.nowhere import nowhere
from services.publication.store import listed

router = APIRouter(prefix="/register")
PART = 50_000
"""Addresses in a file, at most."""
XML = "application/xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FIXED = ("", "/kommuner", "/andrat", "/filer", "/api", *(f"/api/{name}" for name in GUIDES))
Place = tuple[str, date]
"""An address, and since when what it leads to is as it is."""


@router.get("/sitemap.xml")
async def index(request: Request) -> Response:
    """Where the parts are."""
    serving = serving_now(request)
    parts = range(1, (len(await _places(request, serving)) - 1) // PART + 2)
    at = f"{request.app.state.base}{router.prefix}"
    return _document(request, serving, "sitemap", [(f"{at}/sitemap-{part}.xml", serving.day) for part in parts])


@router.get("/sitemap-{part}.xml")
async def one_part(request: Request, part: str) -> Response:
    """A part, counted from 1."""
    serving = serving_now(request)
    number = int(part) if NUMBER.fullmatch(part) else 0
    found = (await _places(request, serving))[(number - 1) * PART : number * PART] if number else []
    return _document(request, serving, "url", found) if found else nowhere(request, serving)


async def _places(request: Request, serving: Serving) -> list[Place]:
    pool, at = request.app.state.pool, f"{request.app.state.base}{router.prefix}"
    units, organizers = [await listed.modified(pool, kind, serving.day) for kind in ("unit", "organizer")]
    return [
        *((f"{at}{path}", serving.day) for path in FIXED),
        *((f"{at}/lan/{code}", serving.day) for code in COUNTIES),
        *((f"{at}/kommuner/{code}", serving.day) for code in serving.places),
        *((f"{at}/huvudman/{number}", day) for number, day in organizers),
        *((f"{at}/skolenheter/{code}", day) for code, day in units),
    ]


def _document(request: Request, serving: Serving, name: str, places: list[Place]) -> Response:
    """A `urlset`, or a `sitemapindex`."""
    root = "urlset" if name == "url" else "sitemapindex"
    text = "".join(_lines(name, places))
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n{text}</{root}>\n'
    return answer(request, serving, request.url.path, body.encode(), XML)


def _lines(name: str, places: list[Place]) -> Iterator[str]:
    for at, day in places:
        yield f"<{name}><loc>{escape(at)}</loc><lastmod>{day}</lastmod></{name}>\n"
