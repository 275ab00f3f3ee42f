"""A list's question: what is asked for, in which view and as of which day; and where a page ended."""

import base64
import binascii
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import orjson

from services.publication.domain.folding import sort_key, words
from services.publication.domain.history import Kind

GROUPS, WORDS = 12, 6
"""How many filters and how many words one question may have."""
PREFIX = 3
"""From this many letters on a word is found by its beginning; the last word always is."""
METRES_A_DEGREE = 111_195
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
"""What a database's number can hold."""
HYPHENATED = re.compile(r"\b([0-9]{6})-([0-9]{4})\b", re.ASCII)
"""An organization number as people write it."""
POSTCODE = re.compile(r"\b([0-9]{3}) ([0-9]{2})\b", re.ASCII)
LITTLE = frozenset({"av", "for", "i", "och", "pa", "vid"})
"""Words that bind others: nothing is looked for by them where there is anything else."""

SortKey = Literal["displayName", "-displayName", "modified", "-modified", "id", "-id", "distance"]
Box = tuple[tuple[float, float], tuple[float, float]]
"""Two corners: (longitude, latitude) each, degrees."""
Corrections = Mapping[str, Sequence[str]]
"""What a mistyped word may have meant."""


class CursorError(ValueError):
    """The text is no cursor of ours."""


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many metres of a point."""

    longitude: float
    latitude: float
    metres: float

    def box(self) -> Box:
        """A box that has the circle in it: found by index, then measured."""
        up = self.metres / METRES_A_DEGREE
        aside = up / max(math.cos(math.radians(min(abs(self.latitude) + up, 89.9))), 0.001)
        return (self.longitude + aside, self.latitude + up), (self.longitude - aside, self.latitude - up)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as a `tsquery`, and the organizers and the facets (places, providers) that it names."""

    query: str
    organizers: Sequence[str] = ()
    facets: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """What of the words is to be found in the name, and what is not to be: the best finds come first."""

    starts: str | None = None
    not_starts: str | None = None
    words: str | None = None
    not_words: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a list."""

    kind: Kind
    view: date
    day: date
    groups: Sequence[Sequence[str]] = ()
    organizers: Sequence[str] | None = None
    words: Sequence[Word] = ()
    name: Name = field(default_factory=Name)
    box: Box | None = None
    near: Near | None = None
    modified_after: date | None = None


@dataclass(frozen=True, slots=True)
class Last:
    """Where a page ended: in which view, how good the finds were, and the last one's sort key and id."""

    view: date
    tier: int
    key: Any
    id: str
    corrections: Corrections = field(default_factory=dict)

    def cursor(self) -> str:
        """The text that asks for the next page."""
        parts = [self.view, self.tier, self.key, self.id, self.corrections]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def read_cursor(text: str, sort: SortKey) -> Last:
    """Read a cursor. Raises CursorError."""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        view, tier, key, entity, corrections = parts
        readers: Mapping[str, Callable[[Any], Any]] = {"modified": date.fromisoformat, "distance": float}
        key = readers.get(sort.lstrip("-"), str)(key)
        fixed = {word: list(map(_word, options)) for word, options in corrections.items() if options}
        return Last(date.fromisoformat(view), int(tier), _storable(key), _storable(str(entity)), fixed)
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise CursorError(text) from error


def _word(text: str) -> str:
    """A cursor comes from outside, and its words go into a query's own language."""
    if words(text) != [text]:
        raise ValueError(text)
    return text


def _storable(value: Any) -> Any:
    if isinstance(value, str) and "\0" in value:
        raise ValueError(value)
    return value


def asked_words(text: str) -> list[str]:
    """The words that are searched for: the first few, folded; little ones only where there is nothing else."""
    found = words(POSTCODE.sub(r"\1\2", HYPHENATED.sub(r"\1\2", text)))
    return ([word for word in found if len(word) > 1 and word not in LITTLE] or found)[:WORDS]


def queries(asked: Sequence[str], corrections: Corrections, whole: Collection[str] = ()) -> list[str]:
    """Each word as a `tsquery`: by its beginning, or as what it may have meant.

    `whole`: words that are something already, as a municipality's name is: what only begins so is something else.
    """
    return [
        "|".join(f"'{option}'" for option in corrections[word])
        if word in corrections
        else f"'{word}':*" if word not in whole and (len(word) >= PREFIX or place == len(asked) - 1) else f"'{word}'"
        for place, word in enumerate(asked)
    ]  # fmt: skip


def tiers(text: str, asked: Sequence[str]) -> list[Name]:
    """From the best finds to the others: names that begin so, names with all words, and all the rest."""
    in_name, begins = "&".join(f"({query})" for query in asked), sort_key(text)
    return [
        Name(starts=begins),
        Name(words=in_name, not_starts=begins),
        Name(not_words=in_name, not_starts=begins),
    ]
