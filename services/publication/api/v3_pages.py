"""The answers of the open API v3: what an entity or a page of them comes in."""

from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field

from services.publication.api.v3_models import (
    Contract,
    County,
    EducationProvider,
    FoundContract,
    FoundEducationProvider,
    FoundOrganizer,
    FoundUnit,
    Model,
    Organizer,
    SchoolUnitInFull,
)


class Meta(Model):
    """Of which view an answer is."""

    snapshot: date = Field(description="The day whose public view this is")
    extract_date: str = Field(description="When the day before it closed")
    as_of: date | None = Field(default=None, description="The day that was asked for")
    total: int | None = Field(default=None, description="How many are found in all, where it was asked for")
    corrections: dict[str, list[str]] | None = Field(
        default=None, description="Words that nothing was found by, and what was searched for in their place"
    )


class Links(Model):
    self: str
    next: str | None = Field(default=None, description="The next page; not there on the last")


class Page(Model):
    meta: Meta
    links: Links


class SchoolUnits(Page):
    data: list[FoundUnit]


class Organizers(Page):
    data: list[FoundOrganizer]


class EducationProviders(Page):
    data: list[FoundEducationProvider]


class Contracts(Page):
    data: list[FoundContract]


class Change(Model):
    field: str
    before: Any
    after: Any


class State(Model):
    """A state of an entity, and what made it another than the one before."""

    valid_from: date = Field(description="The day of the change, which `asOf` knows")
    valid_to: date | None = Field(description="Its last day; null: it still holds")
    public_from: date = Field(description="The first day whose view has it, as the feed and the differences count")
    changes: list[Change]


class History(Page):
    data: list[State]


class Difference(Model):
    type: str
    id: str
    what: Literal["created", "changed", "ended"]
    changes: list[Change]
    links: dict[str, str]


class DifferencesMeta(Meta):
    """Between which views."""

    since: date = Field(alias="from", description="The day whose view is compared with that of `snapshot`")


class Differences(Model):
    meta: DifferencesMeta
    links: Links
    data: list[Difference]


class Changed(Model):
    """What is otherwise than in the view before."""

    seq: int = Field(description="Counted through all views; the same in every replica")
    public_from: date = Field(description="The first day whose view has it")
    type: str
    id: str
    what: Literal["created", "changed", "ended"]
    fields: list[str] = Field(description="Which of its own fields are another; none where it is new")
    links: dict[str, str]


class FeedMeta(Meta):
    last_seq: int = Field(description="The last number that is public")


class FeedLinks(Model):
    self: str
    next: str = Field(description="What comes after this; ask again and again")


class Feed(Model):
    meta: FeedMeta
    links: FeedLinks
    data: list[Changed]


class Geometry(Model):
    type: Literal["Point"]
    coordinates: list[float]


class Feature(Model):
    """RFC 7946, section 3.2."""

    type: Literal["Feature"]
    id: str | None
    geometry: Geometry | None
    properties: dict[str, Any]


class Features(Page):
    """RFC 7946, section 3.3, with what the page says of itself beside it."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


class OneUnit(Page):
    data: SchoolUnitInFull


class OneOrganizer(Page):
    data: Organizer


class OneEducationProvider(Page):
    data: EducationProvider


class OneContract(Page):
    data: Contract


class Municipality(Model):
    municipality_code: str
    display_name: str | None
    county: County
    school_units: int = Field(description="In operation (`AKTIV`)")
    links: dict[str, str]


class Municipalities(Page):
    data: list[Municipality]


class CountyOfUnits(Model):
    county_code: str
    display_name: str
    municipalities: int
    school_units: int = Field(description="In operation (`AKTIV`)")
    links: dict[str, str]


class Counties(Page):
    data: list[CountyOfUnits]


class Root(Model):
    """Where everything is."""

    name: str
    title: str
    version: str
    snapshot: date = Field(description="The day whose public view is the newest")
    extract_date: str = Field(description="When the day before it closed")
    links: dict[str, str]


class ApiInfo(Model):
    """The national REST API profile's description of an API (DOK.16)."""

    api_name: str
    api_version: str
    api_released: date
    api_documentation: str
    api_status: Literal["beta", "active", "deprecated"]


class ProblemDetails(Model):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: list[dict[str, Any]] | None = Field(default=None, description="What is wrong with each parameter")
