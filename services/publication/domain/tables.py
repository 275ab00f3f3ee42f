"""The day's tables: their columns, what each means, and their rows. All is text; nothing known is empty text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.contracts.vocabulary import ContractStatus, OrganizerType, Orientation, Status
from services.publication.domain.history import Seen
from services.publication.domain.v2_contracts import contract_id

Cells = list[str]
YES_OR_NO = ("J", "N")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it means, and what may be in it."""

    name: str
    says: str
    type: Literal["string", "integer", "number", "date"] = "string"
    values: Sequence[str] = ()
    required: bool = False
    pattern: str | None = None


NUMBER = Column("ORGANISATIONSNR", "Huvudmannens organisationsnummer", required=True, pattern="[0-9]{10}")
UNITS = (
    Column("HUVUDMANNATYP", "Huvudmannens typ", values=tuple(OrganizerType)),
    Column("LÄN", "Länskod, de två första siffrorna i kommunkoden"),
    Column("LÄNSNAMN", "Länets namn"),
    Column("KOMMUN", "Kommunkod; tom för en enhet utomlands"),
    Column("KOMMUNNAMN", "Kommunens namn"),
    Column("SKOLENHETSKOD", "Skolenhetens kod", required=True, pattern="[1-9][0-9]{7}"),
    Column("SKOLENHETENS NAMN", "Skolenhetens namn", required=True),
    NUMBER,
    Column("HUVUDMANS NAMN", "Huvudmannens namn"),
    Column("ADRESS", "Postadressens gata eller box"),
    Column("POSTNR", "Postadressens postnummer"),
    Column("POSTORT", "Postadressens ort"),
    Column("BESÖKSADRESS", "Besöksadressens gata"),
    Column("BESÖKSPOSTNR", "Besöksadressens postnummer"),
    Column("BESÖKSPOSTORT", "Besöksadressens ort"),
    Column("TELENR", "Telefonnummer"),
    Column("EPOST", "E-postadress"),
    Column("WEBB", "Webbadress"),
    Column("REKTORS NAMN", "Rektorns namn"),
    Column("INRIKTNING", "Inriktning, för enskilda huvudmän", values=tuple(Orientation)),
    Column("STATUS", "Aktiv, vilande, planerad eller upphörd", values=tuple(Status), required=True),
    Column("SKOLFORMER", "Skolformernas koder, med blanksteg emellan"),
    Column("ÅRSKURSER", "Skolform och årskurs, till exempel GR:4, med blanksteg emellan"),
    Column("PROGRAM", "Skolform och programkod, till exempel GY:NA, med blanksteg emellan"),
    Column("SKOLFORMSDELAR", "Komvux delar, med blanksteg emellan"),
    Column("LATITUD", "Besöksadressens latitud, WGS 84, grader", "number"),
    Column("LONGITUD", "Besöksadressens longitud, WGS 84, grader", "number"),
)
ORGANIZERS = (
    NUMBER,
    Column("NAMN", "Huvudmannens namn", required=True),
    Column("HUVUDMANNATYP", "Huvudmannens typ", values=tuple(OrganizerType), required=True),
    Column("FÖRETAGSFORM", "Juridisk form, enligt företagsregistret"),
    Column("KOMMUNKODER", "De kommuner som huvudmannen är eller består av, med blanksteg emellan"),
    Column("ADRESS", "Postadress"),
    Column("POSTNR", "Postnummer"),
    Column("POSTORT", "Postort"),
    Column("EPOST", "E-postadresser, med blanksteg emellan"),
    Column("TELENR", "Telefonnummer, med kommatecken emellan"),
    Column("WEBB", "Webbadress"),
)
PROVIDERS = (
    Column("ANORDNARKOD", "Utbildningsanordnarens kod", required=True, pattern="[0-9]{8}"),
    Column("ORGANISATIONSNR", "Utbildningsanordnarens organisationsnummer", required=True, pattern="[0-9]{10}"),
    Column("NAMN", "Utbildningsanordnarens namn", required=True),
    Column("FOLKHÖGSKOLA", "Folkhögskolans namn"),
    Column("BETYGSRÄTT", "Om anordnaren har betygsrätt", values=YES_OR_NO, required=True),
    Column("BETYGSRÄTT FRÅN", "Betygsrättens första dag", "date"),
    Column("BETYGSRÄTT TILL", "Betygsrättens sista dag", "date"),
    Column("SKOLFORMSDELAR", "Komvux delar, med blanksteg emellan"),
)
CONTRACTS = (
    NUMBER,
    Column("HUVUDMANS NAMN", "Huvudmannens namn"),
    Column("ANORDNARKOD", "Utbildningsanordnarens kod", required=True, pattern="[0-9]{8}"),
    Column("ANORDNARENS NAMN", "Utbildningsanordnarens namn"),
    Column("STATUS", "Om någon del av avtalet gäller", values=tuple(ContractStatus), required=True),
    Column("SKOLFORMSDEL", "Den del av komvux som avtalet gäller", required=True),
    Column("GILTIG FRÅN", "Första dagen", "date", required=True),
    Column("GILTIG TILL", "Sista dagen; tom tills vidare", "date"),
)
CHANGES = (
    Column("NUMMER", "Ändringens nummer i flödet av ändringar (API v3)", "integer"),
    Column("SLAG", "Vad som ändrats", values=("school-units", "organizers", "education-providers", "contracts")),
    Column("KOD", "Skolenhetskod, organisationsnummer, anordnarkod eller båda, för ett avtal", required=True),
    Column("NAMN", "Namnet nu; för ett avtal huvudmannens och anordnarens"),
    Column("HÄNDELSE", "Ny, ändrad eller upphörd", values=("created", "changed", "ended"), required=True),
    Column("UPPGIFT", "Uppgiftens namn i API v3, med punkt före varje del av den", required=True),
    Column("FÖRE", "Värdet dagen före; J eller N för ja och nej, flera med blanksteg emellan"),
    Column("EFTER", "Värdet nu, på samma sätt"),
)


