"""What is told of the yearly approval: that it is time, that time is short, and that somebody has approved."""

from collections import Counter
from collections.abc import Iterable

from services.contracts.approvals import ApprovalDue, ApprovalGiven
from services.notifications.domain import swedish
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene

KINDS = {
    "organizer": ("huvudmannens uppgifter", "huvudmannens uppgifter"), "school-unit": ("skolenhet", "skolenheter"),
    "activity": ("övrig verksamhet", "övriga verksamheter"), "contract": ("entreprenad", "entreprenader"),
}  # fmt: skip
ROLES = {
    "contact-person": "en kontaktperson", "data-reporter": "en uppgiftslämnare", "machine": "ett program med nyckel",
    "register-administration": swedish.ADMINISTRATION,
}  # fmt: skip
PROMPT = "prompt"


def due(scene: Scene, event: ApprovalDue) -> Notice:
    """To all who may act for an organizer that has not approved everything."""
    year, last_day = event.school_year, swedish.day(event.due_on)
    return Notice(
        heading=_heading(event, last_day),
        lead=f"Gå igenom uppgifterna om {scene.organizer}, rätta det som är fel och godkänn dem senast den {last_day}."
        if event.days_left >= 0
        else f"Uppgifterna om {scene.organizer} skulle ha godkänts den {last_day}. Gå igenom dem och godkänn dem nu.",
        facts=(
            ("Huvudman", scene.organizer), ("Läsår", year), ("Godkänn senast", last_day),
            ("Kvar att godkänna", _posts(event.missing)), ("Kan godkännas av", _any_of(event.roles)),
        ),
        link=(f"Godkänn för läsåret {year}", f"/huvudman/{scene.number}/godkann"),
        after=(
            "På sidan ser du vad som har ändrats sedan förra godkännandet. Ni kan godkänna allt eller en del i taget.",
        ),
        why=_why(scene),
    )  # fmt: skip


def given(scene: Scene, event: ApprovalGiven) -> Notice:
    """To the others who may act for the organizer."""
    what = _kinds(item.kind for item in event.items)
    return Notice(
        heading=f"Uppgifterna för läsåret {event.school_year} är godkända"
        if event.complete
        else f"En del av uppgifterna för läsåret {event.school_year} är godkända",
        lead=f"Allt som {scene.organizer} har i registret är nu godkänt."
        if event.complete
        else f"Det finns mer att godkänna för {scene.organizer}.",
        facts=scene.facts(("Läsår", event.school_year), ("Godkänt nu", what)),
        link=("Se godkännandet", f"/huvudman/{scene.number}/godkann"),
        after=("Ni kan fortsätta att ändra. Godkännandet finns kvar, och det syns vad som har ändrats efteråt.",),
        why=_why(scene),
    )


def _heading(event: ApprovalDue, last_day: str) -> str:
    if event.step == PROMPT:
        return f"Dags att godkänna uppgifterna för läsåret {event.school_year}"
    if event.days_left < 0:
        return f"Påminnelse: uppgifterna för läsåret {event.school_year} är inte godkända"
    return f"Påminnelse: godkänn uppgifterna för läsåret {event.school_year} senast den {last_day}"


def _why(scene: Scene) -> str:
    return f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}"


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} poster"


def _any_of(roles: Iterable[str]) -> str:
    words = [ROLES.get(role, role) for role in roles]
    return " eller ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _kinds(kinds: Iterable[str]) -> str:
    """What and how many: "huvudmannens uppgifter, 2 skolenheter"."""
    told = []
    for kind, count in Counter(kinds).items():
        one, many = KINDS.get(kind, (kind, kind))
        told.append(one if kind == "organizer" else f"{count} {one if count == 1 else many}")
    return ", ".join(told)
