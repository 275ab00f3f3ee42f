"""What a mistyped word may have meant: the nearest of all words that the register has told of."""

import asyncio
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise, takewhile

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.kernel.database import Pool
from services.publication.domain import meanings
from services.publication.domain.asked import Corrections
from services.publication.store import listed

ONE_FROM, TWO_FROM = 4, 8
"""How long a word is that may have one error, and two: a letter too many, too few, another, or two exchanged."""
OPTIONS = 8


class Spelling:
    """Holds a view's words, and reads them anew when the view is another."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.lock = pool, asyncio.Lock()
        self.words: list[str] = []
        self.of_length: dict[int, list[str]] = {}
        self.beginnings: dict[int, list[str]] = {}
        self.view: date | None = None

    async def corrections(self, asked: Sequence[str], view: date, places: Mapping[str, str]) -> Corrections:
        """For each word that no known one begins with, the known ones that are nearest.

        Two that are known as one ("svalebo skolan") both mean that one.
        """
        async with self.lock:
            if self.view != view:
                await self._read(view, places)
        unknown = [word for word in asked if not meanings.named([word], places)]
        found = {**{word: self._nearest(word) for word in unknown}, **self._joined(asked)}
        return {word: options for word, options in found.items() if options}

    def _joined(self, asked: Sequence[str]) -> Corrections:
        found = {pair: self._beginning_with("".join(pair)) for pair in pairwise(asked)}
        return {word: options for pair, options in found.items() if options for word in pair}

    async def _read(self, view: date, places: Mapping[str, str]) -> None:
        words = sorted({*await listed.words(self.pool, view), *meanings.of_places(places)})
        of_length = defaultdict[int, list[str]](list)
        for word in words:
            of_length[len(word)].append(word)
        self.words, self.of_length, self.beginnings, self.view = words, of_length, {}, view

    def _nearest(self, word: str) -> list[str]:
        if word.isdigit() or self._beginning_with(word):
            return []
        errors = (len(word) >= ONE_FROM) + (len(word) >= TWO_FROM)
        near = [other for n in range(-errors, errors + 1) for other in self.of_length.get(len(word) + n, ())]
        # Who has not typed all of a word yet may have mistyped its beginning.
        return (
            _nearest_of(word, near, errors)
            or [
                whole
                for beginning in _nearest_of(word, self._beginnings(len(word)), errors)
                for whole in self._beginning_with(beginning)
            ][:OPTIONS]
        )

    def _beginnings(self, length: int) -> list[str]:
        if length not in self.beginnings:
            self.beginnings[length] = sorted({word[:length] for word in self.words if len(word) > length})
        return self.beginnings[length]

    def _beginning_with(self, text: str) -> list[str]:
        place = bisect_left(self.words, text)
        return list(takewhile(lambda word: word.startswith(text), self.words[place : place + OPTIONS]))


def _nearest_of(word: str, words: Sequence[str], errors: int) -> list[str]:
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=errors, limit=OPTIONS)
    nearest = min((distance for _, distance, _ in found), default=0)
    return [option for option, distance, _ in found if distance == nearest]
