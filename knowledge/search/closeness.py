"""How close a question comes to each single phrasing of the candidates, in one channel."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.search.grams import Numbers, table
from knowledge.search.lookup import Floats, Lookup


@dataclass(frozen=True, slots=True)
class Closeness:
    """The n-grams of each phrasing, as numbers of a lookup; `starts` bounds each phrasing's."""

    starts: NDArray[np.int64]
    terms: Numbers
    mass: Floats
    """The weight of all n-grams of each phrasing together."""
    norm: Floats
    """The length of each phrasing as a vector."""
    scratch: threading.local = field(default_factory=threading.local, compare=False, repr=False)
    """Each thread's array of weights, kept so that it needn't be cleared for every question."""

    @classmethod
    def build(cls, texts: Sequence[str], lookup: Lookup) -> Closeness:
        """Number the n-grams of phrasings; those the lookup doesn't know count as unknown."""
        keys, text_of = table(texts, lookup.sizes)
        place = np.searchsorted(lookup.keys, keys)
        place = np.minimum(place, max(len(lookup.keys) - 1, 0))
        known = lookup.keys[place] == keys if len(lookup.keys) else np.zeros(len(keys), np.bool_)
        count = np.bincount(text_of, minlength=len(texts))
        wide = np.int64(len(lookup.keys) + 1)
        empty = np.arange(len(texts)) * wide + wide - 1  # every phrasing has at least this term, which weighs nothing
        pairs = np.unique(np.concatenate([text_of[known].astype(np.int64) * wide + place[known], empty]))
        owner, terms = pairs // wide, (pairs % wide).astype(np.int32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(texts)))]).astype(np.int64)
        idf = np.append(lookup.idf, 0.0)[terms]
        lost = count - np.bincount(text_of[known], minlength=len(texts))
        mass = np.bincount(owner, weights=idf, minlength=len(texts)) + lost * lookup.unknown
        square = np.bincount(owner, weights=idf**2, minlength=len(texts)) + lost * lookup.unknown**2
        norm = np.sqrt(np.maximum(square, 1e-6))
        return cls(starts, terms, np.maximum(mass, 1e-6).astype(np.float32), norm.astype(np.float32))

    def measure(
        self, rows: NDArray[np.int64], lookup: Lookup, known: NDArray[np.int64], mass: float, lost: float
    ) -> tuple[Floats, Floats, Floats]:
        """Compare a question with some phrasings.

        Args:
            rows: the phrasings.
            lookup: the channel's lookup.
            known: the question's n-grams.
            mass: the weight of all the question's n-grams.
            lost: the square sum of those no entry holds.

        Returns:
            The cosine, the share of the question that stands in the phrasing, the share of the phrasing that stands in
            the question.
        """
        weight: Floats | None = getattr(self.scratch, "weight", None)
        if weight is None:
            weight = self.scratch.weight = np.zeros(len(lookup.keys) + 1, np.float32)
        weight[known] = lookup.idf[known]
        sizes = self.starts[rows + 1] - self.starts[rows]
        ends = np.cumsum(sizes)
        at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(self.starts[rows] - (ends - sizes), sizes)
        shared = weight[self.terms[at]]
        weight[known] = 0.0
        both = np.add.reduceat(shared, ends - sizes) if len(rows) else np.empty(0, np.float32)
        square = np.add.reduceat(shared**2, ends - sizes) if len(rows) else both
        length = np.float32(np.sqrt((lookup.idf[known] ** 2).sum() + lost) or 1.0)
        share = np.asarray(both / np.float32(max(mass, 1e-6)), np.float32)
        return (
            np.asarray(square / (self.norm[rows] * length), np.float32),
            share,
            np.asarray(both / self.mass[rows], np.float32),
        )
