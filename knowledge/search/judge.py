"""The outcome of a search: an answer, a choice between a few, or none; a confident wrong answer is the worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.features import NAMES, Evidence, Traits, Wanted
from knowledge.search.lookup import Floats
from knowledge.search.network import Network
from knowledge.search.reader import Reading

_BOUND = 0.3
_USUAL = 0.15
_GENERAL = 3.0
"""How far a topic's general entry may lie behind the special one and still be meant by a very short question."""
_STAND_BACK = 1.5
"""By how much an exam's or a report's entry stands behind a rule's that fits as well."""
_AT = {name: place for place, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates in order, best first, with their scores and features."""

    entries: NDArray[np.int64]
    scores: Floats
    features: Floats


def rank(found: Evidence, network: Network, weak: Floats) -> Ranked:
    """Put the candidates in order; sources that bind little (`weak`) stand back."""
    scores = network.scores(found.features) - _STAND_BACK * weak[found.candidates]
    order = np.argsort(-scores, kind="stable")
    return Ranked(found.candidates[order], scores[order], found.features[order])


def prefer(ranked: Ranked, traits: Traits, short: float) -> Ranked:
    """For a short question, the general entry of the first's topic and scheme before the special one."""
    first = ranked.entries[0]
    if traits.general[first] or not short:
        return ranked
    same = (traits.topic[ranked.entries] == traits.topic[first]) & (
        traits.scheme[ranked.entries] == traits.scheme[first]
    )
    near = ranked.scores > ranked.scores[0] - _GENERAL * short
    places = np.flatnonzero(same & near & traits.general[ranked.entries])
    if not len(places):
        return ranked
    order = np.concatenate([places[:1], np.delete(np.arange(len(ranked.entries)), places[0])])
    scores = ranked.scores[order].copy()
    scores[0] = ranked.scores[0]
    return Ranked(ranked.entries[order], scores, ranked.features[order])


def rivals(ranked: Ranked, wanted: Wanted, traits: Traits, tie: float) -> NDArray[np.int64]:
    """The places of the entries that the question may mean as well as the first.

    They are those of other schemes on the same topic that lie close behind, when nothing tells the scheme.
    """
    first = ranked.entries[0]
    if wanted.scheme or wanted.region or not (traits.scheme[first] or traits.region[first]):
        return np.zeros(1, np.int64)
    same = traits.topic[ranked.entries] == traits.topic[first]
    same &= traits.general[ranked.entries] == traits.general[first]
    facets = traits.scheme.astype(np.int32) * 1000 + traits.region
    near = same & (ranked.scores >= tie * ranked.scores[0]) & (facets[ranked.entries] != facets[first])
    _, once = np.unique(facets[ranked.entries[near]], return_index=True)
    return np.concatenate([[0], np.flatnonzero(near)[np.sort(once)]])


def signs(ranked: Ranked, traits: Traits, found: Evidence, reading: Reading) -> dict[str, float]:
    """The signs of trust in the first: how well it fits, how far others lie behind, how near the strays are."""
    top = {name: float(ranked.features[0, place]) for name, place in _AT.items()}
    others = traits.topic[ranked.entries] != traits.topic[ranked.entries[0]]
    gap = float(ranked.scores[0] - ranked.scores[others][0]) if others.any() else float(ranked.scores[0])
    chance = np.exp(ranked.scores - ranked.scores[0])
    cosine, meaning = found.stray
    close = max(top["canon_cosine"], top["sound_cosine"])
    same = np.where(others, 0.0, chance).sum()
    return {
        "score": float(ranked.scores[0]),
        "gap": min(gap, 6.0),
        "share": float(same / chance.sum()),
        **{name: top[name] for name in ("canon_cosine", "canon_ours", "canon_theirs", "canon_ratio")},
        **{name: top[name] for name in ("sound_cosine", "sound_ratio", "meaning", "answer")},
        **{name: top[name] for name in ("char", "canon", "meaning_centre", "title_cosine")},
        "unknown": found.unknown,
        "stray_cosine": cosine,
        "stray_meaning": meaning,
        "over_cosine": _over(close, cosine),
        "over_meaning": _over(top["meaning"], meaning),
        "inward": found.inward,
        "length": float(np.log1p(len(reading.sound))),
        "elsewhere": float(reading.heard.elsewhere is not None),
        "typed": float(not reading.char),
        "fit": min(top["scheme"], top["region"], 0.0),
        "general": top["general"],
        "known": max(top["scheme"], top["region"], 0.0),
    }


def _over(ours: float, stray: float) -> float:
    """How much nearer the first comes than the nearest stray, within bounds; the usual where there are no strays."""
    return max(-_BOUND, min(_BOUND, ours - stray)) if stray else _USUAL
