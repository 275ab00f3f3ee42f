"""The rules for a unit's fields, each with its source. All that are broken are told at once."""

import re
from collections.abc import Iterator

from services.contracts.registry import Address
from services.contracts.vocabulary import (
    GRADES,
    AddressType,
    OrganizerType,
    Orientation,
    PersonalIdentityNumber,
    SchoolType,
    SchoolUnitType,
)
from services.registry.domain import coordinates
from services.registry.domain.rules import Broken, Rule
from services.registry.domain.state import EditableFields

UNIT = "domain.md, Skolenhet"
TYPES = "domain.md, Skolform and its details"
API = "openapi-v2.md, School unit"

NAME_NEEDED = Rule("name-needed", "The school unit needs a name", UNIT)
TOO_LONG = Rule("too-long", "The text is too long", "ours: fits a page and an address label")
BAD_CHARACTERS = Rule("bad-characters", "The text has control characters", "ours")
URL_FORM = Rule("url-form", "A web address starts with https:// or http://", API)
EMAIL_FORM = Rule("email-form", "An e-mail address has the form name@place.se", API)
PHONE_FORM = Rule("phone-form", "A telephone number has digits, spaces, hyphens and a leading +", API)
NUMBER_FORM = Rule(
    "personal-identity-number-form", "Twelve digits with a right check digit", "domain.md, SKOLFS 2021:22"
)
ORIENTATION_INDEPENDENT = Rule(
    "orientation-only-for-independent", "Only a unit of an independent organizer has an orientation", UNIT
)
MUNICIPALITY_NEEDED = Rule("municipality-needed", "The municipality where the unit lies is needed", UNIT)
MUNICIPALITY_UNKNOWN = Rule("municipality-unknown", "There is no such municipality", UNIT)
SCHOOL_TYPE_NEEDED = Rule("school-type-needed", "An ordinary unit has at least one school type", TYPES)
ONLY_WITH_GR = Rule("only-with-compulsory-school", "Only a compulsory school can have this mark", TYPES)
DETAILS_WITHOUT_TYPE = Rule("details-without-school-type", "These details need their school type", TYPES)
GRADE_UNKNOWN = Rule("grade-unknown", "The school type has no such grade", TYPES)
TOO_MANY = Rule("too-many", "No unit has so many", "ours: each programme is a column of everybody's extract")
PROGRAMME_FORM = Rule("programme-form", "A programme code has two to six capital letters, then digits at most", TYPES)
CSN_FORM = Rule("csn-code-form", "A CSN code has digits only", API)
INTERNALLY_ONLY_VUX = Rule("internally-only-adult-education", "Own provision is said of adult education only", TYPES)
REPORTS_ONLY_CENTRAL = Rule("reports-only-central", "Only a central reporting unit says what it reports", UNIT)
ADDRESS_TWICE = Rule("address-type-once", "There is one address of each kind at most", API)
ABROAD_ONLY = Rule(
    "address-abroad-only", "Only a unit abroad has an address abroad, and it has no visiting address", API
)
COUNTRY_NEEDED = Rule("country-needed", "An address abroad names its country", API)
POSTAL_CODE_FORM = Rule("postal-code-form", "A postal code has five digits", API)
LOCALITY_NEEDED = Rule("locality-needed", "A postal code needs its locality", API)
COORDINATE_FORM = Rule("coordinate-form", "A coordinate is a number, and both of a pair are given", API)
COORDINATE_OUTSIDE = Rule("coordinate-outside", "The coordinates lie outside Sweden", API)
COORDINATES_DIFFER = Rule("coordinates-differ", "SWEREF 99 TM and WGS 84 name different places", API)

LONGEST = {"display_name": 200, "school_name": 200, "url": 500, "email": 254, "phone_number": 40, "head_master": 200,
           "head_master_work_email": 254}  # fmt: skip
