"""The open API v2 as plain files: an answer an entity, the whole lists, and the filters' index."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.publication.build.around import Around, Gathered
from services.publication.build.blocks import Block, Pieces
from services.publication.build.files import Folder
from services.publication.build.kept import Keeping
from services.publication.build.streams import Listed, Plain, UnitFiles, packed_both_ways
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


class V2Units:
    """Units of v2: each one's answer, row and line of the index."""

    def __init__(self, folder: Folder, around: Around, keeping: Keeping) -> None:
        self.around = around
        self.answers = UnitFiles(folder, f"{URLS}/v2/school-units", v2.head(around.view.extract_date))
        self.rows = list_file("unit", folder, around, keeping)
        self.index = Plain(folder, INDEX)

    def make(self, units: Sequence[Seen]) -> Pieces:
        """What a block's units are, whatever the day."""
        owners, base = self.around.organizers, self.around.base
        skipped = len(v2.head(""))
        rows = [v2.unit_row(unit) for unit in units]
        return {
            "v2": [v2.unit_detail(u, owners.get(u.body["organizationNumber"]), "", base)[skipped:] for u in units],
            "v2 row": [b"," + row for row in rows],
            "v2 index": [line("unit", _facets(u), u.modified, row) for u, row in zip(units, rows, strict=True)],
        }

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        for block in blocks:
            self.answers.write((unit.id for unit in block.units), block.each("v2"))
        self.rows.write(b"".join(block.whole("v2 row") for block in blocks))
        self.index.write(b"".join(block.whole("v2 index") for block in blocks))

    def finish(self) -> None:
        """No more comes. The index stays open: other lists follow."""
        self.answers.close()
        self.rows.close()


class V2Others:
    """Organizers, providers and contracts of v2, and api-info: few, and made anew each day."""

    def __init__(self, folder: Folder, around: Around, gathered: Gathered, index: Plain) -> None:
        self.folder, self.around, self.gathered, self.index = folder, around, gathered, index
        self.rows: dict[Kind, list[bytes]] = {"organizer": [], "provider": [], "contract": []}

    def write(self, publisher: str, keeping: Keeping) -> None:
        """All of them, and their lists."""
        for organizer in self.around.organizers.values():
            self._organizer(organizer)
        for provider in self.around.providers.values():
            self._provider(provider)
        for contract in self.around.contracts.values():
            self._contract(contract)
        for kind, rows in self.rows.items():
            file = list_file(kind, self.folder, self.around, keeping)
            file.write(b"".join(b"," + row for row in rows))
            file.close()
        about = v2.api_info(publisher, f"{self.around.base}{PATH}/openapi.json")
        self.folder.write(f"{URLS}/v2/api-info.json", about)
        self.index.close()

    def _organizer(self, organizer: Seen) -> None:
        here, gathered, number = self.around, self.gathered, organizer.id
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

    def _contract(self, contract: Seen) -> None:
        here, (number, code) = self.around, v2_contracts.contract_id(contract)
        owner, other = here.organizers.get(number), here.providers.get(code)
        answer = v2_contracts.contract_detail(
            contract, owner, other, self.gathered.adult.get(number, []), here.view.extract_date, here.base
        )
        self._write("contracts", contract.id, answer)
        facets = [[number], [other.body["organizationNumber"]] if other else []]
        self._add("contract", v2_contracts.contract_row(contract, owner, other), facets, contract.modified)

    def _write(self, kind: str, name: str, answer: bytes) -> None:
        self.folder.write(f"{URLS}/v2/{kind}/{name}.json", answer)

    def _add(self, kind: Kind, row: bytes, facets: Sequence[Sequence[str]], modified: date) -> None:
        self.rows[kind].append(row)
        self.index.write(line(kind, facets, modified, row))


def list_file(kind: Kind, folder: Folder, around: Around, keeping: Keeping) -> Listed:
    """A whole list's file."""
    name, word = LISTS[kind]
    head, tail = v2.list_ends(word, around.view.extract_date)
    return Listed(packed_both_ways(folder, f"{URLS}/v2/{name}.json", keeping), head, tail)


def _facets(unit: Seen) -> list[list[str]]:
    body = unit.body
    municipality = body.get("municipalityCode")
    return [[body["organizationNumber"]], body.get("schoolTypes", []), [body["status"]],
            [municipality] if municipality else [], [body["schoolUnitType"]]]  # fmt: skip
