"""What speaks for each candidate: one row of numbers an entry, which the learned weights then add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.search.closeness import Closeness
from knowledge.search.grams import grams
from knowledge.search.index import CHANNELS, CLOSE, Index
from knowledge.search.lookup import Floats
from knowledge.search.meaning import unit
from knowledge.search.normalise import asked_of
from knowledge.search.reader import Reading

NAMES = (
    "char", "canon", "sound", "answer",
    "canon_cosine", "canon_ours", "canon_theirs", "canon_three", "canon_ratio",
    "sound_cosine", "sound_ours", "sound_theirs", "sound_ratio",
    "meaning", "meaning_four", "meaning_centre",
    "title_cosine", "title_ratio", "title_sound", "title_meaning",
    "scheme", "region", "audience", "general",
)  # fmt: skip
CANDIDATES = 30
_SCAN = 20_000
"""Up to so many entries every entry's meaning is compared; beyond, only the candidates'."""
_SHORT = 8.0
_NEAR_TOP = (0.5, 0.25, 0.1)
_LONG_ENOUGH = 3
_THREE, _FOUR = 3, 4


@dataclass(frozen=True, slots=True)
class Traits:
    """Each entry's facets as numbers: 0 where it has none."""

    scheme: NDArray[np.int16]
    region: NDArray[np.int16]
    audience: NDArray[np.int16]
    """One bit an audience."""
    general: NDArray[np.bool_]
    topic: NDArray[np.int32]
    weak: NDArray[np.float32]
    """How little its sources bind: 0 a rule, 1 an exam."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The facets a question asks for, in the numbers of `Traits`; 0 where unknown."""

    scheme: int = 0
    region: int = 0
    audience: int = 0
    kinds: tuple[int, ...] = ()
    named: bool = False
    """Whether the question itself names the region or scheme."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates, their features, and how near the utterances without answer come."""

    candidates: NDArray[np.int64]
    features: Floats
    stray: tuple[float, float]
    """Of the nearest utterance without answer: cosine, meaning."""
    inward: float
    """How much the question's meaning lies on the side of those that have an answer: about 1, or about -1."""
    unknown: float
    """The share of the question that no entry holds in any phrasing."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows to compare: the candidates' phrasings, beside each the place of its candidate, and the strays."""

    ours: NDArray[np.int64]
    owner: NDArray[np.int64]
    starts: NDArray[np.int64]
    """Where each candidate's rows begin; every entry has at least its title."""
    strays: NDArray[np.int64]
    candidates: int


@dataclass(frozen=True, slots=True)
class _Channel:
    """A channel's question: its n-grams and the closeness table they are measured with."""

    close: Closeness
    known: NDArray[np.int64]
    mass: float
    lost: float


def evidence(index: Index, reading: Reading, meaning: Floats, wanted: Wanted, traits: Traits) -> Evidence:
    """Find the candidates of a question and measure them.

    Args:
        index: the index.
        reading: the question as read.
        meaning: its vector, of as many numbers as the index has columns.
        wanted: the facets asked for.
        traits: the entries' facets.
    """
    scores: dict[str, NDArray[np.float64]] = {}
    channels: dict[str, _Channel] = {}
    for name, lookup in index.lookups.items():
        known, mass = lookup.terms(reading.canon if name == "answer" else getattr(reading, name))
        scores[name] = lookup.scores(known, mass)
        if name in CLOSE:
            lost = max(0.0, mass - float(lookup.idf[known].sum())) * lookup.unknown
            channels[name] = _Channel(index.close[name], known, mass, lost)
    first = 0.3 * scores["answer"]
    for name in CHANNELS:
        first += scores[name]
    meaning = unit(meaning @ index.whiten)
    near = _meanings(index, meaning)
    if near is not None:
        first += 0.6 * near
    open_to = allowed(wanted, traits)
    if open_to is not None:
        first[~open_to] = -1.0
    picked = _best(first, CANDIDATES)
    if open_to is not None:
        picked = picked[open_to[picked]]
    rows = _rows_of(index, picked)
    lexical = [scores[name][picked].astype(np.float32) for name in (*CHANNELS, "answer")]
    close, titled, stray = _closeness(index, reading, channels, rows)
    meant, meant_stray = _meant(index, meaning, rows, picked)
    columns = [*lexical, *close, *meant[:3], *titled, meant[3], *_facets(picked, wanted, traits, short_of(reading))]
    inward = float(index.inward[:-1] @ meaning + index.inward[-1]) if meaning.any() else 0.0
    features = np.stack(columns, axis=1).astype(np.float32)
    return Evidence(picked, features, (stray, meant_stray), inward, _unknown(index, reading))


def short_of(reading: Reading) -> float:
    """How short a question is, beside words that only ask: 1 nearly nothing, 0 long."""
    length = len(asked_of(reading.canon)) if reading.canon else len(reading.sound)
    return max(0.0, 1.0 - length / _SHORT)


def _unknown(index: Index, reading: Reading) -> float:
    """The share of a question's pairs of signs that no entry holds."""
    name, text = ("char", reading.char) if reading.char else ("sound", reading.sound)
    pairs = grams(text, (2,))
    return 1.0 - float(index.lookups[name].holds(pairs).mean()) if len(pairs) else 0.0


def allowed(wanted: Wanted, traits: Traits) -> NDArray[np.bool_] | None:
    """Which entries may answer at all; None where all may.

    With a scheme known no other scheme's rule answers; with a region named in the question no other region's does.
    """
    kept: NDArray[np.bool_] | None = None
    if wanted.scheme:
        ours = {0, wanted.scheme, *(wanted.kinds if wanted.scheme not in wanted.kinds else ())}
        kept = np.isin(traits.scheme, list(ours))
    if wanted.named and wanted.region:
        near = (traits.region == 0) | (traits.region == wanted.region)
        kept = near if kept is None else kept & near
    return kept


