"""Municipalities and counties as the open API v3 tells of them."""

from collections.abc import Sequence

from services.contracts.vocabulary import Status
from services.kernel.database import Pool
from services.publication.domain import v3
from services.publication.domain.extract import COUNTIES
from services.publication.domain.listing import facet
from services.publication.domain.v3 import Said
from services.publication.queries.entities import Telling
from services.publication.store import statistics

IN_OPERATION = [facet("status", Status.AKTIV)]


async def municipalities(pool: Pool, by: Telling, in_counties: Sequence[str]) -> list[Said]:
    """The municipalities of some counties, or all, by code. One that has units and no name is there too."""
    units = await statistics.by_municipality(pool, by.view, IN_OPERATION)
    codes = [code for code in sorted({*by.places, *units}) if not in_counties or code[:2] in in_counties]
    return [v3.municipality(code, by.places.get(code), units.get(code, 0), by.base) for code in codes]


async def counties(pool: Pool, by: Telling) -> list[Said]:
    """All counties, by code."""
    found = await municipalities(pool, by, [])
    within = {code: [one for one in found if one["municipalityCode"][:2] == code] for code in COUNTIES}
    return [v3.county(code, len(has), sum(one["schoolUnits"] for one in has), by.base) for code, has in within.items()]
