"""Municipalities by name, wherever a page tells of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.eservice.pages.doors import Visit

FIELD = "municipalityCode"


async def municipality_names(visit: Visit) -> dict[str, str]:
    """Municipalities' names by their codes."""
    found = await visit.services.registry.municipalities()
    return {place["municipalityCode"]: place["displayName"] for place in found}


def with_places(changed: Sequence[Mapping[str, Any]], places: Mapping[str, str]) -> list[dict[str, Any]]:
    """Changes with a municipality's name before its code."""
    return [dict(one) if one["field"] != FIELD else {**one} | {
        side: f"{places[one[side]]} ({one[side]})" if one[side] in places else one[side] for side in ("before", "after")
    } for one in changed]  # fmt: skip
