"""The yearly approval in plain Swedish."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

ERRORS = {
    "approval-nothing-chosen": "Kryssa för minst en sak att godkänna.",
    "approval-unknown-item": "Något av det du valde finns inte längre hos huvudmannen. Välj igen.",
    "approval-nothing-new": "Det du valde är redan godkänt. Nu ser du vad som gäller.",
}
STALE = "Något har ändrats sedan du öppnade sidan. Inget är godkänt. Gå igenom ändringarna och försök igen."
GROUPS = {
    "organizer": "Huvudmannens uppgifter", "school-unit": "Skolenheter", "activity": "Övriga verksamheter",
    "contract": "Entreprenad",
}  # fmt: skip
COUNTED = {
    "organizer": ("huvudmannens uppgifter", "huvudmannens uppgifter"), "school-unit": ("skolenhet", "skolenheter"),
    "activity": ("övrig verksamhet", "övriga verksamheter"), "contract": ("entreprenad", "entreprenader"),
}  # fmt: skip
APPROVERS = {
    "contact-person": "kontaktpersoner", "data-reporter": "uppgiftslämnare", "machine": "program med API-nyckel",
    "register-administration": "registerförvaltningen",
}  # fmt: skip
PAGES = {
    "organizer": "/huvudman/{number}/uppgifter", "school-unit": "/enheter/{id}",
    "activity": "/huvudman/{number}/verksamheter/{id}", "contract": "/huvudman/{number}/entreprenad/{id}",
}  # fmt: skip
"""Where a thing is seen and changed, by kind."""

Item = Mapping[str, Any]


def state(item: Item) -> tuple[str, str]:
    """How a thing stands: its words, and the look of its tag."""
    if not item["approved"]:
        return "Inte godkänd", "planerad"
    return ("Ändrad efteråt", "vilande") if item["changedAfter"] else ("Godkänd", "aktiv")


def since(item: Item) -> str:
    """What has happened to a thing since it was last approved."""
    if not item["lastApproved"]:
        return "Inte godkänd förut"
    count = len(item["changedAfter"] or item["changedSince"])
    return "Inget ändrat" if count == 0 else "1 uppgift ändrad" if count == 1 else f"{count} uppgifter ändrade"


def code(item: Item) -> str:
    """What a thing is called in the register, where it has a name there that people use."""
    aggregate = str(item["aggregate"])
    return "" if "/" in aggregate else aggregate if item["kind"] != "organizer" else f"{aggregate[:6]}-{aggregate[6:]}"


def where(item: Item, number: str) -> str:
    """The page of a thing; empty where it has none."""
    return PAGES.get(item["kind"], "").format(number=number, id=str(item["aggregate"]).rpartition("/")[2])


def left(days: int) -> str:
    """The time that is left: "5 dagar kvar"."""
    if days < 0:
        return "tiden har gått ut"
    return "sista dagen är i dag" if days == 0 else "1 dag kvar" if days == 1 else f"{days} dagar kvar"


def day_before(day: str) -> str:
    """The day before one; both as ISO 8601."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def counted(items: Iterable[Item]) -> str:
    """What and how many: "huvudmannens uppgifter och 2 skolenheter"."""
    kinds = [item["kind"] for item in items]
    told = []
    for kind in dict.fromkeys(kinds):
        count = kinds.count(kind)
        words = COUNTED.get(kind, (kind, kind))[count != 1]
        told.append(words if kind == "organizer" else f"{count} {words}")
    return " och ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def approvers(roles: Iterable[str]) -> str:
    """Who may approve: "kontaktpersoner och uppgiftslämnare"."""
    words = [APPROVERS.get(role, role) for role in roles]
    return " och ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def address(school_year: str) -> str:
    """A school year as it stands in an address: 2026-27."""
    return school_year.replace("/", "-")


def by_kind(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """Things under their headings, in the order given."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(GROUPS.get(item["kind"], str(item["kind"])), []).append(item)
    return list(groups.items())
