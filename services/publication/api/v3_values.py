"""The values that the open API v3 is asked with: their forms, what they mean, and what is said of others."""

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from services.contracts.vocabulary import OrganizerType, SchoolTypePart
from services.publication.domain.extract import COUNTIES
from services.publication.domain.folding import words

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
MAX_LIMIT = 1000
SWAPPED = range(10, 26), range(55, 71)
"""Whole degrees of Sweden's longitudes and latitudes: as latitude and longitude they lie in the Arabian Sea."""


def numbers(text: str) -> list[float]:
    """The numbers between commas."""
    return [float(part) for part in text.split(",")]


def degrees(*limits: int) -> AfterValidator:
    """Each number is at most so much, either way."""

    def check(given: str) -> str:
        if any(abs(number) > limit for number, limit in zip(numbers(given), limits, strict=True)):
            raise PydanticCustomError("degrees", "A latitude is at most 90 and a longitude at most 180 degrees")
        return given

    return AfterValidator(check)


def _not_swapped(given: str) -> str:
    if all(int(number) in found for number, found in zip(numbers(given), SWAPPED, strict=True)):
        raise PydanticCustomError("swapped", "This is in the Arabian Sea: write `latitude,longitude`")
    return given


def _in_order(given: str) -> str:
    west, south, east, north = numbers(given)
    if west >= east or south >= north:
        says = "Write `west,south,east,north`, the lesser first; a box across the antimeridian is not supported"
        raise PydanticCustomError("box-order", says)
    return given


def _with_words(given: str | None) -> str | None:
    if given and given.strip() and not words(given):
        raise PydanticCustomError("no-words", "There is no letter and no digit to search for")
    return given


def _a_county(given: str) -> str:
    if given not in COUNTIES:
        raise PydanticCustomError("unknown-county", "The counties are {known}", {"known": ", ".join(COUNTIES)})
    return given


def _split(given: Any) -> list[str]:
    texts = [given] if isinstance(given, str) else given or []
    parts = [value for text in texts for value in text.split(",")]
    if "" in parts:  # an empty variable of a script would else ask for the whole register
        raise PydanticCustomError("no-value", "A value is missing; to ask for all, leave the parameter out")
    return parts


def _day(given: Any) -> Any:
    if isinstance(given, str) and not DAY.fullmatch(given):
        raise PydanticCustomError("day", "Write a day as yyyy-mm-dd")
    return given


Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
Split = BeforeValidator(_split)
YesOrNo = Literal["true", "false"]
Collection = Literal["school-units", "organizers", "education-providers", "contracts"]
SortKey = Literal["displayName", "-displayName", "modified", "-modified", "id", "-id"]
Words = Annotated[
    str | None, AfterValidator(_with_words),
    Field(max_length=200, examples=["katedralskolan"],
          description="Words that are searched for in names, places and organizers' names: by their beginning, "
          "whatever case and accents; mistyped ones where nothing else is found. Best finds first, but with `sort`"),
]  # fmt: skip
Point = Annotated[str, Field(pattern=f"^{DEGREES},{DEGREES}$"), degrees(90, 180), AfterValidator(_not_swapped)]
Box = Annotated[
    str, Field(pattern=f"^{DEGREES}(,{DEGREES}){{3}}$"), degrees(180, 90, 180, 90), AfterValidator(_in_order)
]
OrganizationNumbers = Annotated[
    list[Annotated[str, Field(pattern=r"^[0-9]{10}$")]], Split,
    Field(description="Of these organizers, by their number", examples=[["2120001132"]]),
]  # fmt: skip
Municipalities = Annotated[
    list[Annotated[str, Field(pattern=r"^[0-9]{4}$")]], Split,
    Field(description="In these municipalities; `/municipalities` lists them", examples=[["1281", "1280"]]),
]  # fmt: skip
Counties = Annotated[
    list[Annotated[str, Field(json_schema_extra={"enum": [*COUNTIES]}), AfterValidator(_a_county)]], Split,
    Field(description="In these counties; `/counties` lists them", examples=[["12"]]),
]  # fmt: skip
OrganizerTypes = Annotated[
    list[OrganizerType], Split, Field(description="Of organizers of these types", examples=[["KOMMUN", "ENSKILD"]])
]
SchoolTypeParts = Annotated[
    list[SchoolTypePart], Split, Field(description="With these parts of adult education", examples=[["VUXSFI"]])
]
Types = Annotated[
    list[Collection], Split, Field(description="Of these kinds only", examples=[["school-units", "organizers"]])
]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many on a page", examples=[20])]
Cursor = Annotated[
    str | None,
    Field(max_length=2000, description="From `links.next`: where the next page begins; it keeps the view",
          examples=["WyIyMDI2LTExLTI1IiwwLCJhIiwiMTAwMDAwMDIiLHt9XQ"]),
]  # fmt: skip
