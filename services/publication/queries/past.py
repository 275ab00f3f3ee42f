"""An entity as it was on a past day, in the current view: today's edits never leak through `search_date`."""

from datetime import date

from services.kernel.database import Pool
from services.publication.build.serving import Serving
from services.publication.domain import v2
from services.publication.store import history


async def unit(pool: Pool, serving: Serving, code: str, day: date, base: str) -> bytes | None:
    """A unit's answer as of a day, or None."""
    seen = await history.as_of(pool, "unit", code, serving.day, day)
    if seen is None:
        return None
    owner = await history.as_of(pool, "organizer", seen.body["organizationNumber"], serving.day, day)
    return v2.unit_detail(seen, owner, serving.extract_date, base)


async def organizer(pool: Pool, serving: Serving, number: str, day: date, base: str) -> bytes | None:
    """An organizer's answer as of a day, with the units it had then, or None."""
    seen = await history.as_of(pool, "organizer", number, serving.day, day)
    if seen is None:
        return None
    units = await history.units_as_of(pool, number, serving.day, day)
    types = {school_type for _, found in units for school_type in found}
    return v2.organizer_detail(seen, [code for code, _ in units], types, serving.extract_date, base)
