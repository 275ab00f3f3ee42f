"""The published language: the words and codes that wire, URL and domain share (spec/domain.md, spec/openapi-v2.md)."""

import re
from datetime import date
from enum import StrEnum
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema


class NotACodeError(ValueError):
    """The text is not a code of this kind."""


class Code(str):
    """A code that cannot be wrong: it is checked when made. Codes are text, so leading zeros stay."""

    __slots__ = ()
    pattern = r".+"
    meaning = "a code"

    def __new__(cls, text: str) -> Self:
        if not re.fullmatch(cls.pattern, text, re.ASCII) or not cls.is_valid(text):
            raise NotACodeError(f"{text!r} is not {cls.meaning}")
        return super().__new__(cls, text)

    @classmethod
    def is_valid(cls, text: str) -> bool:  # noqa: ARG003 - what the pattern cannot say; most codes need no more
        return True

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(pattern=f"^{cls.pattern}$"),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )


class SchoolUnitCode(Code):
    """Eight digits without meaning, given once, never reused (domain.md, Skolenhet)."""

    __slots__ = ()
    pattern = r"[1-9][0-9]{7}"
    meaning = "a school unit code (eight digits, the first not zero)"


class OrganizationNumber(Code):
    """Ten digits, the last a check digit (Luhn; domain.md, Huvudman)."""

    __slots__ = ()
    pattern = r"[0-9]{10}"
    meaning = "an organization number (ten digits with a right check digit)"

    @classmethod
    def is_valid(cls, text: str) -> bool:
        return luhn_holds(text)


class MunicipalityCode(Code):
    """Four digits; the first two are the county (domain.md, section 6)."""

    __slots__ = ()
    pattern = r"[0-9]{4}"
    meaning = "a municipality code (four digits)"


