"""Words as they are searched for, and names as they are sorted: the Swedish way."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

LETTERS = str.maketrans({"æ": "a", "ø": "o", "ß": "ss", "đ": "d", "ł": "l", "þ": "th"})
LAST_LETTERS = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})
"""Å, ä and ö come after z, in that order; so do these after `z` in ASCII."""
WORD = re.compile(r"[^\W_]+")
SAINT = re.compile(r"\bs:(?=ta?\b)")
"""S:t and s:ta are one word each."""
LONGEST = 200
"""Letters. PostgreSQL takes words of 2,046 bytes, and keys of an index of 2,704."""


def fold(text: str) -> str:
    """The text in small letters without marks: who has no å, ä, ö or é on the keyboard finds them by a, o and e."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).translate(LETTERS)


def words(text: str) -> list[str]:
    """The folded words, in order, none twice. A few letters become many when folded: no word is longer than LONGEST."""
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(SAINT.sub("s", fold(text)))))


def written(folded: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Folded words as the texts write them, those that stand in one; as they are, where none does."""
    spelled = {fold(word): word for text in texts for word in WORD.findall(text)}
    return [spelled[word] for word in folded if word in spelled] or list(folded)


def sort_key(text: str) -> str:
    """What orders names by code point as a Swedish reader expects: å, ä, ö last; other marks and case do not count."""
    tidy = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return "".join(letter if letter in "{|}" else _letter(letter) for letter in tidy.translate(LAST_LETTERS))[:LONGEST]


def by_name(places: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each place's code and name, in Swedish order."""
    return sorted(places.items(), key=lambda place: sort_key(place[1]))


@lru_cache(4096)
def _letter(letter: str) -> str:
    return fold(letter)
