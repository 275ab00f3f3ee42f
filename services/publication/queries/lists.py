"""A page of a list of the open API v3: in any view, as of any day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.kernel.database import Connection, Pool
from services.publication.domain import asked as question_of
from services.publication.domain import meanings
from services.publication.domain.asked import Box, Corrections, Last, Near, Question, SortKey, Word
from services.publication.domain.history import Kind, Seen
from services.publication.domain.listing import facet
from services.publication.queries.spelling import Spelling
from services.publication.store import listed

Options = Sequence[str]
"""What a word may mean."""
ORGANIZER_TYPE = "organizerType"
COUNTY = ["lan"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a list."""

    kind: Kind
    view: date
    day: date
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    text: str | None = None
    box: Box | None = None
    near: Near | None = None
    modified_after: date | None = None
    sort: SortKey | None = None
    limit: int = 100
    last: Last | None = None
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page: entities with their distance in metres, what comes next, and how many there are in all if asked."""

    entities: Sequence[tuple[Seen, float | None]]
    last: Last | None
    corrections: Corrections
    total: int | None


async def page(pool: Pool, spelling: Spelling, places: Mapping[str, str], asked: Asked) -> Found:
    """Find a page. Words that nothing is found by are taken for mistyped."""
    async with listed.reading(pool) as tx:
        corrections: Corrections = asked.last.corrections if asked.last else {}
        found = await _page(tx, places, asked, corrections)
    if found.entities or not asked.text or asked.last:
        return found
    # No connection is held while another may be asked for: else enough askers would wait for each other for ever.
    corrections = await spelling.corrections(question_of.asked_words(asked.text), asked.view, places)
    if not corrections:
        return found
    async with listed.reading(pool) as tx:
        corrected = await _page(tx, places, asked, corrections)
    return corrected if corrected.entities else found


async def _page(tx: Connection, places: Mapping[str, str], asked: Asked, corrections: Corrections) -> Found:
    question = await _question(tx, places, asked, corrections)
    rows: list[tuple[int, Seen, Any, float | None]] = []
    for tier, (sort, one) in enumerate(_tiers(asked, places, question, corrections)):
        if asked.last and tier < asked.last.tier:
            continue
        last = asked.last if asked.last and tier == asked.last.tier else None
        wanted = asked.limit + 1 - len(rows)
        rows += [(tier, *row) for row in await listed.page(tx, one, sort, last, wanted)] if wanted else []
    shown, last = rows[: asked.limit], None
    if len(rows) > asked.limit:
        tier, seen, key, _ = shown[-1]
        last = Last(asked.view, tier, key, seen.id, corrections)
    total = await listed.count(tx, question) if asked.with_total else None
    return Found([(seen, metres) for _, seen, _, metres in shown], last, corrections, total)


def _tiers(
    asked: Asked, places: Mapping[str, str], question: Question, corrections: Corrections
) -> list[tuple[SortKey, Question]]:
    """The questions whose answers follow each other: the best finds first, where no other order was asked for."""
    if asked.sort or not asked.text:
        return [(asked.sort or ("distance" if asked.near else "displayName"), question)]
    found = question_of.asked_words(asked.text)
    names = question_of.tiers(asked.text, question_of.queries(found, corrections, meanings.whole(places)))
    return [("displayName", replace(question, name=name)) for name in names]


async def _question(tx: Connection, places: Mapping[str, str], asked: Asked, corrections: Corrections) -> Question:
    question = Question(
        asked.kind, asked.view, asked.day, box=asked.near.box() if asked.near else asked.box, near=asked.near,
        modified_after=asked.modified_after,
    )  # fmt: skip
    groups = {name: [facet(name, value) for value in values] for name, values in asked.filters.items() if values}
    of_type = groups.pop(ORGANIZER_TYPE, None) if asked.kind != "organizer" else None
    organizers = of_type and await listed.with_facets(tx, "organizer", asked.view, asked.day, of_type)
    found = question_of.asked_words(asked.text or "")
    queries = question_of.queries(found, corrections, meanings.whole(places))
    named = await _named(tx, places, question, queries, [corrections.get(word, [word]) for word in found])
    return replace(question, groups=[*groups.values()], organizers=organizers, words=named)


async def _named(
    tx: Connection, places: Mapping[str, str], question: Question, queries: Sequence[str], meant: Sequence[Options]
) -> list[Word]:
    """Each word, with the organizers, providers, places and school types that have it in their names."""
    kinds, of_county = OTHERS.get(question.kind, ()) if queries else (), COUNTY in meant
    others = await listed.matching(tx, kinds, question, queries) if kinds else {}
    return [
        Word(
            query,
            _ids(others, query, "organizer"),
            [*_providers(others, query), *meanings.named(options, places, of_county=of_county)],
        )
        for query, options in zip(queries, meant, strict=True)
    ]


def _ids(others: Mapping[tuple[str, Kind], list[str]], query: str, kind: Kind) -> list[str]:
    return others.get((query, kind), [])


def _providers(others: Mapping[tuple[str, Kind], list[str]], query: str) -> list[str]:
    return [facet("educationProviderCode", code) for code in _ids(others, query, "provider")]


OTHERS: Mapping[Kind, Sequence[Kind]] = {
    "unit": ("organizer",), "provider": ("organizer",), "contract": ("organizer", "provider"),
}  # fmt: skip
"""Whose names an entity is found by as well."""