def _best(scores: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """The places of the highest scores; only those near the top are put in order, because most are zero."""
    if len(scores) <= count:
        return np.arange(len(scores))
    for share in _NEAR_TOP:
        near = np.flatnonzero(scores > scores.max() * share)
        if len(near) >= count:
            return np.asarray(near[np.argpartition(scores[near], -count)[-count:]], np.int64)
    return np.argpartition(scores, -count)[-count:].astype(np.int64)


def _rows_of(index: Index, picked: NDArray[np.int64]) -> _Rows:
    """The rows of some entries and of the strays."""
    sizes = index.rows[picked + 1] - index.rows[picked]
    ends = np.cumsum(sizes)
    ours = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(index.rows[picked] - (ends - sizes), sizes)
    strays = np.arange(index.rows[-1], len(index.texts["canon"].starts) - 1)
    return _Rows(ours, np.repeat(np.arange(len(picked)), sizes), ends - sizes, strays, len(picked))


def _meanings(index: Index, meaning: Floats) -> Floats | None:
    """How near each entry's centre lies, where the index is small enough to compare all."""
    return _dots(index.centres, meaning) if meaning.any() and index.entries <= _SCAN else None


def _dots(rows: NDArray[Any], meaning: Floats) -> Floats:
    """Each row times a vector; plain loops, because threads of a matrix library cost more than they save here."""
    return np.asarray(np.einsum("ij,j->i", rows.astype(np.float32, copy=False), meaning), np.float32)


def _closeness(
    index: Index, reading: Reading, channels: dict[str, _Channel], rows: _Rows
) -> tuple[list[Floats], list[Floats], float]:
    """The best phrasing's closeness by channel, the title's, and the nearest stray's cosine."""
    columns: list[Floats] = []
    titled: list[Floats] = []
    stray = 0.0
    ours, every = len(rows.owner), np.concatenate([rows.ours, rows.strays])
    for name in CLOSE:
        one, texts, text = channels[name], index.texts[name], getattr(reading, name)
        cosine, share, covered = one.close.measure(every, index.lookups[name], one.known, one.mass, one.lost)
        ratio = process.cdist([text], texts.pick(rows.ours), scorer=fuzz.ratio, dtype=np.float32)[0] / 100
        long = texts.starts[rows.ours + 1] - texts.starts[rows.ours] > _LONG_ENOUGH
        columns += [_top(part[:ours], rows) for part in (cosine, share)]
        columns.append(_top(covered[:ours] * long, rows))
        if name == "canon":
            columns.append(_best_mean(cosine[:ours], rows, _THREE))
        columns.append(_top(ratio, rows))
        titled += [cosine[rows.starts], ratio[rows.starts]] if name == "canon" else [ratio[rows.starts]]
        if len(every) > ours and text:
            stray = max(stray, float(cosine[ours:].max()))
    return columns, titled, stray


def _top(values: Floats, rows: _Rows) -> Floats:
    if not len(values):
        return np.zeros(rows.candidates, np.float32)
    return np.maximum(np.maximum.reduceat(values, rows.starts), 0.0).astype(np.float32)


def _best_mean(values: Floats, rows: _Rows, count: int) -> Floats:
    """The mean of each entry's best few values: how many phrasings agree."""
    order = np.argsort(rows.owner - values / 4.0, kind="stable")  # values lie between -1 and 1
    place = np.arange(len(order)) - rows.starts[rows.owner]
    kept = order[place < count]
    return (np.bincount(rows.owner[kept], weights=values[kept], minlength=rows.candidates) / count).astype(np.float32)


def _meant(index: Index, meaning: Floats, rows: _Rows, picked: NDArray[np.int64]) -> tuple[list[Floats], float]:
    """How near each candidate's nearest, four nearest, centre of meanings and title lie, and the nearest stray."""
    if not meaning.any():
        return [np.zeros(rows.candidates, np.float32)] * 4, 0.0
    near = _dots(index.vectors[rows.ours], meaning)
    centre = _dots(index.centres[picked], meaning)
    far = float(_dots(index.vectors[rows.strays], meaning).max()) if len(rows.strays) else 0.0
    return [_top(near, rows), _best_mean(near, rows, _FOUR), centre, near[rows.starts]], far


def _facets(picked: NDArray[np.int64], wanted: Wanted, traits: Traits, short: float) -> list[Floats]:
    """How each candidate's facets fit: 1 the one asked for, -1 another, 0 where either is unknown."""
    scheme = _fit(traits.scheme[picked], wanted.scheme)
    if not wanted.scheme and wanted.kinds:
        ours = traits.scheme[picked]
        scheme = np.where(ours == 0, 0.0, np.where(np.isin(ours, wanted.kinds), 0.5, -0.5))
    region = _fit(traits.region[picked], wanted.region)
    spoken = (traits.audience[picked] & wanted.audience) != 0
    audience = np.where(spoken, 1.0, -1.0) if wanted.audience else np.zeros(len(picked))
    general = traits.general[picked] * short
    return [part.astype(np.float32) for part in (scheme, region, audience, general)]


def _fit(ours: NDArray[np.int16], wanted: int) -> NDArray[np.float64]:
    if not wanted:
        return np.zeros(len(ours))
    return np.where(ours == 0, 0.0, np.where(ours == wanted, 1.0, -1.0))
