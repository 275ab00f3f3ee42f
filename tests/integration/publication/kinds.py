"""A register with a unit of every kind.

What the open data in deploy/data have is real, as it stands there. The kinds that they lack (upper secondary, adult
education, closed, abroad, the state's) are made up, and are called `Exempel...`.
"""

import csv
import json
from datetime import date, timedelta
from typing import Any

from services.contracts.adult_education import (
    ContractRegistered,
    EducationProviderRegistered,
    PublicContract,
    PublicProvider,
)
from services.contracts.registry import PublicOrganizer, PublicUnit
from services.contracts.vocabulary import Cause
from services.registry.domain.importing import organizer_from, unit_from
from tests.builders import organizer_registered, unit_registered
from tests.integration.kernel.helpers import ROOT
from tests.integration.publication.helpers import A_DAY_LATER, Story

DATA = ROOT / "deploy" / "data"
REAL = {
    "10035236": "municipal, grades 7 to 9", "10184517": "municipal, with adapted compulsory school",
    "13954336": "independent, Waldorf", "14472068": "independent, confessional", "26172429": "municipal, international",
    "33733966": "independent, a company", "10023937": "known from statistics alone: a point without an address",
    "12872502": "known from statistics alone: no address",
}  # fmt: skip
"""By what it shows."""
SAME, SPECIAL, STATE, REGION, ASSOCIATION, ABROAD, COMPANY = (
    "9999990105", "9999990204", "9999990303", "9999990402", "9999990501", "9999990600", "9999990709",
)  # fmt: skip
TYPES = {SAME: "SAME", SPECIAL: "SPECIAL", STATE: "STAT", REGION: "REGION", ASSOCIATION: "KOMMFORB", ABROAD: "HMANUTL",
         COMPANY: "ENSKILD"}  # fmt: skip
PROVIDER = "12345678"
POINT = {"coordinateSweRefN": "6474401,621", "coordinateSweRefE": "320304,352", "latitude": "58.37352579255229",
         "longitude": "11.927218742989618"}  # fmt: skip
VISIT = {"type": "BESOKSADRESS", "streetAddress": "Exempelgatan 1 & 2", "postalCode": "123 45", "locality": "Exempelby",
         "geoCoordinates": POINT}  # fmt: skip
POST = {"type": "POSTADRESS", "careOfAddress": "Exempel", "streetAddress": "Box 1", "postalCode": "123 45",
        "locality": "Exempelstad"}  # fmt: skip
OUTSIDE = {"type": "UTLANDSADRESS", "streetAddress": "Calle 1", "locality": "Madrid", "country": "Spanien",
           "continent": "Europa"}  # fmt: skip
ADULT = {"schoolTypes": ["VUX"],
         "schoolTypeProperties": {"vux": {"schoolTypeParts": ["VUXGR", "VUXGY", "VUXGYAN", "VUXSFI"]}},
         "municipalAdultEducationProvidedInternally": True}  # fmt: skip
MADE: dict[str, dict[str, Any]] = {
    "90000014": {"organizationNumber": COMPANY, "schoolTypes": ["GY", "GYAN"], "addresses": [VISIT, POST],
                 "orientationType": "ALLMAN", "headMaster": "Rut Rektor", "schoolName": "Exempelskolan",
                 "schoolTypeProperties": {"gy": {"programmes": ["NA", "NA25", "SA25"], "csnCode": "21"},
                                          "gyan": {"programmes": ["AH"]}}},
    "90000022": ADULT | {"organizationNumber": ASSOCIATION, "addresses": [POST], "url": "https://exempel.example"},
    "90000030": {"organizationNumber": SPECIAL, "schoolTypes": ["SP", "FTH"], "addresses": [VISIT],
                 "schoolTypeProperties": {"sp": {"grades": ["1", "10"]}}},
    "90000048": {"organizationNumber": SAME, "schoolTypes": ["SAM", "FKLASS", "OPPFTH"],
                 "schoolTypeProperties": {"sam": {"grades": ["1", "6"]}}},
    "90000055": {"organizationNumber": ABROAD, "schoolTypes": ["GR"], "schoolUnitType": "UTLAND",
                 "addresses": [OUTSIDE], "municipalityCode": None},
    "90000063": {"organizationNumber": REGION, "schoolUnitType": "CENTRAL", "reportsStudents": "KOMMUNAL",
                 "reportsPersonell": "NEJ"},
    "90000071": {"organizationNumber": STATE, "schoolTypes": ["GR"], "hospitalSchool": True,
                 "specialSupportSchool": False, "startdate": "2020-08-01"},
    "90000089": {"organizationNumber": COMPANY, "schoolTypes": ["GR"], "status": "VILANDE",
                 "specialSupportSchool": True},
    "90000097": {"organizationNumber": COMPANY, "schoolTypes": ["GR"], "status": "PLANERAD", "startdate": "2027-08-16"},
    "90000105": {"organizationNumber": COMPANY, "schoolTypes": ["GR"], "startdate": "2020-08-01"},
}  # fmt: skip
CLOSED = "90000105"


