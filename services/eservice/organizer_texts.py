"""The words of the pages about an organizer and about the companies register."""

from collections.abc import Iterable, Mapping
from typing import Any

FIELDS = {"file": "Fil", "asOf": "Utdragets datum", "complete": "Vad filen innehåller", "choose": "Vad som ska införas"}
ERRORS = {
    "extract-date-to-come": "Datumet ligger efter i dag. Skriv den dag utdraget gjordes.",
    "nothing-chosen": "Välj minst en skillnad som inte redan är införd.",
    "file-needed": "Välj en fil.",
    "as-of-needed": "Skriv den dag utdraget gjordes, till exempel 2026-11-24.",
    "complete-needed": "Välj om filen innehåller alla huvudmän.",
}
PROBLEMS = {
    "file-unreadable": ("file", "Filen går inte att läsa."),
    "file-too-large": ("file", "Filen är för stor. Dela den, eller låt driften läsa in den."),
    "import-busy": ("", "Utdraget jämförs eller införs just nu. Vänta tills det är klart."),
}
WHOSE = {"SCB": "företagsregistrets", "SKOLVERKET": "huvudmannens egen"}
NAMES = {
    "displayName": "Namn", "organizationNumber": "Organisationsnummer", "organizerType": "Huvudmannatyp",
    "url": "Webbadress", "companyForm/code": "Juridisk form, kod", "companyForm/displayName": "Juridisk form",
    "legalEntityStatus": "Status i registret", "companyStatus": "Företagets status", "isInternational": "Utländsk",
    "municipalities": "Säteskommun", "regions": "Region", "highSchoolAssociationId": "Folkhögskoleförening",
    "address/careOfAddress": "Adress, c/o", "address/streetAddress": "Adress, gatuadress",
    "address/postalCode": "Adress, postnummer", "address/locality": "Adress, postort",
    "address/country": "Adress, land",
    "address/continent": "Adress, världsdel",
    **{f"email/{code}": f"E-postadress ({whose})" for code, whose in WHOSE.items()},
    **{f"phoneNumber/{code}": f"Telefonnummer ({whose})" for code, whose in WHOSE.items()},
    "state": "Tillstånd",
}  # fmt: skip
VALUES = {
    "organizerType": {"KOMMUN": "Kommun", "REGION": "Region", "STAT": "Stat", "SAME": "Sameskolstyrelsen",
                      "ENSKILD": "Enskild", "SPECIAL": "Specialskolemyndigheten", "KOMMFORB": "Kommunalförbund",
                      "HMANUTL": "Huvudman utomlands"},
    "legalEntityStatus": {"INKLUDERAD_SKV": "Ingår i registret", "INKLUDERAD_ANNAN": "Ingår genom en annan myndighet",
                          "EJ_LANGRE_INKLUDERAD": "Ingår inte längre"},
    "companyStatus": {"ALDRIG_AKTIV": "Har aldrig varit verksamt", "AKTIV": "Verksamt",
                      "EJ_LANGRE_AKTIV": "Inte längre verksamt"},
}  # fmt: skip
CHANNELS = {"e-service": "i e-tjänsten", "api": "genom API", "file": "med en fil"}
STATES = {"comparing": "Jämförs", "compared": "Väntar på beslut", "applying": "Införs", "applied": "Införd",
          "failed": "Misslyckades"}  # fmt: skip
KINDS = {"new": "Nya huvudmän", "changed": "Ändrade uppgifter", "gone": "Finns inte längre i företagsregistret"}
OUTCOMES = {"applied": "Införd", "outdated": "Inte införd: huvudmannen har ändrats sedan jämförelsen"}
REFUSALS = {
    "number-form": "Organisationsnumret är inte rätt skrivet.",
    "personal-number": "Numret är en persons. En huvudman är en juridisk person.",
    "row-twice": "Organisationsnumret står på en tidigare rad också.",
    "name-needed": "Företaget har inget namn.",
    "type-needed": "En ny huvudman behöver en huvudmannatyp (organizerType).",
    "place-unknown": "Kommunen eller länet finns inte.",
    "older-extract": "Uppgifterna i registret är från ett nyare utdrag.",
    "malformed": "Ett värde har fel form.",
}
"""What a refused row's code means (docs/api/companies-register.md)."""


UNREADABLE = {
    "not UTF-8": "Spara den med teckenkodningen UTF-8.", "the file has no rows": "Den har inga rader.",
    "not CSV": "Spara den som CSV.", "not JSON": "Den är inte riktig JSON.",
    "JSON, but": "Den ska ha en lista med företag.",
}  # fmt: skip
"""By how the registry's own words begin."""


def unreadable(detail: str) -> str:
    """What is wrong with a file that the registry could not read, and how to put it right."""
    column = detail.removeprefix("no column ")
    if column != detail:
        return f"Den saknar kolumnen {' och '.join(column.split(', '))}."
    return next((words for begins, words in UNREADABLE.items() if detail.startswith(begins)), "")


def field(path: str) -> str:
    """A field of an organizer: `address/locality` is "Adress, postort"."""
    return NAMES.get(path, path)


def value(path: str, of: Any) -> Any:
    """A value of an organizer's field as people read it."""
    return VALUES.get(path, {}).get(of, of) if isinstance(of, str) else of


def told(changed: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Changes of an organizer in our words, for the tables of changes."""
    return [
        {**change, "field": field(change["field"]), "before": value(change["field"], change["before"]),
         "after": value(change["field"], change["after"])}
        for change in changed
    ]  # fmt: skip


def base_data(organizer: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """An organizer's base data, name and value, in the order people look for them."""
    address, form = organizer.get("address") or {}, organizer.get("companyForm") or {}
    found = [
        ("organizationNumber", f"{organizer['organizationNumber'][:6]}-{organizer['organizationNumber'][6:]}"),
        *((name, organizer.get(name)) for name in ("displayName", "organizerType")),
        *((f"address/{name}", address.get(name)) for name in ("careOfAddress", "streetAddress")),
        ("address/locality", " ".join(filter(None, (address.get("postalCode"), address.get("locality"))))),
        ("municipalities", [place["displayName"] for place in organizer.get("municipalities", ())]),
        ("companyForm/displayName", form.get("displayName")),
        *((name, organizer.get(name)) for name in ("companyStatus", "legalEntityStatus")),
        ("email/SCB", _of_scb(organizer.get("email", ()), "email")),
        ("phoneNumber/SCB", _of_scb(organizer.get("phoneNumber", ()), "phone")),
    ]  # fmt: skip
    return [(field(name), value(name, each)) for name, each in found if each or name != "address/careOfAddress"]


def _of_scb(found: Iterable[Mapping[str, str]], name: str) -> str | None:
    return next((each[name] for each in found if each["providerType"] == "SCB"), None)
