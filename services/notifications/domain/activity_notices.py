"""What a notice about an other activity says."""

from services.contracts.activities import ActivityEdited, ActivityRegistered
from services.contracts.vocabulary import Status
from services.notifications.domain import swedish, texts
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene

TYPES = {
    "FRISTAENDE_FRITIDSHEM": "Fristående fritidshem", "OPPEN_FRITIDSVERKSAMHET": "Öppen fritidsverksamhet",
    "ANNAN": "Annan verksamhet",
}  # fmt: skip


def activity(scene: Scene, fact: ActivityRegistered | ActivityEdited) -> Notice:
    """To all who may act for the organizer."""
    name = swedish.one_line(fact.display_name)
    return Notice(
        heading=_heading(name, fact),
        lead="Verksamheten står under Övriga verksamheter i registret.",
        facts=scene.facts(("Verksamhet", f"{name} ({TYPES[fact.activity_type].lower()})"), *_changes(fact)),
        link=("Se verksamheten", f"/huvudman/{scene.number}/verksamheter/{fact.activity_id}"),
        why=f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}",
    )


def _heading(name: str, fact: ActivityRegistered | ActivityEdited) -> str:
    if isinstance(fact, ActivityRegistered):
        return f"En verksamhet har lagts till: {name}"
    ended = fact.status is Status.UPPHORT
    return f"En verksamhet har upphört: {name}" if ended else f"En verksamhet har ändrats: {name}"


def _changes(fact: ActivityRegistered | ActivityEdited) -> list[tuple[str, str]]:
    told = [texts.change(change.model_dump(mode="json")) for change in fact.changed]
    return [(change["field"], f"{change['after']} (förut: {change['before']})") for change in told]
