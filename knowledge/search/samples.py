"""Questions to learn from: phrasings held out of the index, and utterances without answer held out likewise."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.library import Library
from knowledge.search.altered import alter
from knowledge.search.features import CANDIDATES, NAMES
from knowledge.search.lookup import Floats
from knowledge.search.meaning import Meanings
from knowledge.search.reader import Reader
from knowledge.search.searcher import Judged, Searcher, index_of
from knowledge.search.weights import Weights

FOLDS = 5
_HINTED = 0.4


@dataclass(frozen=True, slots=True)
class Sample:
    """A held-out question: its entry (None: no answer), the scheme known beforehand, how it was measured."""

    text: str
    entry: str | None
    scheme: str | None
    judged: Judged


def kept(library: Library, fold: int | None) -> dict[str, list[str]]:
    """Each entry's phrasings without those a fold holds out; all of them without a fold."""
    return {
        entry.id: [text for place, text in enumerate(entry.ask) if fold is None or (place + number) % FOLDS != fold]
        for number, entry in enumerate(library.entries.values())
    }


def kept_strays(library: Library, fold: int | None) -> dict[str, tuple[str, ...]]:
    """The utterances without answer, without those a fold holds out."""
    return {
        kind: tuple(text for place, text in enumerate(texts) if fold is None or place % FOLDS != fold)
        for kind, texts in library.out_of_scope.items()
    }


def held_out(
    library: Library, meanings: Sequence[Meanings], weights: Weights, *, altered: bool = True
) -> Iterator[Sample]:
    """Measure every phrasing by an index that doesn't hold it.

    Args:
        library: where the phrasings are.
        meanings: the table of meanings; or one a fold, made without the phrasings the fold holds out.
        weights: the weights to rank with.
        altered: whether a part of the questions gets slips, homophones or pinyin.
    """
    reader = Reader(library.lexicon)
    for fold in range(FOLDS):
        asks = kept(library, fold)
        table = meanings[fold % len(meanings)]
        without = replace(library, out_of_scope=kept_strays(library, fold))
        searcher = Searcher(without, index_of(without, reader, table, asks), weights, table)
        chance = random.Random(fold)  # noqa: S311 - the same questions at every training
        yield from _questions(library, searcher, fold, chance, altered=altered)


def _questions(
    library: Library, searcher: Searcher, fold: int, chance: random.Random, *, altered: bool
) -> Iterator[Sample]:
    schemes = sorted({entry.scheme for entry in library.entries.values() if entry.scheme})
    for number, entry in enumerate(library.entries.values()):
        for place, text in enumerate(entry.ask):
            if (place + number) % FOLDS != fold:
                continue
            known = entry.scheme if chance.random() < _HINTED else None
            spoken = chance.choice(entry.audience) if chance.random() < _HINTED else None
            asked = alter(text, chance) if altered else text
            yield from _measured(searcher, asked, entry.id, known, spoken)
    for texts in library.out_of_scope.values():
        for place, text in enumerate(texts):
            if place % FOLDS == fold:
                known = chance.choice(schemes) if schemes and chance.random() < _HINTED else None
                yield from _measured(searcher, text, None, known)


def _measured(
    searcher: Searcher, text: str, entry: str | None, scheme: str | None, audience: str | None = None
) -> Iterator[Sample]:
    judged = searcher.judge(text, scheme=scheme, audience=audience)
    if judged is not None:
        yield Sample(text, entry, scheme, judged)


def accepted(library: Library, sample: Sample) -> frozenset[str]:
    """The entries that answer a sample: its own and, where no scheme is known, those of other schemes on its topic."""
    if sample.entry is None:
        return frozenset()
    wanted = sample.judged.wanted
    if wanted.scheme or wanted.region:
        return frozenset({sample.entry})
    return frozenset({sample.entry, *library.siblings(sample.entry)})


def stacked(library: Library, samples: list[Sample]) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Samples as arrays: features by candidate, which candidates are right, which are there at all."""
    ids = np.array(list(library.entries))
    features = np.zeros((len(samples), CANDIDATES, len(NAMES)), np.float32)
    right = np.zeros((len(samples), CANDIDATES), np.bool_)
    there = np.zeros((len(samples), CANDIDATES), np.bool_)
    for row, sample in enumerate(samples):
        ranked = sample.judged.ranked
        count = len(ranked.entries)
        features[row, :count] = ranked.features
        there[row, :count] = True
        good = accepted(library, sample)
        right[row, :count] = [name in good for name in ids[ranked.entries]]
    return features, right, there
