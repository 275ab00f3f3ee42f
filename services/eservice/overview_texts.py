"""The overview's and the history's words: tasks, columns, channels, and what a change was part of."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from services.eservice import texts


class Words(NamedTuple):
    """A kind of task: for one, for `{count}` of them, and the page where it is done (`{number}`: the organizer).

    `comes`: it takes effect by itself on its day, instead of being due then.
    """

    one: str
    many: str
    page: str
    comes: bool = False


TASKS = {
    "approve": Words(
        "En uppgift ska godkännas inför läsåret{year}", "{count} uppgifter ska godkännas inför läsåret{year}",
        "/huvudman/{number}/godkann",
    ),
    "changed-after-approval": Words(
        "En uppgift har ändrats efter godkännandet", "{count} uppgifter har ändrats efter godkännandet",
        "/huvudman/{number}/godkann",
    ),
    "answer-transfers": Words(
        "Ett byte av huvudman väntar på ert svar", "{count} byten av huvudman väntar på ert svar",
        "/huvudman/{number}/byten",
    ),
    "planned-change": Words(
        "En ändring är planerad", "{count} ändringar är planerade", "/huvudman/{number}/planerat", comes=True
    ),
    "planned-change-hindered": Words(
        "En planerad ändring gick inte att genomföra", "{count} planerade ändringar gick inte att genomföra",
        "/huvudman/{number}/planerat",
    ),
    "planned-change-conflict": Words(
        "En planerad ändring krockar med en senare ändring", "{count} planerade ändringar krockar med senare ändringar",
        "/huvudman/{number}/planerat",
    ),
    "reorganisation-coming": Words(
        "En omorganisation är planerad", "{count} omorganisationer är planerade", "/huvudman/{number}/omorganisera",
        comes=True,
    ),
    "units-without-head-teacher": Words(
        "En aktiv skolenhet saknar rektor", "{count} aktiva skolenheter saknar rektor",
        "/huvudman/{number}/enheter?lacks=head-teacher",
    ),
    "units-without-place": Words(
        "En skolenhet går inte att visa på kartan: besöksadressen saknar koordinater",
        "{count} skolenheter går inte att visa på kartan: besöksadressen saknar koordinater",
        "/huvudman/{number}/enheter?lacks=place",
    ),
    "units-placed-elsewhere": Words(
        "En skolenhet ligger på kartan utanför sin kommun: kontrollera koordinaterna eller kommunen",
        "{count} skolenheter ligger på kartan utanför sin kommun: kontrollera koordinaterna eller kommunen",
        "/huvudman/{number}/enheter?lacks=right-place",
    ),
}  # fmt: skip
"""Every kind of task that a query of the registry gives."""
ADMINISTRATION = {
    "answers": Words("Ett byte av huvudman väntar på svar", "{count} byten av huvudman väntar på svar",
                     "/forvaltning/byten?lage=proposed"),
    "accepted": Words("Ett godkänt byte av huvudman har inte börjat gälla",
                      "{count} godkända byten av huvudman har inte börjat gälla", "/forvaltning/byten?lage=accepted"),
    "imports": Words("Ett utdrag ur företagsregistret väntar på beslut",
                     "{count} utdrag ur företagsregistret väntar på beslut", "/forvaltning/foretagsregister"),
    "letters": Words("Ett brev med aktiveringskod väntar på svar", "{count} brev med aktiveringskod väntar på svar",
                     "/forvaltning/brev"),
}  # fmt: skip
"""What waits for the register administration."""
UNKNOWN = Words("En uppgift väntar", "{count} uppgifter väntar", "/huvudman/{number}/oversikt")

CONTRACT_TYPES = frozenset({"KOMMUN", "REGION", "KOMMFORB"})
STARTS = (
    ("Planera en ny skolenhet", "enheter/ny", "Enheten får sin kod direkt och börjar den dag du väljer."),
    ("Omorganisation", "omorganisera", "Dela eller slå ihop skolenheter. De nya delarna får nya koder."),
    ("Byte av huvudman", "byte", "Lämna över skolenheter till en annan huvudman från en viss dag."),
    ("Godkänn uppgifterna", "godkann", "Bekräfta inför läsåret att uppgifterna stämmer."),
    ("Komvux på entreprenad", "entreprenad", "Avtal med utbildningsanordnare, skolformsdelar och giltighetstid."),
    ("Ändra många på en gång", "enheter/fil", "Hämta skolenheterna som Excel, ändra i filen och lämna tillbaka den."),
)
"""The tasks with a start page each: name, page of the organizer, what it is."""

COLUMNS = {
    "code": "Kod", "status": "Status", "municipality": "Kommun", "school_types": "Skolformer", "modified": "Ändrad",
    "school_name": "Skolans namn", "head_master": "Rektor", "address": "Besöksadress", "email": "E-post",
    "phone": "Telefon", "url": "Webbadress", "unit_type": "Typ av skolenhet", "orientation": "Inriktning",
    "start_date": "Startdatum", "end_date": "Nedläggningsdatum",
}  # fmt: skip
"""The list's columns beside the name, which is always there."""
LACKS = {"head-teacher": "Aktiva som saknar rektor", "place": "Saknar koordinater för besöksadressen",
         "right-place": "Ligger på kartan utanför sin kommun"}  # fmt: skip

