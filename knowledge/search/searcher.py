"""The search: a question in, the entry that answers it out, or a choice, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.library import Library
from knowledge.search.cache import load_index, save_index
from knowledge.search.confusing import Confusing
from knowledge.search.features import Evidence, Wanted, evidence, short_of
from knowledge.search.follow import Leaned, Leaning
from knowledge.search.index import Index
from knowledge.search.judge import Ranked, prefer, rank, rivals, signs
from knowledge.search.meaning import Meanings, load_meanings
from knowledge.search.normalise import unmarked
from knowledge.search.reader import Reader, Reading
from knowledge.search.traits import MEMBER, Numbering
from knowledge.search.weights import Weights, load_weights

Outcome = Literal["answer", "choices", "none"]
_MOST = 3
_STUDY = re.compile("考试|考题|试题|试卷|答案|培训|报告|总结|经验|研究")
"""Words of questions that ask for an exam or a report."""
_LEANS = 0.2
"""The least probability of a leaning question's own words being our matter; below, it stands by itself."""
_LEANT = 0.6
_ALONE = 0.8
_CONTEXT = 0.35
"""How much a completed question's score counts beside that of its own words."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found: its score among the candidates, and the probability that it is what was meant."""

    entry_id: str
    score: float
    probability: float


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search; hits best first, at most three when they are choices."""

    outcome: Outcome
    hits: tuple[Hit, ...] = ()
    scheme: str | None = None
    region: str | None = None
    audience: str | None = None
    elsewhere: str | None = None
    """A place without rules here that the question names as the insured region."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question measured and ranked, before its outcome is told."""

    reading: Reading
    wanted: Wanted
    found: Evidence
    ranked: Ranked
    signs: dict[str, float]


