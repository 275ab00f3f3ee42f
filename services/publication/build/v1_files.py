"""The open API v1 as plain files: an answer a unit that is listed, and the whole list."""

import orjson

from services.publication.build.around import Around
from services.publication.build.files import Folder
from services.publication.build.v2_files import URLS
from services.publication.domain import v1
from services.publication.domain.history import Seen
from services.publication.domain.lists import line
from services.publication.domain.wire import as_json

INDEX, PLACES = "index-v1.jsonl", "places.json"


class V1Files:
    """Writes each unit's answer as it comes, and the list when they are through. Ended units are not in it."""

    def __init__(self, folder: Folder, around: Around, programmes: v1.Programmes) -> None:
        self.folder, self.around, self.programmes = folder, around, programmes
        self.rows: list[bytes] = []
        self.index = bytearray()

    def unit(self, unit: Seen) -> None:
        """A unit's answer, row and index line."""
        body, here = unit.body, self.around
        if body["status"] == v1.ENDED:
            return
        info = v1.unit_info(unit, here.organizers.get(body["organizationNumber"]), here.places, self.programmes)
        answer = v1.answer(here.view.extract_date, "SkolenhetInfo", info)
        self.folder.write(f"{URLS}/v1/skolenhet/{unit.id}.json", answer)
        row, municipality = as_json(v1.row(unit)), body.get("municipalityCode")
        facets = [[municipality] if municipality else [], [str(n) for n in v1.school_type_numbers(body)],
                  [body["organizationNumber"]]]  # fmt: skip
        self.rows.append(row)
        self.index += line("v1", facets, unit.modified, row)

    def finish(self) -> None:
        """The whole list, and the index."""
        rows = [orjson.Fragment(row) for row in self.rows]
        answer = v1.answer(self.around.view.extract_date, "Skolenheter", rows)
        self.folder.write_packed(f"{URLS}/v1/skolenhet.json", answer)
        owners = [v1.organizer_row(organizer) for organizer in self.around.organizers.values()]
        told = v1.answer(self.around.view.extract_date, "Huvudman", owners, v1.OF_ORGANIZERS)
        self.folder.write_packed(f"{URLS}/v1/huvudman.json", told)
        self.folder.write(INDEX, bytes(self.index))
        self.folder.write(PLACES, as_json(dict(self.around.places)))
