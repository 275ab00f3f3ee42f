"""The open API v1 as plain files: an answer a unit that is listed, and the whole lists."""

from collections.abc import Sequence

from services.publication.build.around import Around
from services.publication.build.blocks import Block, Pieces
from services.publication.build.files import Folder
from services.publication.build.kept import Keeping
from services.publication.build.streams import Listed, Plain, UnitFiles, packed_both_ways
from services.publication.build.v2_files import URLS
from services.publication.domain import v1
from services.publication.domain.history import Seen
from services.publication.domain.lists import line
from services.publication.domain.wire import as_json

INDEX, PLACES = "index-v1.jsonl", "places.json"


class V1Units:
    """Units of v1: each one's answer, row and line of the index. Ended units are not in it."""

    def __init__(self, folder: Folder, around: Around, programmes: v1.Programmes, keeping: Keeping) -> None:
        self.folder, self.around, self.programmes, self.keeping = folder, around, programmes, keeping
        head, _ = v1.ends(around.view.extract_date, "SkolenhetInfo")
        self.answers = UnitFiles(folder, f"{URLS}/v1/skolenhet", head)
        self.rows = self._list("skolenhet", "Skolenheter")
        self.index = Plain(folder, INDEX)

    def make(self, units: Sequence[Seen]) -> Pieces:
        """What a block's units are, whatever the day."""
        found = [self._made(unit) for unit in units]
        names = ("v1", "v1 row", "v1 index")
        return dict(zip(names, zip(*found, strict=True), strict=True))

    def take(self, blocks: Sequence[Block]) -> None:
        """Write some blocks."""
        for block in blocks:
            self.answers.write((unit.id for unit in block.units), block.each("v1"))
        self.rows.write(b"".join(block.whole("v1 row") for block in blocks))
        self.index.write(b"".join(block.whole("v1 index") for block in blocks))

    def finish(self) -> None:
        """The lists, and the municipalities."""
        for out in (self.answers, self.rows, self.index):
            out.close()
        organizers = self._list("huvudman", "Huvudman", v1.OF_ORGANIZERS)
        owners = self.around.organizers.values()
        organizers.write(b"".join(b"," + as_json(v1.organizer_row(organizer)) for organizer in owners))
        organizers.close()
        self.folder.write(PLACES, as_json(dict(self.around.places)))

    def _made(self, unit: Seen) -> tuple[bytes, bytes, bytes]:
        body, here = unit.body, self.around
        if body["status"] == v1.ENDED:
            return b"", b"", b""
        info = v1.unit_info(unit, here.organizers.get(body["organizationNumber"]), here.places, self.programmes)
        row, municipality = as_json(v1.row(unit)), body.get("municipalityCode")
        facets = [[municipality] if municipality else [], [str(n) for n in v1.school_type_numbers(body)],
                  [body["organizationNumber"]]]  # fmt: skip
        return as_json(info) + b"}", b"," + row, line("v1", facets, unit.modified, row)

    def _list(self, name: str, key: str, note: str | None = None) -> Listed:
        head, tail = v1.ends(self.around.view.extract_date, key, note)
        outs = packed_both_ways(self.folder, f"{URLS}/v1/{name}.json", self.keeping)
        return Listed(outs, head + b"[", b"]" + tail)
