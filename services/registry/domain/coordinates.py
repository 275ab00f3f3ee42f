"""Places in SWEREF 99 TM (EPSG:3006) and WGS 84 (EPSG:4326), as text on the wire (openapi-v2.md)."""

import re
from functools import cache

from pyproj import Transformer

from services.contracts.registry import GeoCoordinates

LATITUDES, LONGITUDES = (55.0, 69.5), (10.5, 24.5)
NORTHINGS, EASTINGS = (6_090_000.0, 7_700_000.0), (230_000.0, 950_000.0)
NEAR_METRES = 50.0
NUMBER = re.compile(r"-?[0-9]{1,8}(\.[0-9]{1,20})?", re.ASCII)


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def number(text: str | None) -> float | None:
    """The number a text stands for, or None. Python itself takes more: `5_5`, `1e3`, `nan`, other scripts' digits."""
    return float(text) if text and NUMBER.fullmatch(text) else None


def completed(place: GeoCoordinates) -> GeoCoordinates:
    """Where one system is given, the other is computed from it; what is given stays to the letter."""
    lat, lon = number(place.latitude), number(place.longitude)
    north, east = number(place.coordinate_swe_ref_n), number(place.coordinate_swe_ref_e)
    no_sweref = place.coordinate_swe_ref_n is None and place.coordinate_swe_ref_e is None
    no_wgs = place.latitude is None and place.longitude is None
    if lat is not None and lon is not None and no_sweref and is_in_sweden(lat, lon):
        east, north = _transformer(4326, 3006).transform(lon, lat)
        return place.model_copy(update={"coordinate_swe_ref_n": f"{north:.3f}", "coordinate_swe_ref_e": f"{east:.3f}"})
    if north is not None and east is not None and no_wgs and is_on_the_grid(north, east):
        lon, lat = _transformer(3006, 4326).transform(east, north)
        return place.model_copy(update={"latitude": f"{lat:.7f}", "longitude": f"{lon:.7f}"})
    return place


def is_in_sweden(latitude: float, longitude: float) -> bool:
    """Whether WGS 84 degrees lie in or near Sweden."""
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]


def is_on_the_grid(north: float, east: float) -> bool:
    """Whether SWEREF 99 TM metres lie in or near Sweden."""
    return NORTHINGS[0] <= north <= NORTHINGS[1] and EASTINGS[0] <= east <= EASTINGS[1]


def agree(place: GeoCoordinates) -> bool:
    """Whether both systems name the same place, within 50 m; true where one is missing."""
    lat, lon = number(place.latitude), number(place.longitude)
    north, east = number(place.coordinate_swe_ref_n), number(place.coordinate_swe_ref_e)
    if lat is None or lon is None or north is None or east is None:
        return True
    there_east, there_north = _transformer(4326, 3006).transform(lon, lat)
    return bool(abs(there_east - east) <= NEAR_METRES and abs(there_north - north) <= NEAR_METRES)
