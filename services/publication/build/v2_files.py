"""The open API v2 as plain files: an answer an entity, the whole lists, and the filters' index."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from services.publication.build.around import Around, Gathered
from services.publication.build.files import Folder
from services.publication.domain import v2, v2_contracts
from services.publication.domain.history import Kind, Seen
from services.publication.domain.lists import line
from services.publication.domain.wire import PATH

URLS = "skolenhetsregistret"
INDEX = "index.jsonl"
LISTS: Mapping[Kind, tuple[str, str]] = {
    "unit": ("school-units", "schoolunit"), "organizer": ("organizers", "organizer"),
    "provider": ("education-providers", "educationProvider"), "contract": ("contracts", "contract"),
}  # fmt: skip
"""Each list's address and what its answer calls the rows."""


class V2Files:
    """Writes each unit's answer as it comes, and all else when they are through."""

    def __init__(self, folder: Folder, around: Around, publisher: str) -> None:
        self.folder, self.around, self.publisher = folder, around, publisher
        self.rows: dict[Kind, bytearray] = defaultdict(bytearray)
        self.index = bytearray()

    def unit(self, unit: Seen) -> None:
        """A unit's answer, row and index line."""
        body, here = unit.body, self.around
        owner = here.organizers.get(body["organizationNumber"])
        self._write("school-units", unit.id, v2.unit_detail(unit, owner, here.view.extract_date, here.base))
        municipality = body.get("municipalityCode")
        facets = [[body["organizationNumber"]], body.get("schoolTypes", []), [body["status"]],
                  [municipality] if municipality else [], [body["schoolUnitType"]]]  # fmt: skip
        self._add("unit", v2.unit_row(unit), facets, unit.modified)

    def finish(self, gathered: Gathered) -> None:
        """Organizers, providers, contracts, the lists, api-info and the index."""
        for organizer in self.around.organizers.values():
            self._organizer(organizer, gathered)
        for provider in self.around.providers.values():
            self._provider(provider)
        for contract in self.around.contracts.values():
            self._contract(contract, gathered)
        for kind, (name, word) in LISTS.items():
            answer = v2.list_answer(word, [self.rows[kind]] if self.rows[kind] else [], self.around.view.extract_date)
            self.folder.write_packed(f"{URLS}/v2/{name}.json", answer)
        about = v2.api_info(self.publisher, f"{self.around.base}{PATH}/openapi.json")
        self.folder.write(f"{URLS}/v2/api-info.json", about)
        self.folder.write(INDEX, bytes(self.index))

    def _organizer(self, organizer: Seen, gathered: Gathered) -> None:
        here, number = self.around, organizer.id
        answer = v2.organizer_detail(
            organizer, gathered.codes.get(number, []), gathered.types.get(number, set()),
            here.of_organizer.get(number, []), here.view.extract_date, here.base,
        )  # fmt: skip
        self._write("organizers", number, answer)
        self._add("organizer", v2.organizer_row(organizer), [[organizer.body["organizerType"]]], organizer.modified)

    def _provider(self, provider: Seen) -> None:
        here = self.around
        contracts = here.of_provider.get(provider.id, [])
        answer = v2_contracts.provider_detail(provider, contracts, here.view.extract_date, here.base)
        self._write("education-providers", provider.id, answer)
        rights = "true" if provider.body["gradingRights"] else "false"
        self._add("provider", v2_contracts.provider_row(provider), [[rights]], provider.modified)

    def _contract(self, contract: Seen, gathered: Gathered) -> None:
        here, (number, code) = self.around, v2_contracts.contract_id(contract)
        owner, other = here.organizers.get(number), here.providers.get(code)
        answer = v2_contracts.contract_detail(
            contract, owner, other, gathered.adult.get(number, []), here.view.extract_date, here.base
        )
        self._write("contracts", contract.id, answer)
        facets = [[number], [other.body["organizationNumber"]] if other else []]
        self._add("contract", v2_contracts.contract_row(contract, owner, other), facets, contract.modified)

    def _write(self, kind: str, name: str, answer: bytes) -> None:
        self.folder.write(f"{URLS}/v2/{kind}/{name}.json", answer)

    def _add(self, kind: Kind, row: bytes, facets: Sequence[Sequence[str]], modified: date) -> None:
        self.rows[kind] += b"," + row if self.rows[kind] else row
        self.index += line(kind, facets, modified, row)
