"""All the e-service's words for fields, values and errors, in Swedish, in one place."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.eservice import adult_education_texts as adult_education
from services.eservice import approval_texts, bulk_texts, organizer_texts, reorganisation_texts, transfer_texts
from services.eservice.planning_texts import PLANNING_ERRORS, PLANNING_FIELDS

FIELDS = {
    "displayName": "Skolenhetens namn", "schoolName": "Skolans namn", "status": "Status", "url": "Webbadress",
    "email": "E-postadress", "phoneNumber": "Telefonnummer", "headMaster": "Rektors namn",
    "headMasterPersonalIdentityNumber": "Rektors personnummer", "headMasterWorkEmail": "Rektors e-postadress i arbetet",
    "orientationType": "Inriktning", "schoolUnitType": "Typ av skolenhet", "municipalityCode": "Lägeskommun",
    "schoolTypes": "Skolformer", "specialSupportSchool": "Resursskola", "hospitalSchool": "Sjukhusskola",
    "reportsStudents": "Rapporterar elever", "reportsPersonell": "Rapporterar personal", "startdate": "Startdatum",
    "endDate": "Nedläggningsdatum", "municipalAdultEducationProvidedInternally": "Komvux i egen regi",
    "organizationNumber": "Huvudman", "role": "Roll", "personalIdentityNumber": "Personnummer (frivilligt)",
    "label": "Vad programmet heter", "days": "Hur länge nyckeln gäller", "reason": "Anledning",
    "requestedBy": "Vem som har begärt brevet", "requestReference": "Ert diarienummer", "address": "Postadress",
    "requestedOn": "Datum för begäran", "q": "Sök", "activityType": "Sorts verksamhet",
    "activityName": "Verksamhetens namn", "on": "Datum", "chosen": "Det du godkänner",
    "dag": "Dag", "fran": "Första dagen", "till": "Andra dagen",
} | PLANNING_FIELDS | organizer_texts.FIELDS | reorganisation_texts.FIELDS | transfer_texts.FIELDS  # fmt: skip
FIELDS |= adult_education.FIELDS
ADDRESSES = {"BESOKSADRESS": "Besöksadress", "POSTADRESS": "Postadress", "LEVERANSADRESS": "Leveransadress",
             "UTLANDSADRESS": "Adress utomlands"}  # fmt: skip
ADDRESS_PARTS = {"careOfAddress": "C/o", "streetAddress": "Gatuadress", "postalCode": "Postnummer",
                 "locality": "Postort", "country": "Land", "continent": "Världsdel"}  # fmt: skip
PLACE_PARTS = {"latitude": "Latitud (WGS 84)", "longitude": "Longitud (WGS 84)",
               "coordinateSweRefN": "Nord (SWEREF 99 TM)", "coordinateSweRefE": "Öst (SWEREF 99 TM)"}  # fmt: skip
DETAILS = {"grades": "årskurser", "programmes": "program", "csnCode": "CSN-kod", "schoolTypeParts": "delar"}
STATUSES = {"AKTIV": "Aktiv", "VILANDE": "Vilande", "PLANERAD": "Planerad", "UPPHORT": "Upphört"}
ORIENTATIONS = {"ALLMAN": "Allmän", "WALDORF": "Waldorf", "KONFESSIONELL": "Konfessionell",
                "RIKSINTERNAT": "Riksinternat", "INTERNATIONELL": "Internationell",
                "EJ_RELEVANT": "Ej relevant"}  # fmt: skip
UNIT_TYPES = {"SKOLENHET": "Skolenhet", "CENTRAL": "Central insamlingsenhet", "UTLAND": "Utlandsskola"}
SCHOOL_TYPES = {"FKLASS": "Förskoleklass", "FTH": "Fritidshem", "OPPFTH": "Öppen fritidsverksamhet",
                "GR": "Grundskola", "GRAN": "Anpassad grundskola", "SP": "Specialskola", "SAM": "Sameskola",
                "GY": "Gymnasieskola", "GYAN": "Anpassad gymnasieskola", "VUX": "Komvux"}  # fmt: skip
VUX_PARTS = {"VUXGR": "Grundläggande nivå", "VUXGY": "Gymnasial nivå",
             "VUXGRAN": "Anpassad utbildning på grundläggande nivå",
             "VUXGYAN": "Anpassad utbildning på gymnasial nivå", "VUXSFI": "Svenska för invandrare"}  # fmt: skip
REPORTS = {"NEJ": "Nej", "KOMMUNAL": "För kommunal verksamhet", "ENSKILD": "För enskild verksamhet"}
ROLES = {"contact-person": "Kontaktperson", "data-reporter": "Uppgiftslämnare",
         "register-administration": "Registerförvaltning", "register": "Registret",
         "operator": "Driften", "machine": "Program"}  # fmt: skip
ROLE_MEANS = {
    "contact-person": "Får se och ändra alla uppgifter, bjuda in och avsluta användare och ge ut API-nycklar.",
    "data-reporter": "Får se och ändra uppgifter om huvudmannens skolenheter.",
}
USER_STATES = {"active": "Aktiv", "locked": "Spärrad"}
INVITATION_STATES = {"open": "Väntar på svar", "expired": "Har gått ut"}
CREDENTIAL_STATES = {"active": "Gäller", "expired": "Har gått ut", "revoked": "Återkallad"}
LETTER_STATES = {"open": "Väntar på svar", "used": "Använt", "withdrawn": "Indraget", "expired": "Har gått ut"}
METHODS = {"password": "Lösenord", "second-factor": "Lösenord och engångskod", "e-legitimation": "E-legitimation",
           "unknown": "Okänt sätt"}  # fmt: skip
CAUSES = {"edit": "Ändring", "import": "Import", "planned": "Planerad ändring", "correction": "Rättelse"}
ACTIVITY_TYPES = {"FRISTAENDE_FRITIDSHEM": "Fristående fritidshem",
                  "OPPEN_FRITIDSVERKSAMHET": "Öppen fritidsverksamhet", "ANNAN": "Annan verksamhet"}  # fmt: skip
ACTIVITY_MEANS = (
    (
        "FRISTAENDE_FRITIDSHEM",
        "Fristående fritidshem",
        "Ett fritidshem som drivs av en enskild huvudman och inte hör till en skolenhet.",
    ),
    ("OPPEN_FRITIDSVERKSAMHET", "Öppen fritidsverksamhet", "För elever från 10 år, utanför en skolenhet."),
    ("ANNAN", "Annan verksamhet", "Något annat som registret ska ha men som inte är en skolenhet."),
)
VALUES = (
    STATUSES | ORIENTATIONS | UNIT_TYPES | SCHOOL_TYPES | VUX_PARTS | REPORTS | ACTIVITY_TYPES | adult_education.VALUES
)
MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
EMPTY = "Inget angivet"
NO_REASON = "Skriv en anledning."
"""Said wherever a reason is needed and there is none."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

