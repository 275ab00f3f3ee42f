"""What is told when a file with many school units was applied: one mail of all of it."""

from services.contracts.bulk import BulkApplied
from services.notifications.domain import swedish
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene
from services.notifications.domain.texts import field

MOST_LISTED = 30


def applied(scene: Scene, event: BulkApplied) -> Notice:
    """To the others who may act for the organizer."""
    count = "1 skolenhet" if event.total == 1 else f"{event.total} skolenheter"
    listed = event.units[:MOST_LISTED]
    units = [(f"{swedish.one_line(unit.name)} ({unit.school_unit_code})", _fields(unit.fields)) for unit in listed]
    left = event.total - len(listed)
    rest = (f"Ytterligare {left} skolenheter är ändrade; de står i listan över skolenheter.",) if left else ()
    return Notice(
        heading=f"{swedish.sentence(scene.actor)} har ändrat {count} med en fil",
        lead=f"Alla ändringar för {scene.organizer} infördes på en gång. De gäller i registret och syns i öppna data "
        "nästa dag.",
        facts=scene.facts(*units),
        link=("Se skolenheterna", f"/huvudman/{scene.number}/enheter?sort=modified&order=desc"),
        after=(*rest, "Vad som ändrades, fält för fält, står i varje skolenhets historik."),
        why=f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}",
    )


def _fields(names: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(field(name) for name in names))
