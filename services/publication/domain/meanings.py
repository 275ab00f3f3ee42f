"""What a word of a question names beside the entities' own words: a municipality, a county, a school type."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from services.publication.domain.extract import COUNTIES
from services.publication.domain.folding import words
from services.publication.domain.listing import facet

SCHOOL_TYPES: Mapping[str, Sequence[str]] = {
    "forskoleklass": ("FKLASS",), "fritids": ("FTH", "OPPFTH"), "grundskol": ("GR", "GRAN"), "grundsar": ("GRAN",),
    "sarskol": ("GRAN", "GYAN"), "anpassad": ("GRAN", "GYAN"), "specialskol": ("SP",), "sameskol": ("SAM",),
    "gymnasi": ("GY", "GYAN"), "komvux": ("VUX",), "vuxenutbildning": ("VUX",),
}  # fmt: skip
"""How the folded words for school types begin, in whichever of their forms (grundskola, grundskolan, grundskolor)."""
TELLING = 4
"""So many letters of a school type tell which one is meant."""
PARTS: Mapping[str, Sequence[str]] = {"sfi": ("VUXSFI",)}


def named(options: Sequence[str], places: Mapping[str, str], *, of_county: bool = False) -> list[str]:
    """The facets that a folded word, or one of those that it may have meant, names; `places` by municipality code.

    Of a name that a municipality shares with others (Stockholm, Stockholms län) it alone is meant, if not `of_county`.
    """
    return [
        *_places(options, places, of_county=of_county),
        *(facet("schoolType", code) for code in _begun(options, SCHOOL_TYPES)),
        *(facet("schoolTypePart", code) for code in _begun(options, PARTS)),
    ]


def _places(options: Sequence[str], places: Mapping[str, str], *, of_county: bool) -> list[str]:
    alone = [code for code, name in places.items() if not _forms(name).isdisjoint(options)]
    municipalities = [facet("municipalityCode", code) for code in alone or _named(options, places)]
    return municipalities + [facet("countyCode", code) for code in _named(options, COUNTIES) if of_county or not alone]


def _forms(name: str) -> set[str]:
    """A name that is one word, and its genitive."""
    found = _folded(name)
    return {found[0], f"{found[0]}s"} if len(found) == 1 else set()


def whole(places: Mapping[str, str]) -> set[str]:
    """The words that are a municipality's name, to the letter: Lund is not Lundsberg."""
    return {form for name in places.values() for form in _forms(name)}


def of_places(places: Mapping[str, str]) -> set[str]:
    """The folded words of all municipalities' and counties' names."""
    return {word for name in [*places.values(), *COUNTIES.values()] for word in _folded(name)}


def _named(options: Sequence[str], places: Mapping[str, str]) -> Iterator[str]:
    """Those whose names have a word that begins so, or have it without the genitive's s."""
    begin = tuple(options)
    for code, name in places.items():
        if any(word.startswith(begin) or f"{word}s" in options for word in _folded(name)):
            yield code


def _begun(options: Sequence[str], by_beginning: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Also what is not written to its end yet."""
    for begins, codes in by_beginning.items():
        if any(
            option.startswith(begins) or (len(option) >= TELLING and begins.startswith(option)) for option in options
        ):
            yield from codes


@lru_cache(4096)
def _folded(name: str) -> tuple[str, ...]:
    """The words of a place's name: the same few hundred are looked at for each word of a question."""
    return tuple(words(name))
