"""The words for units that go from one organizer to another."""

from collections.abc import Mapping, Sequence
from typing import Any

FIELDS = {
    "code": "Skolenheter", "scope": "Vilka skolenheter", "day": "Dag för bytet",
    "message": "Meddelande till mottagaren",
    "legalEntityStatus": "Huvudmannens status", "state": "Läge", "refusal": "Anledning",
}  # fmt: skip
ERRORS = {
    "transfer-day-to-come": "Välj en dag efter i dag.",
    "receiver-unknown": "Det finns ingen huvudman med det organisationsnumret. Sök på namnet.",
    "receiver-is-giver": "Välj en annan huvudman än den som lämnar.",
    "receiver-ended": "Huvudmannen har upphört, eller ska upphöra. Välj en annan.",
    "transfer-units-needed": "Välj minst en skolenhet.",
    "transfer-unit-not-ours": "{unit} hör inte längre till er.",
    "transfer-unit-changed": "{unit} har ändrats sedan du kontrollerade förslaget. Kontrollera det igen.",
    "transfer-unit-closed": "{unit} har upphört och stannar hos sin huvudman.",
    "ends-with-all-units": "En huvudman upphör när alla skolenheter lämnas. Välj alla.",
    "organizer-ends": "Ni har redan föreslagit att alla skolenheter lämnas. Dra tillbaka det bytet först.",
    "transfer-not-open": "Bytet går inte att ändra längre. Nu ser du vad som gäller.",
    "scope-needed": "Välj om det gäller några eller alla skolenheter.",
}  # fmt: skip
STATES = {
    "proposed": "Väntar på svar", "accepted": "Godkänt", "declined": "Mottagaren tackade nej",
    "withdrawn": "Tillbakadraget", "lapsed": "Blev inte av", "effective": "Genomfört",
}  # fmt: skip
TAGS = {"proposed": "planerad", "accepted": "planerad", "effective": "aktiv"}
"""How a state's mark looks, as a unit's status does; the others look closed."""
SCOPES = (
    ("some", "Några av skolenheterna", "Välj dem i listan."),
    ("all", "Alla skolenheter", "Huvudmannen finns kvar, utan skolenheter."),
    ("ends", "Alla skolenheter, och huvudmannen upphör",
     "Också de skolenheter som planeras fram till dess. Huvudmannen finns kvar i registret som avslutad."),
)  # fmt: skip
HAPPENED = {
    "proposed": "Föreslogs", "accepted": "Godkändes av mottagaren", "declined": "Mottagaren tackade nej",
    "withdrawn": "Drogs tillbaka", "lapsed": "Dagen kom utan godkännande", "effective": "Genomfördes",
}  # fmt: skip
RECEIPTS = {
    "proposed": "Förslaget är skickat", "acceptance": "Bytet är godkänt", "refusal": "Ni har tackat nej",
    "withdrawal": "Bytet är tillbakadraget",
}  # fmt: skip


def count(units: int) -> str:
    """How many units, in words."""
    return "en skolenhet" if units == 1 else f"{units} skolenheter"


def happened(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What happened to a transfer, oldest first, each with its words and the reason that was given."""
    told = []
    for entry in entries:
        changed = {change["field"]: change["after"] for change in entry["changed"]}
        told.append(dict(entry) | {"words": HAPPENED[changed.get("state", "proposed")]})
    return told
