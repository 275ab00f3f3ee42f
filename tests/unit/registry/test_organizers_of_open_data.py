"""Every municipality of the open data has its own code, however its name is written there."""

import csv
from collections import Counter
from pathlib import Path

from services.registry.domain.importing import organizer_from

DATA = Path(__file__).parents[3] / "deploy" / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_municipality_is_the_seat_of_one_organizer() -> None:
    places = {row["municipality_name"].casefold(): (row["municipality_code"], row["municipality_name_short"])
              for row in rows("municipalities.csv")}  # fmt: skip

    found = {one.display_name: one.municipalities for one in (organizer_from(row, places)
             for row in rows("organizers.csv"))}  # fmt: skip

    codes = Counter(place.municipality_code for municipalities in found.values() for place in municipalities)
    assert codes == dict.fromkeys((code for code, _ in places.values()), 1)
    assert [found[name][0].display_name for name in ("Region Gotland", "Falu kommun", "Kalix kommun")] == [
        "Gotland", "Falun", "Kalix",
    ]  # fmt: skip
    assert found["Göteborgsregionens Kommunalförbund"] == ()