class PersonalIdentityNumber(Code):
    """A personal identity number or a coordination number (SFS 1991:481, 18 §; SFS 2022:1697): twelve digits.

    A birth day (a coordination number has 60 added to its day), three digits and a check digit. It shows itself neither
    in errors nor in the `repr` of what holds it.
    """

    __slots__ = ()
    pattern = r"(?:18|19|20)[0-9]{10}"
    meaning = "a personal identity number (twelve digits, a day and a right check digit)"

    def __new__(cls, text: str) -> Self:
        try:
            return super().__new__(cls, text)
        except NotACodeError:
            raise NotACodeError(f"not {cls.meaning}") from None

    def __repr__(self) -> str:
        return "PersonalIdentityNumber(hidden)"

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Whether any text is such a number."""
        if not re.fullmatch(cls.pattern, text, re.ASCII):
            return False
        day = int(text[6:8])
        try:
            date(int(text[:4]), int(text[4:6]), day - COORDINATION_OFFSET if day > COORDINATION_OFFSET else day)
        except ValueError:
            return False
        return luhn_holds(text[2:])

    @staticmethod
    def tidied(typed: str) -> str:
        """Twelve digits without a mark where twelve were typed; otherwise what was typed, trimmed."""
        digits = re.sub(r"[\s-]", "", typed)
        return digits if re.fullmatch(r"[0-9]{12}", digits) else typed.strip()


COORDINATION_OFFSET = 60
"""What a coordination number adds to its day."""


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (Luhn, as Swedish numbers use it)."""
    doubled = (int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0  # noqa: PLR2004 - digit sum of a two-digit number


class SchoolType(StrEnum):
    """Skolform."""

    FKLASS = "FKLASS"
    FTH = "FTH"
    OPPFTH = "OPPFTH"
    GR = "GR"
    GRAN = "GRAN"
    SP = "SP"
    SAM = "SAM"
    GY = "GY"
    GYAN = "GYAN"
    VUX = "VUX"


class SchoolTypePart(StrEnum):
    """The parts of municipal adult education (komvux)."""

    VUXGR = "VUXGR"
    VUXGY = "VUXGY"
    VUXGRAN = "VUXGRAN"
    VUXGYAN = "VUXGYAN"
    VUXSFI = "VUXSFI"


class Status(StrEnum):
    """A school unit's status: active, dormant, closed, planned."""

    AKTIV = "AKTIV"
    VILANDE = "VILANDE"
    UPPHORT = "UPPHORT"
    PLANERAD = "PLANERAD"


class Orientation(StrEnum):
    """Inriktning: only for a unit of an independent organizer."""

    ALLMAN = "ALLMAN"
    WALDORF = "WALDORF"
    KONFESSIONELL = "KONFESSIONELL"
    RIKSINTERNAT = "RIKSINTERNAT"
    INTERNATIONELL = "INTERNATIONELL"
    EJ_RELEVANT = "EJ_RELEVANT"


class SchoolUnitType(StrEnum):
    """An ordinary unit, a central reporting unit, or a unit abroad."""

    SKOLENHET = "SKOLENHET"
    CENTRAL = "CENTRAL"
    UTLAND = "UTLAND"


class OrganizerType(StrEnum):
    """Huvudmannatyp."""

    KOMMUN = "KOMMUN"
    REGION = "REGION"
    STAT = "STAT"
    SAME = "SAME"
    ENSKILD = "ENSKILD"
    SPECIAL = "SPECIAL"
    KOMMFORB = "KOMMFORB"
    HMANUTL = "HMANUTL"


class AddressType(StrEnum):
    """Visiting, delivery, postal address; address abroad."""

    BESOKSADRESS = "BESOKSADRESS"
    LEVERANSADRESS = "LEVERANSADRESS"
    POSTADRESS = "POSTADRESS"
    UTLANDSADRESS = "UTLANDSADRESS"


class ReportType(StrEnum):
    """What a central reporting unit reports for."""

    NEJ = "NEJ"
    KOMMUNAL = "KOMMUNAL"
    ENSKILD = "ENSKILD"


class ProviderType(StrEnum):
    """Whose contact value it is: the companies register's or the school authority's."""

    SCB = "SCB"
    SKOLVERKET = "SKOLVERKET"


class LegalEntityStatus(StrEnum):
    """Whether the organizer is included in the register, and by whom."""

    INKLUDERAD_SKV = "INKLUDERAD_SKV"
    INKLUDERAD_ANNAN = "INKLUDERAD_ANNAN"
    EJ_LANGRE_INKLUDERAD = "EJ_LANGRE_INKLUDERAD"


class CompanyStatus(StrEnum):
    """The organizer's status as a company."""

    ALDRIG_AKTIV = "ALDRIG_AKTIV"
    AKTIV = "AKTIV"
    EJ_LANGRE_AKTIV = "EJ_LANGRE_AKTIV"


class Role(StrEnum):
    """What a person is to an organizer: kontaktperson or uppgiftslämnare (domain.md, section 2)."""

    CONTACT_PERSON = "contact-person"
    DATA_REPORTER = "data-reporter"


class Cause(StrEnum):
    """Why a fact came to be."""

    EDIT = "edit"
    IMPORT = "import"
    PLANNED = "planned"
    CORRECTION = "correction"


class ProcessType(StrEnum):
    """A larger undertaking that changes of units can be part of."""

    PLANNED_CHANGE = "planned-change"
    REORGANISATION = "reorganisation"
    TRANSFER = "transfer"
    BULK = "bulk"
    COMPANIES_REGISTER = "companies-register"


class EducationProviderCode(Code):
    """Eight digits without meaning, given once (openapi-v2.md, Education provider)."""

    __slots__ = ()
    pattern = r"[1-9][0-9]{7}"
    meaning = "an education provider code (eight digits, the first not zero)"


class ContractStatus(StrEnum):
    """Whether some part of a contract runs; lower case on the wire (openapi-v2.md, Contract)."""

    AKTIV = "aktiv"
    INAKTIV = "inaktiv"


class ActivityType(StrEnum):
    """A kind of other activity (övrig verksamhet; domain.md, section 3)."""

    FRISTAENDE_FRITIDSHEM = "FRISTAENDE_FRITIDSHEM"
    OPPEN_FRITIDSVERKSAMHET = "OPPEN_FRITIDSVERKSAMHET"
    ANNAN = "ANNAN"


class Channel(StrEnum):
    """By which way a change came."""

    E_SERVICE = "e-service"
    API = "api"
    FILE = "file"
    REGISTER = "register"


GRADES: dict[SchoolType, tuple[str, ...]] = {
    SchoolType.GR: tuple(str(n) for n in range(1, 10)),
    SchoolType.GRAN: tuple(str(n) for n in range(1, 10)),
    SchoolType.SP: tuple(str(n) for n in range(1, 11)),
    SchoolType.SAM: tuple(str(n) for n in range(1, 7)),
}
"""The grades that a school type may have (domain.md, Skolform and its details)."""
