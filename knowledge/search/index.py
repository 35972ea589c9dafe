"""The index: every phrasing in every channel, as arrays that can be kept in one file between starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.closeness import Closeness
from knowledge.search.lookup import Floats, Lookup
from knowledge.search.meaning import parting, unit, whitening
from knowledge.search.reader import Reading

SIZES = {"char": (1, 2, 3), "canon": (1, 2, 3), "sound": (2, 3), "answer": (1, 2)}
CHANNELS = ("char", "canon", "sound")
CLOSE = ("canon", "sound")
_PLAIN = ("rows", "vectors", "centres", "whiten", "inward")
_FEW = 50_000
_LOOKUP = ("keys", "idf", "starts", "owners", "impact")
_CLOSENESS = ("starts", "terms", "mass", "norm")


class Strings:
    """Many short texts in one; cut out on demand, or all at once where they are few."""

    def __init__(self, joined: str, starts: NDArray[np.int64]) -> None:
        """Take the joined texts and where each begins."""
        self.joined, self.starts = joined, starts
        few = len(starts) <= _FEW
        self._cut = [joined[a:b] for a, b in pairwise(starts.tolist())] if few else []

    @classmethod
    def of(cls, texts: Sequence[str]) -> Strings:
        """Join texts."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        return cls("".join(texts), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def pick(self, rows: NDArray[np.int64]) -> list[str]:
        """The texts of some rows."""
        if self._cut:
            cut = self._cut
            return [cut[row] for row in rows.tolist()]
        joined, starts = self.joined, self.starts
        return [joined[a:b] for a, b in zip(starts[rows].tolist(), starts[rows + 1].tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class Index:
    """Phrasings by row: entry `i` has the rows from `rows[i]` to `rows[i + 1]`; utterances without answer come last."""

    rows: NDArray[np.int64]
    texts: Mapping[str, Strings]
    lookups: Mapping[str, Lookup]
    close: Mapping[str, Closeness]
    vectors: NDArray[np.float16]
    """The meaning of each row, whitened; no columns where no table of meanings is used."""
    centres: Floats
    """The middle of each entry's meanings, its answer's among them."""
    whiten: Floats
    """What a question's meaning is multiplied with."""
    inward: Floats
    """The direction from the strays' meanings to the phrasings', and its offset."""

    @property
    def entries(self) -> int:
        """How many entries are indexed."""
        return len(self.rows) - 1

    @classmethod
    def build(
        cls,
        phrasings: Sequence[Sequence[Reading]],
        answers: Sequence[Reading],
        strays: Sequence[Reading],
        vectors: Floats,
    ) -> Index:
        """Index each entry's phrasings and answer, and the utterances that have no answer (`strays`).

        Args:
            phrasings: for each entry its readings.
            answers: for each entry the reading of its answer.
            strays: readings of utterances without answer.
            vectors: the meanings of all phrasings, then of the answers, then of the strays.
        """
        flat = [reading for group in phrasings for reading in group]
        counts = np.fromiter(map(len, phrasings), np.int64, len(phrasings))
        rows = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        owner = np.repeat(np.arange(len(phrasings), dtype=np.int32), counts)
        ours = {name: [getattr(reading, name) for reading in flat] for name in CHANNELS}
        lookups = {name: Lookup.build(ours[name], owner, len(phrasings), SIZES[name]) for name in CHANNELS}
        each = np.arange(len(answers), dtype=np.int32)
        said = [reading.canon for reading in answers]
        lookups["answer"] = Lookup.build(said, each, len(answers), SIZES["answer"])
        texts = {name: ours[name] + [getattr(reading, name) for reading in strays] for name in CLOSE}
        close = {name: Closeness.build(texts[name], lookups[name]) for name in CLOSE}
        strings = {name: Strings.of(texts[name]) for name in CLOSE}
        return cls(rows, strings, lookups, close, *_meant(vectors, owner, len(answers)))

    def pack(self) -> dict[str, Any]:
        """All of it as named arrays."""
        packed: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        for name, strings in self.texts.items():
            packed[f"text.{name}"] = np.frombuffer(strings.joined.encode("utf-8"), np.uint8)
            packed[f"cuts.{name}"] = strings.starts
        for name, lookup in self.lookups.items():
            packed |= {f"lookup.{name}.{part}": getattr(lookup, part) for part in _LOOKUP}
        for name, closeness in self.close.items():
            packed |= {f"close.{name}.{part}": getattr(closeness, part) for part in _CLOSENESS}
        return packed

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> Index:
        """The index that `pack` made."""
        count = len(packed["rows"]) - 1
        texts = {name: Strings(bytes(packed[f"text.{name}"]).decode("utf-8"), packed[f"cuts.{name}"]) for name in CLOSE}
        lookups = {
            name: Lookup.of(SIZES[name], count, {part: packed[f"lookup.{name}.{part}"] for part in _LOOKUP})
            for name in SIZES
        }
        close = {name: Closeness(**{part: packed[f"close.{name}.{part}"] for part in _CLOSENESS}) for name in CLOSE}
        return cls(texts=texts, lookups=lookups, close=close, **{name: packed[name] for name in _PLAIN})


def _meant(
    vectors: Floats, owner: NDArray[np.int32], entries: int
) -> tuple[NDArray[np.float16], Floats, Floats, Floats]:
    """The whitened meanings of phrasings and strays, each entry's centre, the whitening, the direction inward."""
    count = len(owner)
    owners = np.concatenate([owner, np.arange(entries, dtype=np.int32)])
    whiten = whitening(vectors[: count + entries], owners)
    turned = unit(vectors @ whiten)
    centres = np.zeros((entries, vectors.shape[1]), np.float32)
    np.add.at(centres, owners, turned[: count + entries])
    rows = np.concatenate([turned[:count], turned[count + entries :]])
    return rows.astype(np.float16), unit(centres), whiten, parting(turned[:count], turned[count + entries :])
