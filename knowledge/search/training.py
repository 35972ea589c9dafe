"""Learning the search's numbers from held-out phrasings and from utterances that have no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.library import Library
from knowledge.search.features import NAMES
from knowledge.search.lookup import Floats
from knowledge.search.meaning import Meanings, load_meanings
from knowledge.search.samples import Sample, accepted, held_out, stacked
from knowledge.search.weights import SHIPPED, TRUST, Weights

Doubles = NDArray[np.float64]
_FREE = frozenset({"general", "audience"})
_AGAINST = frozenset({"stray_cosine", "stray_meaning", "elsewhere"})
_EITHER = frozenset({"length", "typed", "fit", "share"})
_ROUNDS = 400
_PACE = 0.05
_ANSWERED = 0.04
"""The share of utterances without answer that may be answered: most of the file's are harder than what people ask."""
_OFFERED = 0.1
"""The share of them that may be met with a choice or an answer."""
_ANSWER = 0.42
"""Below this probability of being right a choice is offered."""
_LOPSIDED = 0.9
"""From such a share on, the rarer side is weighed up to the other."""


_SIGN = np.array([0.0 if name in _EITHER else -1.0 if name in _AGAINST else 1.0 for name in TRUST])


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
    samples = list(held_out(library, tables, weights))
    asked = [sample for sample in samples if sample.entry is not None]
    weights = replace(weights, rank=_ranking(*stacked(library, asked)))
    samples = list(held_out(library, tables, weights))
    measured = _Measured.of(library, samples)
    ours = measured.asked
    trust = _logistic(measured.signs[ours], measured.right[ours])
    weights = replace(weights, trust=trust, answer=_ANSWER)
    sure = _crossed(measured.signs, measured.right, ours)
    inside = np.ones(len(ours))
    if not ours.all():
        inside = _crossed(measured.signs, ours, np.ones(len(ours), np.bool_))
        inside[measured.foreign] = 0.0
        bars = [float(np.quantile(inside[~ours], 1 - share)) for share in (_ANSWERED, _OFFERED)]
        scope = _logistic(measured.signs, ours)
        weights = replace(weights, scope=scope, inside=bars[0], near=min(bars))
    if target is not None:
        target.write_text(weights.dump(), "utf-8")
    return weights, _report(measured, (sure >= weights.answer) & (inside >= weights.inside))


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


def _report(measured: _Measured, told: NDArray[np.bool_]) -> Report:
    asked, right = measured.asked, measured.right
    strays = int((~asked).sum())
    return Report(
        int(asked.sum()),
        strays,
        float(right[asked].mean()),
        float(measured.among[asked].mean()),
        float((told & right)[asked].mean()),
        float((told & ~right)[asked].mean()),
        float(told[~asked].mean()) if strays else 0.0,
    )


def _ranking(features: Floats, right: NDArray[np.bool_], there: NDArray[np.bool_]) -> dict[str, float]:
    """Listwise softmax: the right candidates' share of all, as large as can be; lexical weights never negative."""
    kept = right.any(axis=1)
    features, right, there = features[kept], right[kept], there[kept]
    weights = np.full(len(NAMES), 3.0)
    free = np.array([name in _FREE for name in NAMES])

    def slope(now: Doubles) -> Doubles:
        scores = np.where(there, features @ now.astype(np.float32), -1e9)
        every = np.exp(scores - scores.max(axis=1, keepdims=True))
        good = every * right
        pull = good / (good.sum(axis=1, keepdims=True) + 1e-12) - every / every.sum(axis=1, keepdims=True)
        return np.asarray(-np.einsum("nc,ncf->f", pull, features) / len(features) + 0.0005 * now, np.float64)

    for step in _descend(slope, weights):
        weights = np.where(free, step, np.maximum(step, 0.0))
        step[:] = weights
    return dict(zip(NAMES, map(float, weights), strict=True))


def _logistic(signs: Doubles, true: NDArray[np.bool_]) -> dict[str, float]:
    """Logistic regression on standardised signs, given back for plain ones.

    Closeness may only speak for, strays only against: held-out questions never lie as close as real ones sometimes do,
    and a slope that turns the wrong way there would be trusted where it was never seen.
    """
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    plain = np.hstack([np.ones((len(signs), 1)), (signs - middle) / spread])
    share = min(max(float(true.mean()), 1e-3), 1 - 1e-3)
    heavy = np.where(true, 0.5 / share, 0.5 / (1 - share)) if share > _LOPSIDED else np.ones(len(true))
    weights = np.zeros(plain.shape[1])

    def slope(now: Doubles) -> Doubles:
        chance = 1 / (1 + np.exp(-np.clip(plain @ now, -30, 30)))
        return np.asarray(plain.T @ (heavy * (chance - true)) / len(plain) + 0.002 * now, np.float64)

    for step in _descend(slope, weights):
        step[1:] = np.where(_SIGN * step[1:] >= 0, step[1:], 0.0)
        weights = step
    scaled = weights[1:] / spread
    return {"bias": float(weights[0] - scaled @ middle), **dict(zip(TRUST, map(float, scaled), strict=True))}


def _crossed(signs: Doubles, true: NDArray[np.bool_], used: NDArray[np.bool_], parts: int = 5) -> Doubles:
    """Each sample's probability by a model that has not seen it, learnt from those that may be used."""
    chances = np.zeros(len(signs))
    part = np.arange(len(signs)) % parts
    for number in range(parts):
        seen = (part != number) & used
        learnt = _logistic(signs[seen], true[seen])
        total = learnt["bias"] + signs[part == number] @ np.array([learnt[name] for name in TRUST])
        chances[part == number] = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
    return chances


def _descend(slope: Callable[[Doubles], Doubles], start: Doubles) -> Iterator[Doubles]:
    """Adam's steps from a start; the caller may change a step before the next."""
    now, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for count in range(1, _ROUNDS + 1):
        down = slope(now)
        first = 0.9 * first + 0.1 * down
        second = 0.99 * second + 0.01 * down**2
        now -= _PACE * (first / (1 - 0.9**count)) / (np.sqrt(second / (1 - 0.99**count)) + 1e-8)
        yield now