ERRORS = {
    "name-needed": "Skriv skolenhetens namn.",
    "too-long": "Texten är för lång. Skriv högst {most} tecken.",
    "bad-characters": "Texten innehåller tecken som inte syns. Skriv om den för hand.",
    "url-form": "Skriv hela webbadressen, till exempel https://www.skolan.se",
    "email-form": "Skriv en e-postadress på formen namn@skolan.se",
    "phone-form": "Skriv telefonnumret med siffror, till exempel 046-12 34 56",
    "personal-identity-number-form": "Skriv personnumret med tolv siffror, ÅÅÅÅMMDDNNNN. Kontrollera siffrorna.",
    "orientation-only-for-independent": "Bara enskilda huvudmän anger inriktning. Välj Ej relevant.",
    "municipality-needed": "Välj den kommun där skolenheten ligger.",
    "municipality-unknown": "Välj en kommun i listan.",
    "school-type-needed": "Välj minst en skolform.",
    "only-with-compulsory-school": "Det här gäller bara grundskola. Välj Grundskola eller ta bort krysset.",
    "details-without-school-type": "Välj också skolformen {school_type}, eller ta bort uppgifterna om den.",
    "grade-unknown": "Årskursen {grade} finns inte i den här skolformen.",
    "too-many": "Skriv högst {most} koder.",
    "programme-form": "Programkoden {programme} är inte rätt skriven. Skriv till exempel NA25 eller SA.",
    "csn-code-form": "Skriv CSN-koden med siffror.",
    "internally-only-adult-education": "Det här gäller bara komvux. Välj Komvux eller ta bort krysset.",
    "reports-only-central": "Bara en central insamlingsenhet anger det här. Välj Ej angivet.",
    "address-type-once": "Det kan bara finnas en adress av varje slag.",
    "address-abroad-only": "Adress utomlands gäller bara utlandsskolor, och de har ingen besöksadress.",
    "country-needed": "Skriv landet.",
    "postal-code-form": "Skriv postnumret med fem siffror, till exempel 222 22.",
    "locality-needed": "Skriv postorten.",
    "coordinate-form": "Skriv båda koordinaterna med siffror, till exempel 55,7047 och 13,1910.",
    "coordinate-outside": "Platsen ligger inte i Sverige. Kontrollera koordinaterna.",
    "coordinates-differ": "SWEREF 99 TM och WGS 84 anger olika platser. Rätta det ena, eller töm det så räknas det ut.",
    "ended-activity-is-final": "Verksamheten har upphört och kan inte ändras.",
    "leisure-centre-independent-only": "Bara enskilda huvudmän har fristående fritidshem. Välj en annan sort.",
    "end-before-start": "Verksamheten kan inte upphöra innan den har börjat, {start}.",
    "end-in-past": "Datumet är passerat. Skriv i dag, {day}, eller en senare dag.",
    "closed-unit-is-final": "Skolenheten har upphört och kan inte ändras.",
    "start-date-in-future": "Startdatumet måste ligga efter i dag.",
    "email-needed": "Skriv e-postadressen till den du vill bjuda in.",
    "role-needed": "Välj vilken roll personen ska ha.",
    "label-needed": "Skriv vad programmet heter, så att ni känner igen nyckeln.",
    "days-form": "Skriv ett antal dagar, från 1 till 365.",
    "reason-needed": NO_REASON, "refusal-reason-needed": NO_REASON, "reason-too-long": "Skriv högst 500 tecken.",
    "requested-by-needed": "Skriv vem hos huvudmannen som har begärt brevet.",
    "reference-needed": "Skriv diarienumret för begäran.",
    "date-needed": "Skriv vilken dag begäran kom, till exempel 2026-11-24.",
    "address-lines": "Skriv adressen på högst {most} rader, med högst {longest} tecken på varje rad.",
    "date-in-future": "Datumet ligger efter i dag. Skriv den dag begäran kom.",
    "authority-ended": "Behörigheten är redan avslutad.",
    "invitation-over": "Inbjudan är inte längre öppen: den är använd eller återkallad.",
    "credential-gone": "Nyckeln finns inte längre.",
    "date-too-far": "Datumet ligger för långt fram. Skriv ett datum senast {last}.",
    "date-too-early": "Datumet ligger för långt tillbaka. Skriv ett datum tidigast {first}.",
    "day-to-come": "Dagen har inte varit än. Skriv i dag eller en tidigare dag.",
    "choice-needed": "Välj vad som ska gälla.",
    "no-number-search": "Sök på namn, e-postadress eller beteckning. Personnummer går inte att söka på.",
}  # fmt: skip
for of_slice in (
    adult_education.ERRORS, PLANNING_ERRORS, approval_texts.ERRORS, organizer_texts.ERRORS, reorganisation_texts.ERRORS,
    transfer_texts.ERRORS, bulk_texts.ERRORS,
):  # fmt: skip
    ERRORS |= of_slice
