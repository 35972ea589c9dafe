"""What words mean: a small table of word vectors, so that 没工作 comes near 失业.

A sentence is the weighted mean of its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.search.lookup import Floats

TABLE = Path(__file__).parent / "data" / "meanings.npz"
_LONGEST = 6


class Meanings:
    """Vectors of words, read by longest match; without a table every sentence means nothing in particular."""

    def __init__(self, words: Sequence[str] = (), vectors: Floats | None = None, weight: Floats | None = None) -> None:
        """Take words, their vectors (a row each) and how much each counts."""
        self._place = {word: place for place, word in enumerate(words)}
        self._vectors = vectors if vectors is not None else np.empty((0, 0), np.float32)
        self._weight = weight if weight is not None else np.ones(len(words), np.float32)
        self.width = self._vectors.shape[1]

    def of(self, text: str) -> Floats:
        """A sentence's vector of length 1, or of zeros where no word is known."""
        found = self._words(text)
        if not found:
            return np.zeros(self.width, np.float32)
        total = (self._vectors[found].astype(np.float32) * self._weight[found, None]).sum(axis=0)
        length = float(np.linalg.norm(total))
        return (total / length).astype(np.float32) if length else np.zeros(self.width, np.float32)

    def of_all(self, texts: Sequence[str]) -> Floats:
        """The vectors of many sentences, a row each."""
        if not self.width:
            return np.zeros((len(texts), 0), np.float32)
        return np.stack([self.of(text) for text in texts]) if texts else np.zeros((0, self.width), np.float32)

    def _words(self, text: str) -> list[int]:
        found: list[int] = []
        place = 0
        while place < len(text) and self.width:
            for size in range(min(_LONGEST, len(text) - place), 0, -1):
                number = self._place.get(text[place : place + size])
                if number is not None:
                    found.append(number)
                    place += size
                    break
            else:
                place += 1
        return found


@lru_cache(maxsize=1)
def load_meanings() -> Meanings:
    """The shipped table; an empty one where it isn't there."""
    if not TABLE.is_file():
        return Meanings()
    with np.load(TABLE, allow_pickle=False) as packed:
        words = bytes(packed["words"]).decode("utf-8").split("\n")
        scale = packed["scale"].astype(np.float32)
        return Meanings(words, packed["vectors"].astype(np.float32) * scale, packed["weight"].astype(np.float32))
