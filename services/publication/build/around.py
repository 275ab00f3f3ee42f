"""What a view has beside the units that stream by: few enough to be held, and what is gathered of the units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.publication.build.blocks import About
from services.publication.domain.history import Seen, View
from services.publication.domain.v2_contracts import contract_id
from services.publication.domain.wire import ContractId

ADULT = "VUX"


@dataclass(frozen=True, slots=True)
class Around:
    """A view's organizers, providers and contracts by id; `base`: the public address that links carry."""

    view: View
    base: str
    organizers: Mapping[str, Seen]
    providers: Mapping[str, Seen]
    contracts: Mapping[str, Seen]
    of_organizer: Mapping[str, list[ContractId]]
    of_provider: Mapping[str, list[ContractId]]
    places: Mapping[str, str]
    """Municipalities' names by code, which only the municipal organizers carry (openapi-v2.md, General)."""


@dataclass(slots=True)
class Gathered:
    """What organizers and contracts tell of units: codes and school types by organizer."""

    units: int = 0
    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    adult: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, unit: About) -> None:
        """Keep of a unit what others tell of it."""
        self.units += 1
        self.codes[unit.owner].append(unit.id)
        self.types[unit.owner].update(unit.types)
        if ADULT in unit.types and unit.status != "UPPHORT":
            self.adult[unit.owner].append(unit.id)


def around(
    view: View,
    base: str,
    organizers: Mapping[str, Seen],
    providers: Mapping[str, Seen],
    contracts: Mapping[str, Seen],
) -> Around:
    """Put together what is held of a view."""
    ids = [contract_id(contract) for contract in contracts.values()]
    return Around(
        view, base, organizers, providers, contracts, _by(ids, 0), _by(ids, 1), _place_names(organizers.values())
    )


def _by(ids: Iterable[ContractId], side: int) -> dict[str, list[ContractId]]:
    found: dict[str, list[ContractId]] = defaultdict(list)
    for one in sorted(ids):
        found[one[side]].append(one)
    return found


def _place_names(organizers: Iterable[Seen]) -> dict[str, str]:
    return {
        place["municipalityCode"]: place["displayName"]
        for seen in organizers
        for place in seen.body.get("municipalities", ())
    }