def every_kind() -> Story:
    """Two closed days: all are there on the first, and one has ended on the second."""
    story = Story()
    story.said = []
    real = [unit_from(row).public for row in _rows() if row["schoolUnitCode"] in REAL]
    for organizer in _organizers({u.organization_number for u in real}, {u.municipality_code for u in real}):
        story.say(organizer_registered(organizer, register_day=story.day, public_from=story.day + A_DAY_LATER))
    for unit in [*real, *map(_made, MADE)]:
        story._tell(unit_registered(unit, register_day=story.day, public_from=story.day + A_DAY_LATER))
    _adult_education(story)
    story.close_day()
    story.close_unit(CLOSED)
    story.close_day()
    return story


def _rows() -> list[dict[str, Any]]:
    lines = (DATA / "school-units.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _organizers(numbers: set[str], codes: set[Any]) -> list[PublicOrganizer]:
    """The real units' own, the municipalities where they lie, and one of each other type."""
    places = {row["municipality_name"].casefold(): (row["municipality_code"], row["municipality_name_short"])
              for row in _csv("municipalities.csv")}  # fmt: skip
    known = [organizer_from(row, places) for row in _csv("organizers.csv")]
    near = {one.organization_number for one in known if {at.municipality_code for at in one.municipalities} & codes}
    real = [one for one in known if one.organization_number in numbers | near]
    made = [{"organizationNumber": number, "displayName": f"Exempel {kind}", "organizerType": kind,
             "companyForm": {"code": "49", "displayName": "Övriga aktiebolag"}, "companyStatus": "AKTIV",
             "legalEntityStatus": "INKLUDERAD_ANNAN", "isInternational": kind == "HMANUTL",
             "address": POST, "email": [{"providerType": "SCB", "email": "post@exempel.example"}],
             "phoneNumber": [{"providerType": "SKOLVERKET", "phone": "0101234567"}],
             "regions": [{"regionCode": "14", "displayName": "Exempelregionen"}] if kind == "REGION" else [],
             } for number, kind in TYPES.items()]  # fmt: skip
    return [*real, *map(PublicOrganizer.model_validate, made)]


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _made(code: str) -> PublicUnit:
    usual = {
        "schoolUnitCode": code,
        "displayName": f"Exempelenheten {code}",
        "status": "AKTIV",
        "municipalityCode": "0180",
    }
    return PublicUnit.model_validate(usual | MADE[code])


def _adult_education(story: Story) -> None:
    """A provider with grading rights, and its contract with the municipal association."""
    told = {"version": 1, "cause": Cause.EDIT, "changed": (), "register_day": story.day,
            "public_from": story.day + timedelta(days=1)}  # fmt: skip
    provider = PublicProvider.model_validate({
        "education_provider_code": PROVIDER, "organization_number": COMPANY, "display_name": "Exempelkurser",
        "folk_highschool_name": "Exempels folkhögskola", "address": POST, "grading_rights": True,
        "grading_rights_from": date(2026, 1, 1), "school_type_parts": ["VUXGY", "VUXSFI"],
    })  # fmt: skip
    contract = PublicContract.model_validate({
        "organization_number": ASSOCIATION, "education_provider_code": PROVIDER, "status": "aktiv",
        "school_type_parts": [{"school_type_part": "VUXSFI", "valid_from": date(2026, 1, 1)}],
    })  # fmt: skip
    story.say(EducationProviderRegistered(education_provider_code=PROVIDER, provider=provider, **told))
    named = {"contract_id": f"{ASSOCIATION}/{PROVIDER}", "provider_name": "Exempelkurser"}
    story.say(ContractRegistered(contract=contract, **named, **told))
