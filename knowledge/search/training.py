"""Learning the search's numbers from held-out phrasings and from utterances that have no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.library import Library
from knowledge.search.features import NAMES
from knowledge.search.meaning import Meanings, load_meanings
from knowledge.search.network import learn
from knowledge.search.samples import Sample, accepted, held_out, stacked
from knowledge.search.weights import SHIPPED, TRUST, Weights

Doubles = NDArray[np.float64]
_START = 3.0
_NEWTON = 40
_FIRM = 0.002


@dataclass(frozen=True, slots=True)
class Report:
    """How the learnt weights do on held-out phrasings."""

    questions: int
    strays: int
    first: float
    """The share of questions whose first candidate is right."""
    among: float
    """The share of questions with a right one among the first three."""
    answered: float
    """The share of questions answered, and right."""
    wrong: float
    """The share of questions answered wrong."""
    astray: float
    """The share of utterances without answer that are answered."""


def train(
    library: Library, *, target: Path | None = SHIPPED, meanings: Sequence[Meanings] = ()
) -> tuple[Weights, Report]:
    """Learn ranking, trust and thresholds.

    Args:
        library: whose phrasings to learn from.
        target: the file to write; None writes none.
        meanings: a table of meanings for each fold; the shipped one for all when left out.

    Returns:
        The weights and how they do.
    """
    tables = meanings or [load_meanings()]
    weights = Weights(knowledge=library.digest)
    asked = [sample for sample in held_out(library, tables, weights) if sample.entry is not None]
    network = learn(*stacked(library, asked), np.full(len(NAMES), _START, np.float32))
    rank, bends = network.dump(NAMES)
    weights = replace(weights, rank=rank, bends=bends)
    measured = _Measured.of(library, list(held_out(library, tables, weights)))
    ours, strays = measured.asked, ~measured.asked & ~measured.foreign
    weights = replace(weights, trust=_logistic(measured.signs[ours], measured.right[ours]))
    clear = measured.right | strays
    if strays.any():
        weights = replace(weights, scope=_logistic(measured.signs[clear], ours[clear], even=True))
    if target is not None:
        target.write_text(weights.dump(), "utf-8")
    return weights, _report(measured, weights, strays)


@dataclass(frozen=True, slots=True)
class _Measured:
    """Samples as arrays: the signs of trust, whether each has an answer, whether its first or one of three is right."""

    signs: Doubles
    asked: NDArray[np.bool_]
    right: NDArray[np.bool_]
    among: NDArray[np.bool_]
    foreign: NDArray[np.bool_]

    @classmethod
    def of(cls, library: Library, samples: Sequence[Sample]) -> _Measured:
        ids = tuple(library.entries)
        good = [accepted(library, sample) for sample in samples]
        firsts = [[ids[int(place)] for place in sample.judged.ranked.entries[:3]] for sample in samples]
        return cls(
            np.array([[sample.judged.signs[name] for name in TRUST] for sample in samples]),
            np.array([sample.entry is not None for sample in samples]),
            np.array([names[0] in right for names, right in zip(firsts, good, strict=True)]),
            np.array([not right.isdisjoint(names) for names, right in zip(firsts, good, strict=True)]),
            np.array([sample.judged.reading.heard.foreign for sample in samples]),
        )


def _report(measured: _Measured, weights: Weights, strays: NDArray[np.bool_]) -> Report:
    asked, right, clear = measured.asked, measured.right, measured.right | strays
    sure = _crossed(measured.signs, right, asked)
    ours = _crossed(measured.signs, asked, clear, even=True) if strays.any() else np.ones(len(asked))
    told = weights.trusted(sure, np.where(measured.foreign, 0.0, ours))
    return Report(
        int(asked.sum()),
        int((~asked).sum()),
        float(right[asked].mean()),
        float(measured.among[asked].mean()),
        float((told & right)[asked].mean()),
        float((told & ~right)[asked].mean()),
        float(told[~asked].mean()) if strays.any() else 0.0,
    )


def _logistic(signs: Doubles, true: NDArray[np.bool_], *, even: bool = False) -> dict[str, float]:
    """Logistic regression on standardised signs (Newton's steps), given back for plain ones.

    Args:
        signs: a row each.
        true: what is to be told.
        even: whether both sides count alike, however many there are of each.
    """
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    plain = np.hstack([np.ones((len(signs), 1)), (signs - middle) / spread])
    share = min(max(float(true.mean()), 1e-3), 1 - 1e-3)
    heavy = np.where(true, 0.5 / share, 0.5 / (1 - share)) if even else np.ones(len(true))
    weights, firm = np.zeros(plain.shape[1]), _FIRM * np.eye(plain.shape[1])
    for _ in range(_NEWTON):
        chance = 1 / (1 + np.exp(-np.clip(plain @ weights, -30, 30)))
        slope = plain.T @ (heavy * (chance - true)) / len(plain) + firm @ weights
        bend = (plain.T * (heavy * chance * (1 - chance))) @ plain / len(plain) + firm
        weights -= np.linalg.solve(bend, slope)
    scaled = weights[1:] / spread
    return {"bias": float(weights[0] - scaled @ middle), **dict(zip(TRUST, map(float, scaled), strict=True))}


def _crossed(
    signs: Doubles, true: NDArray[np.bool_], used: NDArray[np.bool_], *, even: bool = False, parts: int = 5
) -> Doubles:
    """Each sample's probability by a model that has not seen it, learnt from those that may be used."""
    chances = np.zeros(len(signs))
    part = np.arange(len(signs)) % parts
    for number in range(parts):
        seen = (part != number) & used
        learnt = _logistic(signs[seen], true[seen], even=even)
        total = learnt["bias"] + signs[part == number] @ np.array([learnt[name] for name in TRUST])
        chances[part == number] = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
    return chances
