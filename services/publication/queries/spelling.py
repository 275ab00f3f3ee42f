"""What a mistyped word may have meant: the nearest of all words that the register has told of."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.kernel.database import Pool
from services.publication.domain.asked import Corrections
from services.publication.store import listed

ONE_FROM, TWO_FROM = 4, 8
"""How long a word is that may have one error, and two: a letter too many, too few, another, or two exchanged."""
OPTIONS = 8


class Spelling:
    """Holds the words, and reads them anew when the view is another."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.words: list[str] = []
        self.of_length: dict[int, list[str]] = {}
        self.view: date | None = None

    async def corrections(self, asked: Sequence[str], view: date) -> Corrections:
        """For each word that no known one begins with, the known ones that are nearest."""
        if self.view != view:
            await self._read(view)
        found = {word: self._nearest(word) for word in asked}
        return {word: options for word, options in found.items() if options}

    async def _read(self, view: date) -> None:
        words, of_length = await listed.words(self.pool), defaultdict[int, list[str]](list)
        for word in words:
            of_length[len(word)].append(word)
        self.words, self.of_length, self.view = words, of_length, view

    def _nearest(self, word: str) -> list[str]:
        place = bisect_left(self.words, word)
        if self.words[place : place + 1] and self.words[place].startswith(word):
            return []
        errors = (len(word) >= ONE_FROM) + (len(word) >= TWO_FROM)
        near = [other for n in range(-errors, errors + 1) for other in self.of_length.get(len(word) + n, ())]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=errors, limit=OPTIONS)
        nearest = min((distance for _, distance, _ in found), default=0)
        return [option for option, distance, _ in found if distance == nearest]
