"""What may be asked of the open API v3's lists. An unknown parameter is an error: no misspelling goes unseen."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from services.contracts.vocabulary import (
    ContractStatus,
    OrganizerType,
    Orientation,
    SchoolType,
    SchoolTypePart,
    SchoolUnitType,
    Status,
)
from services.publication.domain.asked import Box, Near
from services.publication.domain.history import Kind
from services.publication.domain.listing import FILTERS

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
METRES_A_KILOMETRE = 1000
MAX_LIMIT, MAX_RADIUS = 1000, 200


def _split(given: Any) -> list[str]:
    texts = [given] if isinstance(given, str) else given or []
    return [value for text in texts for value in text.split(",") if value]


def _degrees(*limits: int) -> AfterValidator:
    def check(given: str) -> str:
        if any(abs(degrees) > limit for degrees, limit in zip(_numbers(given), limits, strict=True)):
            raise PydanticCustomError("degrees", "A latitude is at most 90 and a longitude at most 180 degrees")
        return given

    return AfterValidator(check)


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _day(given: Any) -> Any:
    if isinstance(given, str) and not DAY.fullmatch(given):
        raise PydanticCustomError("day", "Write a day as yyyy-mm-dd")
    return given


Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
Codes10 = Annotated[str, Field(pattern=r"^[0-9]{10}$")]
Codes4 = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
Codes2 = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
Split = BeforeValidator(_split)
YesOrNo = Literal["true", "false"]


class Days(BaseModel):
    """In which day's view, and as of which day."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)

    snapshot: Day | None = Field(
        default=None, description="Answer from this day's public view: an earlier one than the newest"
    )
    as_of: Day | None = Field(default=None, description="Answer as it was on this day, as the view knows it")


class ListQuery(Days):
    """What every list takes."""

    q: str | None = Field(
        default=None, max_length=200,
        description="Words that are searched for in names, places and organizers' names: by their beginning, whatever "
        "their case and accents, and mistyped ones where nothing else is found. Best finds first, without `sort`",
    )  # fmt: skip
    modified_after: Day | None = Field(default=None, description="Changed on this day or later")
    fields: Annotated[list[str], Split] = Field(default=[], description="Only these fields of each, by comma")
    sort: Literal["displayName", "-displayName", "modified", "-modified", "id", "-id"] | None = Field(
        default=None, description="The order; `-` for the other way. Names in Swedish order"
    )
    limit: int = Field(default=100, ge=1, le=MAX_LIMIT, description="How many on a page")
    cursor: str | None = Field(
        default=None, max_length=2000, description="From `links.next`: the page after; it keeps the view"
    )
    total: bool = Field(default=False, description="Count all that is found, as `meta.total`")

    def filters(self, kind: Kind) -> Mapping[str, Sequence[str]]:
        """The filters that have a value, by the name of the parameter."""
        named = ((name, getattr(self, to_snake(name))) for name in FILTERS[kind])
        return {name: [str(value) for value in values] for name, values in named if values}

    def place(self) -> tuple[Box | None, Near | None]:
        """The box and the circle to look in."""
        return None, None


def to_snake(name: str) -> str:
    """`schoolType` as `school_type`."""
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


class UnitQuery(ListQuery):
    """What the list of school units takes."""

    organization_number: Annotated[list[Codes10], Split] = []
    organizer_type: Annotated[list[OrganizerType], Split] = []
    school_type: Annotated[list[SchoolType], Split] = []
    grade: Annotated[list[Annotated[str, Field(pattern=r"^([1-9]|10)$")]], Split] = []
    programme: Annotated[list[Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}$")]], Split] = []
    school_type_part: Annotated[list[SchoolTypePart], Split] = []
    status: Annotated[list[Status], Split] = []
    school_unit_type: Annotated[list[SchoolUnitType], Split] = []
    orientation_type: Annotated[list[Orientation], Split] = []
    municipality_code: Annotated[list[Codes4], Split] = []
    county_code: Annotated[list[Codes2], Split] = []
    special_support_school: Annotated[list[YesOrNo], Split] = []
    hospital_school: Annotated[list[YesOrNo], Split] = []
    near: Annotated[str, Field(pattern=f"^{DEGREES},{DEGREES}$"), _degrees(90, 180)] | None = Field(
        default=None, examples=["55.70,13.19"],
        description="`latitude,longitude`, WGS 84: within `radius` of it, the nearest first",
    )  # fmt: skip
    radius: float = Field(default=10, gt=0, le=MAX_RADIUS, description="Kilometres around `near`")
    bbox: Annotated[str, Field(pattern=f"^{DEGREES}(,{DEGREES}){{3}}$"), _degrees(180, 90, 180, 90)] | None = Field(
        default=None, examples=["13.1,55.6,13.3,55.8"],
        description="`west,south,east,north`, WGS 84 (RFC 7946, section 5)",
    )  # fmt: skip
    format: Literal["json", "geojson"] = Field(default="json", description="The same as `Accept: application/geo+json`")

    def place(self) -> tuple[Box | None, Near | None]:
        west, south, east, north = _numbers(self.bbox or "0,0,0,0")
        latitude, longitude = _numbers(self.near or "0,0")
        near = Near(longitude, latitude, self.radius * METRES_A_KILOMETRE)
        return ((east, north), (west, south)) if self.bbox else None, near if self.near else None


class OrganizerQuery(ListQuery):
    """What the list of organizers takes."""

    organizer_type: Annotated[list[OrganizerType], Split] = []
    municipality_code: Annotated[list[Codes4], Split] = []
    county_code: Annotated[list[Codes2], Split] = []


class ProviderQuery(ListQuery):
    """What the list of education providers takes."""

    organization_number: Annotated[list[Codes10], Split] = []
    grading_rights: Annotated[list[YesOrNo], Split] = []
    school_type_part: Annotated[list[SchoolTypePart], Split] = []


class ContractQuery(ListQuery):
    """What the list of contracts takes."""

    organization_number: Annotated[list[Codes10], Split] = []
    education_provider_code: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{8}$")]], Split] = []
    status: Annotated[list[ContractStatus], Split] = []
    school_type_part: Annotated[list[SchoolTypePart], Split] = []


class DifferenceQuery(BaseModel):
    """Between which days, and of what."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, populate_by_name=True)

    since: Day = Field(alias="from", description="As it was on this day")
    to: Day | None = Field(default=None, description="Against this day; today's view if not given")
    type: Annotated[list[Literal["school-units", "organizers", "education-providers", "contracts"]], Split] = []
    limit: int = Field(default=100, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, max_length=2000)
