"""What words mean: a small table of word vectors, so that 没工作 comes near 失业.

A sentence is the weighted mean of its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.lookup import Floats

TABLE = Path(__file__).parent / "data" / "meanings.npz"
_LONGEST = 6


class Meanings:
    """Vectors of words, read by longest match; without a table every sentence means nothing in particular."""

    def __init__(
        self,
        words: Sequence[str] = (),
        vectors: NDArray[Any] | None = None,
        scale: Floats | None = None,
        weight: Floats | None = None,
    ) -> None:
        """Take words, their vectors (a row each), the scale of each direction and how much each word counts."""
        self._place = {word: place for place, word in enumerate(words)}
        self._vectors = vectors if vectors is not None else np.empty((0, 0), np.int8)
        self.width = self._vectors.shape[1]
        self._scale = scale if scale is not None else np.ones(self.width, np.float32)
        self._weight = weight if weight is not None else np.ones(len(words), np.float32)

    def of(self, text: str) -> Floats:
        """A sentence's vector of length 1, or of zeros where no word is known."""
        found = self.words(text)
        if not found:
            return np.zeros(self.width, np.float32)
        return unit((self._weight[found] @ self._vectors[found].astype(np.float32)) * self._scale)

    def of_all(self, texts: Sequence[str]) -> Floats:
        """The vectors of many sentences, a row each."""
        if not self.width or not texts:
            return np.zeros((len(texts), self.width), np.float32)
        return np.stack([self.of(text) for text in texts])

    def words(self, text: str) -> list[int]:
        """The known words of a text by number, the longest first at each place."""
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


def unit(vector: NDArray[Any]) -> Floats:
    """A vector, or each row of many, brought to length 1; zeros stay."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.asarray(vector / np.where(length > 0, length, 1.0), np.float32)


def whitening(vectors: Floats, owner: NDArray[Any], shrink: float = 0.2) -> Floats:
    """The matrix after which phrasings of one entry scatter alike in every direction.

    Directions in which people vary the same question count less than those in which questions differ.
    """
    width = vectors.shape[1]
    seen = vectors.any(axis=1)
    vectors, owner = vectors[seen], owner[seen]
    if not width or not len(vectors):
        return np.eye(width, dtype=np.float32)
    counts = np.maximum(np.bincount(owner), 1)
    middle = np.zeros((len(counts), width))
    np.add.at(middle, owner, vectors)
    spread = vectors - (middle / counts[:, None])[owner]
    within = spread.T @ spread / len(spread)
    level = float(np.trace(within)) / width
    if level <= 0:
        return np.eye(width, dtype=np.float32)
    shrunk = (1 - shrink) * within + shrink * level * np.eye(width)
    return np.asarray(np.linalg.cholesky(np.linalg.inv(shrunk)), np.float32)


def parting(inside: Floats, outside: Floats, firm: float = 0.05) -> Floats:
    """The direction, and at its end the offset, that best tells two kinds of meanings apart (ridge regression).

    Both kinds count alike, however many there are of each. Zeros where one kind is missing.
    """
    inside, outside = inside[inside.any(axis=1)], outside[outside.any(axis=1)]
    width = inside.shape[1]
    if not width or not len(inside) or not len(outside):
        return np.zeros(width + 1, np.float32)
    squares, sums = np.zeros((width + 1, width + 1)), np.zeros(width + 1)
    for rows, side in ((inside, 1.0), (outside, -1.0)):
        full = np.hstack([rows, np.ones((len(rows), 1))])
        squares += full.T @ full / len(full)
        sums += side * full.mean(axis=0)
    return np.asarray(np.linalg.solve(squares + firm / width * np.eye(width + 1), sums), np.float32)


@lru_cache(maxsize=1)
def load_meanings() -> Meanings:
    """The shipped table; an empty one where it isn't there."""
    if not TABLE.is_file():
        return Meanings()
    with np.load(TABLE, allow_pickle=False) as packed:
        words = bytes(packed["words"]).decode("utf-8").split("\n")
        return Meanings(words, packed["vectors"], packed["scale"], packed["weight"].astype(np.float32))