EMAIL = re.compile(
    r"[^\s@<>\",;:()\[\]\\]{1,64}@(?:[A-Za-z0-9À-ÿ](?:[A-Za-z0-9À-ÿ-]{0,61}[A-Za-z0-9À-ÿ])?\.)+[A-Za-z]{2,63}"
)
URL = re.compile(r"https?://(?:[\w-]+\.)+[\w-]{2,63}(?::[0-9]{1,5})?(?:[/?#]\S*)?")
PHONE = re.compile(r"\+?[0-9](?:[ ()/-]{0,2}[0-9]){4,19}")
PROGRAMME = re.compile(r"[A-ZÅÄÖ]{2,6}[0-9]{0,4}[A-Z]{0,2}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]")
"""Nobody sees them: controls, what turns the direction of writing, spaces of no width, and half a surrogate pair, which
a file of JSON can have. Those that join letters or the parts of an emoji (U+200C, U+200D) are left.
"""
LONGEST_COORDINATE, MOST_PROGRAMMES = 25, 100


def broken_rules(fields: EditableFields, organizer: OrganizerType, municipalities: frozenset[str]) -> list[Broken]:
    """Every rule that the (normalised) fields break, in the order of the form."""
    return [
        *_names_and_contacts(fields),
        *_kind(fields, organizer, municipalities),
        *_school_types(fields),
        *_addresses(fields),
    ]


def _names_and_contacts(fields: EditableFields) -> Iterator[Broken]:
    if not fields.display_name:
        yield NAME_NEEDED.broken_at("/displayName")
    for name, most in LONGEST.items():
        pointer = "/" + (type(fields).model_fields[name].alias or name)
        yield from text_rules(getattr(fields, name), pointer, most)
    forms = (("/url", fields.url, URL, URL_FORM), ("/email", fields.email, EMAIL, EMAIL_FORM),
             ("/phoneNumber", fields.phone_number, PHONE, PHONE_FORM),
             ("/headMasterWorkEmail", fields.head_master_work_email, EMAIL, EMAIL_FORM))  # fmt: skip
    for pointer, text, form, rule in forms:
        if text and not form.fullmatch(text):
            yield rule.broken_at(pointer)
    number = fields.head_master_personal_identity_number
    if number and not PersonalIdentityNumber.is_valid(number):
        yield NUMBER_FORM.broken_at("/headMasterPersonalIdentityNumber")


def text_rules(text: str | None, pointer: str, most: int) -> Iterator[Broken]:
    if text and len(text) > most:
        yield TOO_LONG.broken_at(pointer, most=most)
    if text and CONTROL.search(text):
        yield BAD_CHARACTERS.broken_at(pointer)


def _kind(fields: EditableFields, organizer: OrganizerType, municipalities: frozenset[str]) -> Iterator[Broken]:
    has_orientation = fields.orientation_type not in (None, Orientation.EJ_RELEVANT)
    if has_orientation and organizer is not OrganizerType.ENSKILD:
        yield ORIENTATION_INDEPENDENT.broken_at("/orientationType")
    if fields.municipality_code is None and fields.school_unit_type is not SchoolUnitType.UTLAND:
        yield MUNICIPALITY_NEEDED.broken_at("/municipalityCode")
    elif fields.municipality_code is not None and fields.municipality_code not in municipalities:
        yield MUNICIPALITY_UNKNOWN.broken_at("/municipalityCode")
    if fields.school_unit_type is not SchoolUnitType.CENTRAL:
        for pointer, value in (
            ("/reportsStudents", fields.reports_students),
            ("/reportsPersonell", fields.reports_personell),
        ):
            if value is not None:
                yield REPORTS_ONLY_CENTRAL.broken_at(pointer)


def _school_types(fields: EditableFields) -> Iterator[Broken]:
    types = fields.school_types
    if not types and fields.school_unit_type is SchoolUnitType.SKOLENHET:
        yield SCHOOL_TYPE_NEEDED.broken_at("/schoolTypes")
    for pointer, mark in (
        ("/specialSupportSchool", fields.special_support_school),
        ("/hospitalSchool", fields.hospital_school),
    ):
        if mark and SchoolType.GR not in types:
            yield ONLY_WITH_GR.broken_at(pointer)
    if fields.municipal_adult_education_provided_internally and SchoolType.VUX not in types:
        yield INTERNALLY_ONLY_VUX.broken_at("/municipalAdultEducationProvidedInternally")
    yield from _details(fields)


