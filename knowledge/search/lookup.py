"""The inverted index of one channel: which entries hold an n-gram, and how much that counts (BM25)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.grams import Keys, Numbers, grams, table

Floats = NDArray[np.float32]
K1 = 1.2
B = 0.35
_MOST = 8_000
"""So many places are looked up in one channel, those of the rarest n-grams first; this bounds the time."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """N-grams in order, their weights, and for each the entries that hold it."""

    sizes: tuple[int, ...]
    keys: Keys
    idf: Floats
    starts: NDArray[np.int64]
    owners: Numbers
    impact: Floats
    entries: int
    unknown: float
    """The weight of an n-gram that no entry holds."""

    @classmethod
    def build(cls, texts: Sequence[str], owner: Numbers, entries: int, sizes: tuple[int, ...]) -> Lookup:
        """Index texts, several of which may belong to one entry."""
        keys, text_of = table(texts, sizes)
        known, inverse = np.unique(keys, return_inverse=True)
        pairs, counts = np.unique(inverse.astype(np.int64) * entries + owner[text_of], return_counts=True)
        terms, owners = pairs // entries, (pairs % entries).astype(np.int32)
        frequency = np.bincount(terms, minlength=len(known))
        idf = np.log1p((entries - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        length = np.bincount(owners, weights=counts, minlength=entries)
        norm = K1 * (1 - B + B * length / max(float(length.mean()), 1.0)) if entries else length
        impact = idf[terms] * (counts * (K1 + 1) / (counts + norm[owners])).astype(np.float32) / (K1 + 1)
        starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64)
        return cls(sizes, known, idf, starts, owners, impact.astype(np.float32), entries, _unknown(entries))

    @classmethod
    def of(cls, sizes: tuple[int, ...], entries: int, parts: Mapping[str, Any]) -> Lookup:
        """The lookup of stored arrays."""
        return cls(sizes=sizes, entries=entries, unknown=_unknown(entries), **parts)

    def holds(self, wanted: Keys) -> NDArray[np.bool_]:
        """Which n-grams some entry holds."""
        if not len(self.keys):
            return np.zeros(len(wanted), np.bool_)
        return np.asarray(self.keys[np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)] == wanted)

    def terms(self, text: str) -> tuple[NDArray[np.int64], float]:
        """The known n-grams of a text by number, and the weight of all its n-grams together."""
        wanted = grams(text, self.sizes)
        if not len(self.keys) or not len(wanted):
            return np.empty(0, np.int64), len(wanted) * self.unknown
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = place[self.keys[place] == wanted].astype(np.int64)
        return known, float(self.idf[known].sum()) + (len(wanted) - len(known)) * self.unknown

    def scores(self, known: NDArray[np.int64], mass: float) -> NDArray[np.float64]:
        """Each entry's score for n-grams and their weight: 1 would be all of them, as strongly as can be."""
        if not len(known) or mass <= 0:
            return np.zeros(self.entries)
        held = self.starts[known + 1] - self.starts[known]
        if held.sum() > _MOST:
            order = np.argsort(held, kind="stable")
            known = known[order[: max(1, int(np.searchsorted(np.cumsum(held[order]), _MOST)))]]
        spans = [slice(a, b) for a, b in zip(self.starts[known], self.starts[known + 1], strict=True)]
        owners = np.concatenate([self.owners[span] for span in spans])
        impact = np.concatenate([self.impact[span] for span in spans]) / np.float32(mass)
        return np.asarray(np.bincount(owners, weights=impact, minlength=self.entries), np.float64)


def _unknown(entries: int) -> float:
    return float(np.log1p((entries - 0.5) / 1.5)) if entries > 1 else 1.0