CHANNELS = {"e-service": "i e-tjänsten", "api": "genom API:et", "file": "med en fil", "register": ""}
"""By which way, after who it was; what the register does itself needs no way."""
PROCESSES = {
    "planned-change": ("en planerad ändring", "/planerat/{id}"),
    "reorganisation": ("en omorganisation", "/omorganisationer/{id}"),
    "transfer": ("ett byte av huvudman", "/byten/{id}"),
    "bulk": ("en fil med många ändringar", ""),
    "companies-register": ("en inläsning av företagsregistret", ""),
}
VIEWS = {"register": "I registret när dagen var slut", "public": "I öppna data den dagen"}


def task(of: Mapping[str, Any], number: str) -> tuple[str, str]:
    """A task in words, and its page."""
    words = TASKS.get(of["kind"], UNKNOWN)
    text = words.one if of["count"] == 1 else words.many
    return text.format(count=of["count"], year=_school_year(of.get("due"))), words.page.format(number=number)


def _school_year(due: str | None) -> str:
    """The school year that begins in the year of a day: " 2026/27"."""
    return f" {due[:4]}/{(int(due[:4]) + 1) % 100:02}" if due else ""


def of_administration(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """The administration's tasks in words, each with its page; what nobody waits for is no task."""
    told = [(ADMINISTRATION[kind], count) for kind, count in counts.items() if count]
    return [((words.one if count == 1 else words.many).format(count=count), words.page) for words, count in told]


def days_left(count: int) -> str:
    """How long it is to a day: "i dag", "en dag kvar", "3 dagar för sent"."""
    if count == 0:
        return "i dag är sista dagen"
    days = "en dag" if abs(count) == 1 else f"{abs(count)} dagar"
    return f"{days} kvar" if count > 0 else f"{days} för sent"


def column(name: str, unit: Mapping[str, Any]) -> str:
    """A list's cell in words; nothing where there is no value."""
    address = unit.get("visitingAddress") or {}
    place = " ".join(text for text in (address.get("postalCode"), address.get("locality")) if text)
    values: dict[str, Any] = {
        "code": unit["schoolUnitCode"], "status": unit["status"], "municipality": unit["municipalityName"],
        "school_types": unit["schoolTypes"], "school_name": unit["schoolName"], "head_master": unit["headMaster"],
        "address": ", ".join(text for text in (address.get("streetAddress"), place) if text), "email": unit["email"],
        "phone": unit["phoneNumber"], "url": unit["url"], "unit_type": unit["schoolUnitType"],
        "orientation": unit["orientationType"], "modified": unit["modified"], "start_date": unit["startdate"],
        "end_date": unit["endDate"],
    }  # fmt: skip
    return texts.value(values[name]) if values[name] else ""


def process(of: Mapping[str, str]) -> tuple[str, str]:
    """What a change was part of, in words, and its page ("": it has none)."""
    name, page = PROCESSES.get(of["type"], ("något större", ""))
    return name, page.format(id=of["id"])
