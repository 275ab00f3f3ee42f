"""An entity as it was on a past day, in the current view: today's edits never leak through `search_date`."""

from datetime import date

from services.kernel.database import Pool
from services.publication.build.around import ADULT
from services.publication.build.serving import Serving
from services.publication.domain import v2, v2_contracts
from services.publication.store import history


async def unit(pool: Pool, serving: Serving, code: str, day: date, base: str) -> bytes | None:
    """A unit's answer as of a day, or None."""
    seen = await history.as_of(pool, "unit", code, serving.day, day)
    if seen is None:
        return None
    owner = await history.as_of(pool, "organizer", seen.body["organizationNumber"], serving.day, day)
    return v2.unit_detail(seen, owner, serving.extract_date, base)


async def organizer(pool: Pool, serving: Serving, number: str, day: date, base: str) -> bytes | None:
    """An organizer's answer as of a day, with the units and contracts it had then, or None."""
    seen = await history.as_of(pool, "organizer", number, serving.day, day)
    if seen is None:
        return None
    units = await history.units_as_of(pool, number, serving.day, day)
    types = {school_type for _, found, _ in units for school_type in found}
    contracts = await history.contracts_as_of(pool, serving.day, day, organizer=number)
    return v2.organizer_detail(seen, [code for code, _, _ in units], types, contracts, serving.extract_date, base)


async def provider(pool: Pool, serving: Serving, code: str, day: date, base: str) -> bytes | None:
    """A provider's answer as of a day, with the contracts it had then, or None."""
    seen = await history.as_of(pool, "provider", code, serving.day, day)
    if seen is None:
        return None
    contracts = await history.contracts_as_of(pool, serving.day, day, provider=code)
    return v2_contracts.provider_detail(seen, contracts, serving.extract_date, base)


async def contract(pool: Pool, serving: Serving, number: str, code: str, day: date, base: str) -> bytes | None:
    """A contract's answer as of a day, with both parties as they were then, or None."""
    seen = await history.as_of(pool, "contract", f"{number}/{code}", serving.day, day)
    if seen is None:
        return None
    owner = await history.as_of(pool, "organizer", number, serving.day, day)
    other = await history.as_of(pool, "provider", code, serving.day, day)
    units = await history.units_as_of(pool, number, serving.day, day)
    adult = [unit_code for unit_code, types, status in units if ADULT in types and status != "UPPHORT"]
    return v2_contracts.contract_detail(seen, owner, other, adult, serving.extract_date, base)
