"""The open API v1 (spec/openapi-v1.md), as JSON or, where `Accept` asks for it, as XML."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from services.publication.api.answers import BOTH, ContractError, answer, contract_file, now_serving
from services.publication.build.serving import Serving
from services.publication.domain import v1
from services.publication.domain.xml import as_xml, wanted
from services.publication.queries import past_v1

router = APIRouter(prefix="/skolenhetsregistret/v1")
UNIT, NUMBER, PLACE = re.compile(r"[0-9]{8}"), re.compile(r"[0-9]{10}"), re.compile(r"[0-9]{4}")
SCHOOL_TYPE = re.compile(r"[0-9]{1,9}")
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
GONE = "Skolenheten {code} finns inte längre i registret"
UNITS = "Skolenheter"


@router.api_route("/skolenhet", methods=BOTH)
@router.api_route("/skolenhet/", methods=BOTH)
async def units(request: Request) -> Response:
    """Every unit that has not ended. `kommunkod` never did anything, and does nothing."""
    return _rows(request, UNITS, now_serving(request).lists["v1"].rows)


@router.api_route("/skolenhet/{code}", methods=BOTH)
async def unit(request: Request, code: str) -> Response:
    """One unit; 410 where it has ended."""
    serving = now_serving(request)
    _expect(UNIT, code, "Skolenhetskod har åtta siffror")
    path = serving.urls / "v1" / "skolenhet" / f"{code}.json"
    if path.is_file():
        return _answer(request, serving, path.read_bytes())
    if (serving.urls / "v2" / "school-units" / f"{code}.json").is_file():
        raise ContractError(410, GONE.format(code=code))
    raise ContractError(404, f"Skolenheten {code} finns inte")


@router.api_route("/skolenhet/{code}/{day}", methods=BOTH)
async def unit_on(request: Request, code: str, day: str) -> Response:
    """One unit as it was on a day."""
    serving = now_serving(request)
    _expect(UNIT, code, "Skolenhetskod har åtta siffror")
    found = await past_v1.unit(request.app.state.pool, serving, code, _day(day))
    if found is None:
        raise ContractError(404, f"Skolenheten {code} fanns inte den dagen")
    return _answer(request, serving, found)


@router.api_route("/diff/skolenhet/{day}", methods=BOTH)
async def changed(request: Request, day: str) -> Response:
    """The codes of units that were changed from and with a day, ended ones too."""
    serving = now_serving(request)
    rows = serving.lists["unit"].select({}, _day(day).isoformat())
    codes = [orjson.loads(row)["schoolUnitCode"] for row in rows]
    return _answer(request, serving, v1.answer(serving.extract_date, "Skolenhetskoder", codes))


@router.api_route("/kommun", methods=BOTH)
async def municipalities(request: Request) -> Response:
    """Every municipality."""
    serving = now_serving(request)
    places = [{"Kommunkod": code, "Namn": name} for code, name in sorted(serving.places.items())]
    return _answer(request, serving, v1.answer(serving.extract_date, "Kommuner", places))


@router.api_route("/kommun/{code}", methods=BOTH)
async def of_municipality(request: Request, code: str) -> Response:
    """The units that lie in a municipality."""
    serving = now_serving(request)
    _expect(PLACE, code, "Kommunkod har fyra siffror")
    if code not in serving.places:
        raise ContractError(404, f"Kommunen {code} finns inte")
    return _rows(request, UNITS, serving.lists["v1"].select({"kommun": [code]}, None))


@router.api_route("/skolform", methods=BOTH)
async def school_types(request: Request) -> Response:
    """Every school type."""
    serving = now_serving(request)
    return _answer(request, serving, v1.answer(serving.extract_date, "Skolformer", v1.school_types()))


@router.api_route("/skolform/{number}", methods=BOTH)
async def of_school_type(request: Request, number: str) -> Response:
    """The units that have a school type."""
    _expect(SCHOOL_TYPE, number, "SkolformID är ett heltal")
    if int(number) not in v1.SCHOOL_TYPES:
        raise ContractError(404, f"Skolformen {int(number)} finns inte")
    return _rows(request, UNITS, now_serving(request).lists["v1"].select({"skolform": [str(int(number))]}, None))


@router.api_route("/huvudman", methods=BOTH)
async def organizers(request: Request) -> Response:
    """Every organizer. The key is singular, its value an array."""
    serving = now_serving(request)
    path = serving.urls / "v1" / "huvudman.json"
    return _answer(request, serving, path.read_bytes())


@router.api_route("/huvudman/{number}", methods=BOTH)
async def of_organizer(request: Request, number: str) -> Response:
    """An organizer's units."""
    serving = now_serving(request)
    _expect(NUMBER, number, "PeOrgNr har tio siffror")
    if not (serving.urls / "v2" / "organizers" / f"{number}.json").is_file():
        raise ContractError(404, f"Huvudmannen {number} finns inte")
    return _rows(request, UNITS, serving.lists["v1"].select({"huvudman": [number]}, None))


@router.api_route("/openapi.json", methods=BOTH)
async def document(request: Request) -> Response:
    """The contract itself, as far as it is known."""
    return contract_file(request, "openapi-v1.json")


def _expect(form: re.Pattern[str], text: str, says: str) -> None:
    if not form.fullmatch(text) or not text.isascii():
        raise ContractError(400, says)


def _day(text: str) -> date:
    found = COMPACT.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else _wrong_day()
    except ValueError:
        return _wrong_day()


def _wrong_day() -> date:
    raise ContractError(400, "Datum skrivs ååååmmdd")


def _rows(request: Request, name: str, rows: Sequence[bytes]) -> Response:
    serving = now_serving(request)
    fragments: list[Any] = [orjson.Fragment(row) for row in rows]
    return _answer(request, serving, v1.answer(serving.extract_date, name, fragments))


def _answer(request: Request, serving: Serving, body: bytes) -> Response:
    """JSON, or the same as XML: each with validators of its own."""
    if kind := wanted(request.headers.get("accept", "")):
        response = answer(request, serving, f"{request.url.path} {kind}", as_xml(orjson.loads(body)), kind)
    else:
        response = answer(request, serving, request.url.path, body)
    response.headers["Vary"] = "Accept"
    return response