class Searcher:
    """Finds entries of one library; unchanging and safe to share between threads."""

    def __init__(self, library: Library, index: Index, weights: Weights, meanings: Meanings) -> None:
        """Join the parts; `Searcher.build` is the usual way."""
        self._ids = tuple(library.entries)
        self._place = {entry_id: place for place, entry_id in enumerate(self._ids)}
        self._reader = Reader(library.lexicon)
        self._numbering = Numbering(library)
        self._index = index
        self._leaning = Leaning(library)
        self._confusing = Confusing(library, self._reader)
        self.weights = weights
        self.meanings = meanings

    @classmethod
    def build(cls, library: Library, *, cache: Path | None = None, weights: Weights | None = None) -> Searcher:
        """Index a library.

        Args:
            library: what to search.
            cache: a directory in which the index is kept between starts, under the hash of the knowledge.
            weights: learned weights; the shipped ones when left out.
        """
        meanings = load_meanings()
        index = load_index(cache, library.digest) if cache else None
        if index is None:
            index = index_of(library, Reader(library.lexicon), meanings)
            if cache:
                save_index(cache, library.digest, index)
        return cls(library, index, weights or load_weights(), meanings)

    def ask(
        self,
        text: str,
        *,
        scheme: str | None = None,
        audience: str | None = None,
        region: str | None = None,
        previous: Sequence[str] = (),
    ) -> Found:
        """Find what answers a question.

        Args:
            text: the question as typed.
            scheme: the scheme known of the person beforehand; one named in the question beats it.
            audience: who asks, when known.
            region: the region known beforehand.
            previous: the entries answered just before; a question that leans on them ("那第二次呢") is read with them.
        """
        leaned = self._leaning.complete(text, previous) if previous else None
        if leaned is not None:
            found = self._lean(leaned, scheme, audience, region)
            if found is not None:
                return found
        judged = self.judge(text, scheme=scheme, audience=audience, region=region)
        return Found("none") if judged is None else self._tell(judged, scheme, audience)

    def _lean(self, leaned: Leaned, scheme: str | None, audience: str | None, region: str | None) -> Found | None:
        """Answer a question that leans on the one before: by its own words among the entries near, else completed.

        None where its own words are no matter of ours ("今天天气怎么样").
        """
        scheme, region = leaned.scheme or scheme, leaned.region or region
        core = self.judge(leaned.core, scheme=scheme, audience=audience, region=region) if leaned.core else None
        if core is not None and self.weights.ours(core.signs) < _LEANS:
            return None
        whole = self.judge(leaned.whole, scheme=scheme, audience=audience, region=region)
        if core is not None and whole is not None and (ranked := self._near(leaned, core.ranked, whole.ranked)):
            return Found(
                "answer", self._hits(ranked, np.arange(min(_MOST, len(ranked.scores))), _LEANT), scheme, region
            )
        return Found("none") if whole is None else self._tell(whole, scheme, audience)

    def _near(self, leaned: Leaned, core: Ranked, whole: Ranked) -> Ranked | None:
        """The candidates of a leaning question's own words, nearest to the entry before first; None if none fits."""
        completed = dict(zip(whole.entries.tolist(), whole.scores.tolist(), strict=True))
        near = np.zeros(len(core.entries), np.float32)
        for place, number in enumerate(core.entries.tolist()):
            name = self._ids[number]
            context = 0.0 if name == leaned.before else _CONTEXT * completed.get(number, 0.0)
            near[place] = leaned.kin.get(name, 0.0) + context
        order = np.argsort(-(core.scores + near), kind="stable")
        if leaned.kin.get(self._ids[core.entries[order[0]]]) is None:
            return None
        return Ranked(core.entries[order], (core.scores + near)[order], core.features[order])

    def judge(
        self,
        text: str,
        *,
        scheme: str | None = None,
        audience: str | None = None,
        region: str | None = None,
    ) -> Judged | None:
        """Measure and rank without telling an outcome; None where there is nothing to search."""
        reading = self._reader.read(text)
        if not reading.sound or not self._ids:
            return None
        wanted = self._numbering.wanted(reading.heard, scheme, audience, region)
        traits = self._numbering.traits
        found = evidence(self._index, reading, self.meanings.of(reading.char), wanted, traits)
        if not len(found.candidates):
            return None
        studied = wanted.audience & ~MEMBER or _STUDY.search(reading.char)
        ranked = rank(found, self.weights.ranking, np.zeros_like(traits.weak) if studied else traits.weak)
        ranked = prefer(ranked, traits, short_of(reading))
        return Judged(reading, wanted, found, ranked, signs(ranked, traits, found, reading))

    def _tell(self, judged: Judged, scheme: str | None, audience: str | None) -> Found:
        """The outcome of a ranked question."""
        heard = judged.reading.heard
        sure = self.weights.probability(judged.signs)
        alike = self._confusing.meant(judged.reading, heard.scheme or scheme)
        if alike:
            outcome: Outcome = "answer" if len(alike) == 1 else "choices"
            hits = tuple(Hit(name, float(judged.ranked.scores[0]), 1.0 / len(alike)) for name in alike[:_MOST])
        else:
            outcome, places = self._outcome(judged, sure, heard.audience or audience)
            hits = self._hits(judged.ranked, places, sure)
        return Found(outcome, hits, heard.scheme, heard.region, heard.audience, heard.elsewhere)

    def _outcome(self, judged: Judged, sure: float, audience: str | None) -> tuple[Outcome, NDArray[np.int64]]:
        ranked = judged.ranked
        first = np.arange(min(_MOST, len(ranked.entries)))
        ours = self.weights.ours(judged.signs)
        if ours < self.weights.near or judged.reading.heard.foreign:
            return "none", first
        tied = rivals(ranked, judged.wanted, self._numbering.traits, self.weights.tie)
        if len(tied) > 1 and audience in {None, "member"}:
            return "choices", tied[:_MOST]
        told = self.weights.trusted(np.array([sure]), np.array([ours])).any()
        return ("answer" if told else "choices"), first

    def _hits(self, ranked: Ranked, places: NDArray[np.int64], sure: float) -> tuple[Hit, ...]:
        chance = np.exp(ranked.scores - ranked.scores[0])
        return tuple(
            Hit(self._ids[ranked.entries[place]], float(ranked.scores[place]), float(sure * chance[place]))
            for place in places
        )


def index_of(
    library: Library, reader: Reader, meanings: Meanings, asks: Mapping[str, Sequence[str]] | None = None
) -> Index:
    """Index a library, or only the given phrasings of its entries (titles always stay)."""
    entries = list(library.entries.values())
    said = [(entry.title, *(entry.ask if asks is None else asks[entry.id])) for entry in entries]
    phrasings = [[reader.read(text) for text in group] for group in said]
    answers = [reader.read(f"{entry.title}。{unmarked(entry.answer)}") for entry in entries]
    strays = [reader.read(text) for texts in library.out_of_scope.values() for text in texts]
    strays = [reading for reading in strays if not reading.heard.foreign]  # their place alone decides
    every = [*(reading for group in phrasings for reading in group), *answers, *strays]
    return Index.build(phrasings, answers, strays, meanings.of_all([reading.char for reading in every]))
