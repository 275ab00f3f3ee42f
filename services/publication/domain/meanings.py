"""What a word of a question names beside the entities' own words: a municipality, a county, a school type."""

from collections.abc import Iterator, Mapping, Sequence

from services.publication.domain.extract import COUNTIES
from services.publication.domain.folding import words
from services.publication.domain.listing import facet

SCHOOL_TYPES: Mapping[str, Sequence[str]] = {
    "forskoleklass": ("FKLASS",), "fritids": ("FTH", "OPPFTH"), "grundskol": ("GR", "GRAN"), "grundsar": ("GRAN",),
    "sarskol": ("GRAN", "GYAN"), "anpassad": ("GRAN", "GYAN"), "specialskol": ("SP",), "sameskol": ("SAM",),
    "gymnasi": ("GY", "GYAN"), "komvux": ("VUX",), "vuxenutbildning": ("VUX",),
}  # fmt: skip
"""How the folded words for school types begin, in whichever of their forms (grundskola, grundskolan, grundskolor)."""
PARTS: Mapping[str, Sequence[str]] = {"sfi": ("VUXSFI",)}


def named(options: Sequence[str], places: Mapping[str, str]) -> list[str]:
    """The facets that a folded word, or one of those that it may have meant, names; `places` by municipality code."""
    return [
        *(facet("municipalityCode", code) for code in _named(options, places)),
        *(facet("countyCode", code) for code in _named(options, COUNTIES)),
        *(facet("schoolType", code) for code in _begun(options, SCHOOL_TYPES)),
        *(facet("schoolTypePart", code) for code in _begun(options, PARTS)),
    ]


def of_places(places: Mapping[str, str]) -> set[str]:
    """The folded words of all municipalities' and counties' names."""
    return {word for name in [*places.values(), *COUNTIES.values()] for word in words(name)}


def _named(options: Sequence[str], places: Mapping[str, str]) -> Iterator[str]:
    """Those whose names have the word, or begin a word with it, or have it in the genitive (Lunds)."""
    begin = tuple(options)
    for code, name in places.items():
        if any(word.startswith(begin) or f"{word}s" in options for word in words(name)):
            yield code


def _begun(options: Sequence[str], by_beginning: Mapping[str, Sequence[str]]) -> Iterator[str]:
    return (
        code for begins, codes in by_beginning.items() if any(o.startswith(begins) for o in options) for code in codes
    )