UNKNOWN_ERROR = "Uppgiften är inte rätt. Kontrollera den."

PROBLEMS = {
    "stale": ("", "Någon har ändrat det här sedan du öppnade sidan. Inget är sparat. Nu ser du vad som gäller."),
    "user-exists": ("email", "Personen har redan behörighet. Du kan ändra rollen i listan över användare."),
    "invitation-exists": ("email", "Det finns redan en inbjudan till adressen. Skicka den igen eller återkalla den."),
    "too-many-invitations": ("", "Det finns för många obesvarade inbjudningar. Återkalla några av dem först."),
    "too-soon": ("", "Inbjudan skickades nyss. Vänta en minut och försök igen."),
    "last-contact-person": ("", "Personen är den enda kontaktpersonen. Bjud in en till först."),
    "role-unchanged": ("", "Personen har redan den rollen."),
    "users-changed": ("", "Användarna har ändrats sedan du öppnade sidan. Inget är bekräftat. Gå igenom listan igen."),
    "too-many-credentials": ("", "Det finns redan tio nycklar som gäller. Återkalla någon av dem först."),
    "letter-exists": ("", "Huvudmannen har redan ett brev som väntar på svar. Gör det på nytt eller dra in det."),
    "credential-over": ("", "Nyckeln gäller inte längre. Ge ut en ny."),
    "letter-closed": ("", "Brevet är använt eller indraget. Gör ett nytt om det behövs."),
    "locked-already": ("", "Personen är redan spärrad."),
    "not-locked": ("", "Personen är inte spärrad."),
    "lock-oneself": ("", "Du kan inte spärra dig själv."),
    "letter-wiped": ("", "Brevet går inte längre att hämta. Gör det på nytt om det behövs."),
} | adult_education.PROBLEMS | organizer_texts.PROBLEMS | bulk_texts.PROBLEMS  # fmt: skip
"""What a problem's code means on a page that commands: the input it stands beside ("": the whole page), and words."""
UNKNOWN_PROBLEM = ("", "Det gick inte att göra nu. Ladda om sidan och se vad som gäller.")