def _details(fields: EditableFields) -> Iterator[Broken]:
    for name, details in fields.school_type_properties:
        if details is None:
            continue
        types, school_type = fields.school_types, SchoolType(name.upper())
        pointer = f"/schoolTypeProperties/{name}"
        if school_type not in types:
            yield DETAILS_WITHOUT_TYPE.broken_at(pointer, school_type=school_type.value)
        for grade in getattr(details, "grades", None) or ():
            if grade not in GRADES[school_type]:
                yield GRADE_UNKNOWN.broken_at(f"{pointer}/grades", grade=grade)
        programmes = getattr(details, "programmes", None) or ()
        if len(programmes) > MOST_PROGRAMMES:
            yield TOO_MANY.broken_at(f"{pointer}/programmes", most=MOST_PROGRAMMES)
        for code in programmes[:MOST_PROGRAMMES]:
            if not PROGRAMME.fullmatch(code):
                yield PROGRAMME_FORM.broken_at(f"{pointer}/programmes", programme=code)
        if (csn := getattr(details, "csn_code", None)) and not re.fullmatch(r"[0-9]{1,10}", csn, re.ASCII):
            yield CSN_FORM.broken_at(f"{pointer}/csnCode")


def _addresses(fields: EditableFields) -> Iterator[Broken]:
    is_abroad = fields.school_unit_type is SchoolUnitType.UTLAND
    forbidden = AddressType.BESOKSADRESS if is_abroad else AddressType.UTLANDSADRESS
    seen: set[AddressType] = set()
    for address in fields.addresses:
        pointer = f"/addresses/{address.type}"
        if address.type in seen:
            yield ADDRESS_TWICE.broken_at(pointer)
        seen.add(address.type)
        if address.type is forbidden:
            yield ABROAD_ONLY.broken_at(pointer)
        yield from _address(address, pointer)


def _address(address: Address, pointer: str) -> Iterator[Broken]:
    for name, text in (
        ("careOfAddress", address.care_of_address),
        ("streetAddress", address.street_address),
        ("locality", address.locality),
        ("country", address.country),
        ("continent", address.continent),
    ):
        yield from text_rules(text, f"{pointer}/{name}", 100)
    if address.type is AddressType.UTLANDSADRESS:
        if not address.country:
            yield COUNTRY_NEEDED.broken_at(f"{pointer}/country")
        yield from text_rules(address.postal_code, f"{pointer}/postalCode", 20)
    elif address.postal_code and not re.fullmatch(r"[0-9]{5}", address.postal_code, re.ASCII):
        yield POSTAL_CODE_FORM.broken_at(f"{pointer}/postalCode")
    elif address.postal_code and not address.locality:
        yield LOCALITY_NEEDED.broken_at(f"{pointer}/locality")
    if address.geo_coordinates:
        yield from _place(address, f"{pointer}/geoCoordinates")


def _place(address: Address, pointer: str) -> Iterator[Broken]:
    place = address.geo_coordinates
    if place is None:
        return
    pairs = (
        ("latitude", place.latitude, place.longitude, coordinates.is_in_sweden),
        ("coordinateSweRefN", place.coordinate_swe_ref_n, place.coordinate_swe_ref_e, coordinates.is_on_the_grid),
    )
    for name, text in place.model_dump(by_alias=True).items():
        yield from text_rules(text, f"{pointer}/{name}", LONGEST_COORDINATE)
    whole = True
    for name, first, second, is_inside in pairs:
        if first is None and second is None:
            continue
        one, other = coordinates.number(first), coordinates.number(second)
        if one is None or other is None:
            whole = False
            yield COORDINATE_FORM.broken_at(f"{pointer}/{name}")
        elif not is_inside(one, other):
            whole = False
            yield COORDINATE_OUTSIDE.broken_at(f"{pointer}/{name}")
    if whole and not coordinates.agree(place):
        yield COORDINATES_DIFFER.broken_at(f"{pointer}/latitude")
