"""What a mistyped word may have meant: the nearest of all words that the register has told of."""

import asyncio
from bisect import bisect_left
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
        self.view: date | None = None

    async def corrections(self, asked: Sequence[str], view: date) -> Corrections:
        """For each word that no known one begins with, the known ones that are nearest."""
        if self.view != view:
            self.words, self.view = await listed.words(self.pool), view
        found = await asyncio.to_thread(lambda: {word: self._nearest(word) for word in asked})
        return {word: options for word, options in found.items() if options}

    def _nearest(self, word: str) -> list[str]:
        place = bisect_left(self.words, word)
        if self.words[place : place + 1] and self.words[place].startswith(word):
            return []
        errors = (len(word) >= ONE_FROM) + (len(word) >= TWO_FROM)
        found = process.extract(word, self.words, scorer=OSA.distance, score_cutoff=errors, limit=OPTIONS)
        nearest = min((distance for _, distance, _ in found), default=0)
        return [option for option, distance, _ in found if distance == nearest]
