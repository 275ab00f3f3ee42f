"""What may be asked of the open API v3's lists. An unknown parameter is an error: no misspelling goes unseen."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from services.contracts.vocabulary import ContractStatus, Orientation, SchoolType, SchoolUnitType, Status
from services.publication.api import v3_values as values
from services.publication.api.v3_values import (
    Counties,
    Cursor,
    Day,
    Limit,
    Municipalities,
    OrganizationNumbers,
    OrganizerTypes,
    SchoolTypeParts,
    Split,
    Types,
    Words,
    YesOrNo,
)
from services.publication.domain.asked import Box, Near
from services.publication.domain.history import Kind
from services.publication.domain.listing import FILTERS

METRES_A_KILOMETRE, RADIUS, MAX_RADIUS, MAX_WAIT = 1000, 10, 200, 60
TO_CAMEL = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class View(BaseModel):
    """In which day's view."""

    model_config = TO_CAMEL

    snapshot: Day | None = Field(
        default=None, examples=["2026-11-25"],
        description="Answer from this day's public view, what could be read then; the newest if not given",
    )  # fmt: skip


class Days(View):
    """In which day's view, and as of which day."""

    as_of: Day | None = Field(
        default=None, examples=["2026-11-24"], description="Answer as it was on this day, as the view knows it"
    )


class ListQuery(Days):
    """What every list takes."""

    q: Words = None
    modified_after: Day | None = Field(
        default=None, examples=["2026-11-01"], description="Changed on this day or later"
    )
    fields: Annotated[list[str], Split] = Field(
        default=[], examples=[["displayName", "links"]], description="Only these fields of each, by comma"
    )
    sort: values.SortKey | None = Field(
        default=None, examples=["-modified"], description="The order; `-` for the other way. Names in Swedish order"
    )
    limit: Limit = 100
    cursor: Cursor = None
    total: bool = Field(default=False, examples=[True], description="Count all that is found, as `meta.total`")

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


Grade = Annotated[str, Field(pattern=r"^([1-9]|10)$")]
Programme = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}$")]
ProviderCode = Annotated[str, Field(pattern=r"^[0-9]{8}$")]


