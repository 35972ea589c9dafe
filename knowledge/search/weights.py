"""The learned numbers: what each feature counts, when an answer is trusted; kept as JSON beside the code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.features import NAMES
from knowledge.search.network import Network

Doubles = NDArray[np.float64]
SHIPPED = Path(__file__).parent / "data" / "weights.json"
TRUST = (
    "score", "gap", "share", "canon_cosine", "canon_ours", "canon_theirs", "canon_ratio", "sound_cosine", "sound_ratio",
    "meaning", "answer", "stray_cosine", "stray_meaning", "over_cosine", "over_meaning",
    "inward", "char", "canon", "meaning_centre", "title_cosine", "unknown",
    "length", "elsewhere", "typed", "fit", "general", "known",
)  # fmt: skip
_EVEN = dict.fromkeys(NAMES, 3.0) | {"answer": 1.0, "scheme": 2.0, "region": 2.0, "audience": 0.5, "general": 0.5}
_PLAIN = {"bias": -4.0, "canon_cosine": 4.0, "sound_cosine": 2.0, "canon_ratio": 2.0, "gap": 0.5, "stray_cosine": -4.0}
_INSIDE = {"bias": -2.0, "canon_ours": 3.0, "canon_cosine": 3.0, "sound_cosine": 2.0, "over_cosine": 6.0}


@dataclass(frozen=True)
class Weights:
    """Weights of the ranking, of the trust in its first and of being our matter at all, and when an outcome is told."""

    rank: Mapping[str, float] = field(default_factory=lambda: _EVEN)
    bends: Mapping[str, Any] = field(default_factory=dict)
    """Learnt combinations of features, added to the ranking's weighted sum."""
    trust: Mapping[str, float] = field(default_factory=lambda: _PLAIN)
    scope: Mapping[str, float] = field(default_factory=lambda: _INSIDE)
    """Weights of the question being one that the knowledge answers at all."""
    answer: float = 0.45
    """The least probability of the first being right to answer at; below, a choice is offered."""
    inside: float = 0.75
    """The least probability of being our matter to answer at."""
    clear: float = 0.88
    """From this probability of the first being right, `near` is enough to answer at."""
    near: float = 0.5
    """The least probability of being our matter to offer a choice at."""
    tie: float = 0.72
    """From which share of the first's score another scheme's entry on the same topic counts as meant alike."""
    knowledge: str = ""
    """The digest of the knowledge they were learnt from."""

    @cached_property
    def ranking(self) -> Network:
        """What adds up the features of a candidate."""
        return Network.read(NAMES, self.rank, self.bends)

    def probability(self, signs: Mapping[str, float]) -> float:
        """The probability that the first is right, from the signs of trust."""
        return _chance(self.trust, signs)

    def ours(self, signs: Mapping[str, float]) -> float:
        """The probability that the question is one the knowledge answers at all."""
        return _chance(self.scope, signs)

    def trusted(self, sure: Doubles, ours: Doubles) -> NDArray[np.bool_]:
        """Whether to answer at these probabilities of the first being right and of being our matter."""
        near = (ours >= self.near) & (sure >= self.clear)
        return np.asarray((sure >= self.answer) & ((ours >= self.inside) | near))

    def dump(self) -> str:
        """As JSON."""
        numbers = {
            "knowledge": self.knowledge,
            "answer": round(self.answer, 4),
            "inside": round(self.inside, 4),
            "clear": round(self.clear, 4),
            "near": round(self.near, 4),
            "tie": round(self.tie, 4),
            "rank": {name: round(value, 4) for name, value in self.rank.items()},
            "bends": self.bends,
            "trust": {name: round(value, 4) for name, value in self.trust.items()},
            "scope": {name: round(value, 4) for name, value in self.scope.items()},
        }
        return json.dumps(numbers, ensure_ascii=False, indent=1) + "\n"


def _chance(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in signs.items())
    return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


def load_weights(path: Path = SHIPPED) -> Weights:
    """The weights of a file; even ones where it doesn't exist.

    Raises:
        ValueError: the file isn't one that `yibao knowledge train` wrote.
    """
    if not path.is_file():
        return Weights()
    try:
        return Weights(**json.loads(path.read_text("utf-8")))
    except TypeError as wrong:
        raise ValueError(f"{path}: 不是权重文件,重新运行 yibao knowledge train") from wrong
