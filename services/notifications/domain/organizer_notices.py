"""What is told when an organizer's own data change: by a colleague, or by the companies register."""

from collections.abc import Sequence
from typing import Any

from services.contracts.registry import FieldChange
from services.notifications.domain import swedish
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene
from services.notifications.domain.texts import EMPTY

WHOSE = {"SCB": "företagsregistrets", "SKOLVERKET": "huvudmannens egen"}
FIELDS = {
    "displayName": "Namn", "url": "Webbadress", "companyForm/code": "Juridisk form, kod",
    "companyForm/displayName": "Juridisk form", "legalEntityStatus": "Status i registret",
    "companyStatus": "Företagets status", "municipalities": "Säteskommun", "regions": "Region",
    "address/careOfAddress": "Adress, c/o", "address/streetAddress": "Adress, gatuadress",
    "address/postalCode": "Adress, postnummer", "address/locality": "Adress, postort",
    **{f"email/{code}": f"E-postadress ({whose})" for code, whose in WHOSE.items()},
    **{f"phoneNumber/{code}": f"Telefonnummer ({whose})" for code, whose in WHOSE.items()},
}  # fmt: skip
VALUES = {
    "INKLUDERAD_SKV": "Ingår i registret", "INKLUDERAD_ANNAN": "Ingår genom en annan myndighet",
    "EJ_LANGRE_INKLUDERAD": "Ingår inte längre", "ALDRIG_AKTIV": "Har aldrig varit verksamt", "AKTIV": "Verksamt",
    "EJ_LANGRE_AKTIV": "Inte längre verksamt",
}  # fmt: skip


def contact_changed(scene: Scene, changed: Sequence[FieldChange]) -> Notice:
    """To the others who act for the organizer: a colleague edited its contact values."""
    name = swedish.sentence(scene.actor)
    return Notice(
        heading=f"{name} har ändrat kontaktuppgifterna för {scene.organizer}",
        lead="Ändringen gäller i registret och syns i öppna data nästa dag.",
        facts=scene.facts(*_told(changed)),
        link=_link(scene),
        after=("Är något fel? Rätta det på samma sida.",),
        why=_why(scene),
    )


def base_data_changed(scene: Scene, changed: Sequence[FieldChange]) -> Notice:
    """To all who act for the organizer: an extract of the companies register was applied."""
    return Notice(
        heading=f"Grunduppgifter för {scene.organizer} har ändrats",
        lead="Uppgifterna kommer från företagsregistret. De gäller i registret och syns i öppna data nästa dag.",
        facts=scene.facts(*_told(changed)),
        link=_link(scene),
        after=("Är något fel? Anmäl det till företagsregistret, så följer rättelsen med i nästa utdrag.",),
        why=_why(scene),
    )


def _told(changed: Sequence[FieldChange]) -> list[tuple[str, str]]:
    return [
        (FIELDS.get(change.field, change.field), f"{_value(change.before)} → {_value(change.after)}")
        for change in changed
    ]


def _value(of: Any) -> str:
    if of in (None, "", []):
        return EMPTY
    return ", ".join(map(_value, of)) if isinstance(of, list) else swedish.one_line(VALUES.get(str(of), str(of)))


def _link(scene: Scene) -> tuple[str, str]:
    return "Se huvudmannens uppgifter", f"/huvudman/{scene.number}/uppgifter"


def _why(scene: Scene) -> str:
    return f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}"
