"""How the evidence for an entry is added up: a weighted sum, bent by a few learnt combinations of evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.lookup import Floats

_BENDS = 8
_BATCH = 512
_STEPS = 1500
_SLOWER = 0.6
"""After this share of the steps they become smaller."""
_FIRM = 1e-4


@dataclass(frozen=True, slots=True)
class Network:
    """A straight part and bends: `features @ straight + tanh(features @ inner + bias) @ outer`."""

    straight: Floats
    inner: Floats
    bias: Floats
    outer: Floats

    @classmethod
    def read(cls, names: Sequence[str], straight: Mapping[str, float], bends: Mapping[str, Any]) -> Network:
        """The network of numbers kept by name of feature; without bends it is a plain weighted sum."""
        count = len(bends.get("outer", ()))
        inner = [bends["inner"].get(name, [0.0] * count) if count else [] for name in names]
        return cls(
            np.array([straight.get(name, 0.0) for name in names], np.float32),
            np.array(inner, np.float32).reshape(len(names), count),
            np.array(bends.get("bias", ()), np.float32),
            np.array(bends.get("outer", ()), np.float32),
        )

    def dump(self, names: Sequence[str]) -> tuple[dict[str, float], dict[str, Any]]:
        """The straight part and the bends by name of feature, rounded."""
        bends = {
            "inner": {name: _round(row) for name, row in zip(names, self.inner, strict=True)},
            "bias": _round(self.bias),
            "outer": _round(self.outer),
        }
        return dict(zip(names, _round(self.straight), strict=True)), bends

    def scores(self, features: Floats) -> Floats:
        """A score for each row of features."""
        straight = features @ self.straight
        if not len(self.outer):
            return straight
        return np.asarray(straight + np.tanh(features @ self.inner + self.bias) @ self.outer, np.float32)


def learn(features: Floats, right: NDArray[np.bool_], there: NDArray[np.bool_], start: Floats) -> Network:
    """Learn to put right candidates first (listwise softmax, Adam on small batches; the same at every run).

    Args:
        features: question by candidate by feature.
        right: which candidates are right.
        there: which candidates there are.
        start: a straight part to begin with.
    """
    kept = right.any(axis=1)
    features, right, there = features[kept], right[kept], there[kept]
    chance = np.random.default_rng(0)
    width = features.shape[2]
    inner = chance.normal(size=(width, _BENDS)) * 0.3
    parts = [start, inner, np.zeros(_BENDS), chance.normal(size=_BENDS)]
    now = Network(*(np.asarray(part, np.float32) for part in parts))
    pace = _Pace([now.straight, now.inner, now.bias, now.outer])
    for _ in range(_STEPS):
        rows = chance.integers(0, len(features), _BATCH)
        now = Network(*pace.step(list(_slopes(now, features[rows], right[rows], there[rows]))))
    return now


def _slopes(now: Network, features: Floats, right: NDArray[np.bool_], there: NDArray[np.bool_]) -> Iterator[Floats]:
    """The slope of the loss for each part."""
    flat = features.reshape(-1, features.shape[2])
    bent = np.tanh(flat @ now.inner + now.bias)
    scores = np.where(there, (flat @ now.straight + bent @ now.outer).reshape(there.shape), -1e9)
    every = np.exp(scores - scores.max(axis=1, keepdims=True))
    good = every * right
    pull = every / every.sum(axis=1, keepdims=True) - good / (good.sum(axis=1, keepdims=True) + 1e-12)
    down = (np.where(there, pull, 0.0) / len(features)).reshape(-1).astype(np.float32)
    back = down[:, None] * now.outer * (1 - bent * bent)
    yield flat.T @ down + _FIRM * now.straight
    yield flat.T @ back + _FIRM * now.inner
    yield back.sum(axis=0)
    yield bent.T @ down + _FIRM * now.outer


class _Pace:
    """Adam's steps for several parts at once."""

    def __init__(self, parts: list[Floats]) -> None:
        self._parts = parts
        self._first = [np.zeros_like(part) for part in parts]
        self._second = [np.zeros_like(part) for part in parts]
        self._count = 0

    def step(self, slopes: list[Floats]) -> list[Floats]:
        self._count += 1
        size = 0.02 if self._count < _SLOWER * _STEPS else 0.004
        for place, slope in enumerate(slopes):
            self._first[place] = 0.9 * self._first[place] + 0.1 * slope
            self._second[place] = 0.99 * self._second[place] + 0.01 * slope**2
            mean = self._first[place] / (1 - 0.9**self._count)
            spread = np.sqrt(self._second[place] / (1 - 0.99**self._count)) + 1e-8
            self._parts[place] = np.asarray(self._parts[place] - size * mean / spread, np.float32)
        return list(self._parts)


def _round(numbers: Floats) -> list[float]:
    return [round(float(number), 4) for number in numbers]
