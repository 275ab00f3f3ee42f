"""What is told of planned changes."""

from collections.abc import Iterable

from services.contracts.planning import PlannedChangeSaid
from services.contracts.registry import FieldChange, PublicUnit
from services.contracts.vocabulary import Status
from services.notifications.domain import swedish, texts
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene


def new_unit(scene: Scene, unit: PublicUnit) -> Notice:
    """To the others of the organizer: somebody planned a unit."""
    name = swedish.one_line(unit.display_name)
    starts = (("Startar", swedish.day(unit.start_date)),) if unit.start_date else ()
    return Notice(
        heading=f"En ny skolenhet är planerad: {name}",
        lead="Skolenheten blir aktiv av sig själv på sitt startdatum.",
        facts=scene.facts(("Skolenhet", f"{name} ({unit.school_unit_code})"), *starts),
        link=("Se skolenheten", f"/enheter/{unit.school_unit_code}"),
        why=_why(scene),
    )


def planned(scene: Scene, change: PlannedChangeSaid) -> Notice:
    """To the others of the organizer: somebody planned a change."""
    return _notice(
        scene, change, f"{_name(change)} är planerad att upphöra den {swedish.day(change.day)}" if _closes(change)
        else f"En ändring är planerad för {_name(change)}",
        "Ändringen genomförs av sig själv när dagen börjar. Fram till dess går den att ändra och avbryta.",
    )  # fmt: skip


def edited(scene: Scene, change: PlannedChangeSaid) -> Notice:
    """To the others of the organizer: it has another day or other values, or is planned again."""
    return _notice(
        scene, change, f"En planerad ändring av {_name(change)} är ändrad",
        "Så här är det planerat nu. Ändringen genomförs av sig själv när dagen börjar.",
    )  # fmt: skip


def cancelled(scene: Scene, change: PlannedChangeSaid, *, unit_closed: bool) -> Notice:
    """To the others of the organizer: it will not happen."""
    return _notice(
        scene, change, f"En planerad ändring av {_name(change)} är avbruten",
        "Skolenheten har upphört. Därför genomförs ändringen inte." if unit_closed else "Ändringen genomförs inte.",
        from_day="Skulle ha gällt från och med",
    )  # fmt: skip


def conflicted(scene: Scene, change: PlannedChangeSaid, fields: Iterable[str]) -> Notice:
    """To who planned it and to who edited: the same field has another value now."""
    names = ", ".join(texts.field(name) for name in fields)
    return _notice(
        scene, change, f"En ändring av {_name(change)} krockar med en som är planerad",
        f"Uppgifter som är planerade att ändras har fått andra värden: {names}. "
        "Gör ni inget gäller det som är planerat från och med dagen.",
        why=f"Du får mejlet för att du har planerat eller gjort en av ändringarna. {NO_ANSWER}",
    )  # fmt: skip


def hindered(scene: Scene, change: PlannedChangeSaid) -> Notice:
    """To all of the organizer: its day came, and rules were in its way."""
    return _notice(
        scene, change, f"En planerad ändring av {_name(change)} kunde inte genomföras",
        "När dagen kom skulle uppgifterna ha brutit mot registrets regler. Inget är ändrat. "
        "Ändra det som är planerat och välj en ny dag, eller avbryt det.",
        by_whom=False,
    )  # fmt: skip


def _notice(
    scene: Scene,
    change: PlannedChangeSaid,
    heading: str,
    lead: str,
    *,
    why: str = "",
    by_whom: bool = True,
    from_day: str = "Gäller från och med",
) -> Notice:
    own = (
        ("Skolenhet", f"{_name(change)} ({change.school_unit_code})"),
        (from_day, swedish.day(change.day)),
        *(_changed(each) for each in change.changed),
    )
    return Notice(
        heading=heading,
        lead=lead,
        facts=scene.facts(*own, by_whom=by_whom),
        link=("Se den planerade ändringen", f"/planerat/{change.planned_change_id}"),
        why=why or _why(scene),
    )


def _closes(change: PlannedChangeSaid) -> bool:
    return any(one.field == "status" and one.after == Status.UPPHORT for one in change.changed)


def _why(scene: Scene) -> str:
    return f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}"


def _changed(change: FieldChange) -> tuple[str, str]:
    shown = "Ändras. Uppgiften är skyddad." if change.protected else texts.value(change.after)
    return texts.field(change.field), swedish.one_line(shown)


def _name(change: PlannedChangeSaid) -> str:
    return swedish.one_line(change.display_name)