def problem(code: str) -> tuple[str, str]:
    """A refusal in words, and the input that it is about."""
    return PROBLEMS.get(code, UNKNOWN_PROBLEM)


def person(of: Mapping[str, Any]) -> str:
    """A person's name as others may see it."""
    known_by = f" ({of['reference']})" if of.get("reference") else ""
    return str(of["name"] or f"Person med skyddade personuppgifter{known_by}")


def genitive(name: str) -> str:
    """Whose it is: Karins, Anders; a protected person, whose name ends with the reference, as it stands."""
    return name if name[-1:] in "sxz)" else f"{name}s"


def number(organization_number: str) -> str:
    """An organization number as people write it: 212000-1132."""
    return f"{organization_number[:6]}-{organization_number[6:]}"


def field(path: str) -> str:
    """A field's name: `addresses/BESOKSADRESS/streetAddress` is "Besöksadress, gatuadress"."""
    path = path.removeprefix("choose:")
    if path in FIELDS:
        return FIELDS[path]
    first, *rest = path.split("/")
    if first == "addresses" and rest:
        if rest[-1] == "geoCoordinates":
            return f"{ADDRESSES.get(rest[0], rest[0])}, koordinater"
        part = ADDRESS_PARTS.get(rest[-1]) or PLACE_PARTS.get(rest[-1], rest[-1])
        return f"{ADDRESSES.get(rest[0], rest[0])}, {part[:1].lower()}{part[1:]}"
    if first == "schoolTypeParts" and rest:
        return ", ".join([VUX_PARTS.get(rest[0], rest[0]), *[FIELDS[rest[-1]].lower() for _ in rest[1:2]]])
    if first == "schoolTypeProperties" and rest:
        return f"{SCHOOL_TYPES.get(rest[0].upper(), rest[0])}, {DETAILS.get(rest[-1], rest[-1])}"
    return path


def value(of: Any) -> str:
    """A value as people read it."""
    if of in (None, "", []):
        return EMPTY
    if isinstance(of, bool):
        return "Ja" if of else "Nej"
    if isinstance(of, float):
        return str(of).replace(".", ",")
    if isinstance(of, list):
        return ", ".join(value(item) for item in of)
    return VALUES.get(str(of)) or (day(of) if isinstance(of, str) and DAY.fullmatch(of) else str(of))


def printable(text: str) -> str:
    """A search without what cannot be seen: no name has it, and PostgreSQL refuses some of it."""
    return "".join(letter for letter in text if letter.isprintable())[:100]


def error(code: str, params: Mapping[str, Any]) -> str:
    """What is wrong and how to put it right."""
    named = {name: value(param) if name == "school_type" else param for name, param in params.items()}
    try:
        return ERRORS.get(code, UNKNOWN_ERROR).format(**named)
    except KeyError:
        return UNKNOWN_ERROR


def day(text: str | None) -> str:
    """A day in words: 24 november 2026. `text` is ISO 8601, a date or a moment; what is none comes back as it is."""
    if not text:
        return EMPTY
    try:
        found: date = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def day_before(text: str) -> str:
    """The day before a day, in words: the last on which something can be done."""
    return day((date.fromisoformat(text) - timedelta(days=1)).isoformat())


def moment(text: str, zone: str) -> str:
    """A moment in words, on the zone's clock: 24 november 2026 kl. 03.52. `text` is ISO 8601 with its offset."""
    local = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
    return f"{day(local.isoformat())} kl. {local:%H.%M}"
