"""A unit's answer of the open API v1 as of a past day, in the current view."""

from datetime import date

from services.kernel.database import Pool
from services.publication.build.serving import Serving
from services.publication.domain import v1
from services.publication.store import history


async def unit(pool: Pool, serving: Serving, code: str, day: date) -> bytes | None:
    """A unit's answer as of a day, or None. Programmes are those of the view: a column each, as today."""
    seen = await history.as_of(pool, "unit", code, serving.day, day)
    if seen is None:
        return None
    owner = await history.as_of(pool, "organizer", seen.body["organizationNumber"], serving.day, day)
    programmes = await history.programmes(pool, serving.day)
    return v1.answer(serving.extract_date, "SkolenhetInfo", v1.unit_info(seen, owner, serving.places, programmes))