def names(columns: Sequence[Column]) -> Cells:
    """The headings."""
    return [column.name for column in columns]


def organizer_row(organizer: Seen) -> Cells:
    """An organizer's line."""
    body, address = organizer.body, organizer.body.get("address") or {}
    form = (body.get("companyForm") or {}).get("displayName", "")
    return [
        organizer.id, body["displayName"], body["organizerType"], form,
        " ".join(place["municipalityCode"] for place in body.get("municipalities", ())),
        *(address.get(name) or "" for name in ("streetAddress", "postalCode", "locality")),
        " ".join(one["email"] for one in body.get("email", ())),
        ", ".join(one["phone"] for one in body.get("phoneNumber", ())), body.get("url") or "",
    ]  # fmt: skip


def provider_row(provider: Seen) -> Cells:
    """An education provider's line."""
    body = provider.body
    return [
        provider.id, body["organizationNumber"], body["displayName"], body.get("folkHighschoolName") or "",
        YES_OR_NO[not body["gradingRights"]], body.get("gradingRightsFrom") or "", body.get("gradingRightsTo") or "",
        " ".join(body.get("schoolTypeParts", ())),
    ]  # fmt: skip


def contract_rows(contract: Seen, organizers: Mapping[str, Seen], providers: Mapping[str, Seen]) -> Iterator[Cells]:
    """A contract's lines, one a part of adult education."""
    number, code = contract_id(contract)
    told = [number, _name(organizers.get(number)), code, _name(providers.get(code)), contract.body["status"]]
    for part in contract.body["schoolTypeParts"]:
        yield [*told, part["schoolTypePart"], part["validFrom"], part.get("validTo") or ""]


def schema(columns: Sequence[Column], key: Sequence[str], links: Mapping[str, str]) -> dict[str, Any]:
    """A table's schema (Frictionless Table Schema v1). `links`: the table that a column's values are keys of."""
    fields = [
        {"name": c.name, "title": c.name, "description": c.says, "type": c.type,
         "constraints": {name: value for name, value in _constraints(c).items() if value}}
        for c in columns
    ]  # fmt: skip
    keys = [{"fields": [name], "reference": {"resource": table, "fields": [name]}} for name, table in links.items()]
    found = {"foreignKeys": keys} if keys else {}
    return {"fields": fields, "missingValues": [""], "primaryKey": list(key), **found}


def _constraints(column: Column) -> dict[str, Any]:
    return {"required": column.required, "enum": list(column.values), "pattern": column.pattern}


def _name(seen: Seen | None) -> str:
    return str(seen.body["displayName"]) if seen else ""