class UnitQuery(ListQuery):
    """What the list of school units takes."""

    organization_number: OrganizationNumbers = []
    organizer_type: OrganizerTypes = []
    school_type: Annotated[list[SchoolType], Split] = Field(
        default=[], examples=[["GR", "FKLASS"]], description="With any of these school types"
    )
    grade: Annotated[list[Grade], Split] = Field(
        default=[], examples=[["7", "8", "9"]], description="With any of these grades, in whichever school type"
    )
    programme: Annotated[list[Programme], Split] = Field(
        default=[], examples=[["NA25"]], description="With any of these programmes of upper secondary school"
    )
    school_type_part: SchoolTypeParts = []
    status: Annotated[list[Status], Split] = Field(
        default=[], examples=[["AKTIV"]], description="In any of these states; closed units too where it is not given"
    )
    school_unit_type: Annotated[list[SchoolUnitType], Split] = Field(
        default=[], examples=[["SKOLENHET"]], description="Of any of these types"
    )
    orientation_type: Annotated[list[Orientation], Split] = Field(
        default=[], examples=[["ALLMAN"]], description="Independent units with any of these orientations"
    )
    municipality_code: Municipalities = []
    county_code: Counties = []
    special_support_school: Annotated[list[YesOrNo], Split] = Field(
        default=[], examples=[["true"]], description="Whether it is a resource school, where that is known"
    )
    hospital_school: Annotated[list[YesOrNo], Split] = Field(
        default=[], examples=[["true"]], description="Whether it teaches at a hospital, where that is known"
    )
    near: values.Point | None = Field(
        default=None, examples=["55.70,13.19"],
        description="`latitude,longitude`, WGS 84: within `radius` of it, the nearest first",
    )  # fmt: skip
    radius: float | None = Field(  # without a default: documentation pages send those
        default=None, gt=0, le=MAX_RADIUS, examples=[3],
        description=f"Kilometres around `near`, with it alone; {RADIUS} if not given",
    )  # fmt: skip
    bbox: values.Box | None = Field(
        default=None, examples=["13.1,55.6,13.3,55.8"],
        description="`west,south,east,north`, WGS 84 (RFC 7946, section 5); not with `near`",
    )  # fmt: skip
    format: Literal["json", "geojson"] = Field(
        default="json", examples=["geojson"], description="The same as `Accept: application/geo+json`"
    )

    @field_validator("radius")
    @classmethod
    def _is_around_something(cls, given: float | None, info: ValidationInfo) -> float | None:
        """Checked where it is given; `near` is not among what was read where it is wrong itself."""
        if info.data.get("near", given) is None:
            raise PydanticCustomError("without-near", "A radius is around a point: give `near` as well")
        return given

    @field_validator("bbox")
    @classmethod
    def _is_alone(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given and info.data.get("near"):
            raise PydanticCustomError("box-and-near", "Give `near` or `bbox`, not both")
        return given

    def place(self) -> tuple[Box | None, Near | None]:
        west, south, east, north = values.numbers(self.bbox or "0,0,0,0")
        latitude, longitude = values.numbers(self.near or "0,0")
        near = Near(longitude, latitude, (self.radius or RADIUS) * METRES_A_KILOMETRE)
        return ((east, north), (west, south)) if self.bbox else None, near if self.near else None


class OrganizerQuery(ListQuery):
    """What the list of organizers takes."""

    organizer_type: OrganizerTypes = []
    municipality_code: Municipalities = []
    county_code: Counties = []


class ProviderQuery(ListQuery):
    """What the list of education providers takes."""

    organization_number: OrganizationNumbers = []
    grading_rights: Annotated[list[YesOrNo], Split] = Field(
        default=[], examples=[["true"]], description="Whether it may set grades"
    )
    school_type_part: SchoolTypeParts = []


class ContractQuery(ListQuery):
    """What the list of contracts takes."""

    organization_number: OrganizationNumbers = []
    education_provider_code: Annotated[list[ProviderCode], Split] = Field(
        default=[], examples=[["12345678"]], description="With any of these education providers"
    )
    status: Annotated[list[ContractStatus], Split] = Field(
        default=[], examples=[["aktiv"]], description="In any of these states"
    )
    school_type_part: SchoolTypeParts = []


class CountyQuery(View):
    """What the list of counties takes."""

    limit: Limit = 100
    cursor: Cursor = None
    total: bool = Field(default=False, examples=[True], description="Count all, as `meta.total`")


class MunicipalityQuery(CountyQuery):
    """What the list of municipalities takes."""

    county_code: Counties = []


class DifferenceQuery(BaseModel):
    """Between which views, and of what."""

    model_config = TO_CAMEL

    since: Day | None = Field(
        default=None, alias="from", examples=["2026-11-25"],
        description="What was public on this day; the day before `to` if not given",
    )  # fmt: skip
    to: Day | None = Field(
        default=None, examples=["2026-11-26"], description="What was public on this day; the newest view if not given"
    )
    type: Types = []
    limit: Limit = 100
    cursor: Cursor = None


class FeedQuery(BaseModel):
    """From where on, and of what."""

    model_config = TO_CAMEL

    after: int | None = Field(
        default=None,
        ge=0,
        le=2**62,
        examples=[1751],
        description="The last number that the reader has; 0: from the start",
    )
    since: Day | None = Field(
        default=None, alias="from", examples=["2026-11-25"], description="In place of `after`: from this day's view on"
    )
    type: Types = []
    organization_number: OrganizationNumbers = []
    municipality_code: Municipalities = []


class FeedPageQuery(FeedQuery):
    """A page of the feed."""

    limit: Limit = 100
    wait: int = Field(
        default=0, ge=0, le=MAX_WAIT, examples=[60], description="Seconds to wait for a change where there is none yet"
    )
