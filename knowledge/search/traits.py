"""Facets as numbers: each entry's scheme, region, audience and topic, and those a question asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import numpy as np

from knowledge.library import Library
from knowledge.models import Audience, Entry
from knowledge.search.facets import Heard
from knowledge.search.features import Traits, Wanted

_BIT = {name: 1 << place for place, name in enumerate(get_args(Audience))}
MEMBER = _BIT["member"]
_WEAK = {"rule": 0.0, "notice": 0.1, "model": 0.3, "report": 0.9, "exam": 1.0}
_EVERYWHERE = frozenset({"通用", "全国", "各地"})


class Numbering:
    """Numbers the facets of a library's entries."""

    def __init__(self, library: Library) -> None:
        """Collect the schemes, regions and topics that occur."""
        entries = list(library.entries.values())
        self._lexicon = library.lexicon
        self._schemes = _numbers(entry.scheme for entry in entries)
        places = [self._place(entry.region) for entry in entries]
        self._regions = _numbers(places)
        topics = _numbers(entry.topic for entry in entries)
        self.traits = Traits(
            np.array([self._schemes.get(entry.scheme or "", 0) for entry in entries], np.int16),
            np.array([self._regions.get(place or "", 0) for place in places], np.int16),
            np.array([sum(_BIT[name] for name in set(entry.audience)) for entry in entries], np.int16),
            np.array([entry.general for entry in entries], np.bool_),
            np.array([topics[entry.topic] for entry in entries], np.int32),
            np.array([_weakness(library, entry) for entry in entries], np.float32),
        )

    def _place(self, region: str | None) -> str | None:
        """The place of the lexicon that a region's wording means; the wording itself where it is none."""
        if not region or region in _EVERYWHERE:
            return None
        if region in self._lexicon.places:
            return region
        named = (key for key, place in self._lexicon.places.items() for name in place.names if name in region)
        return next(named, region)

    def wanted(self, heard: Heard, scheme: str | None, audience: str | None, region: str | None) -> Wanted:
        """The facets of a question: what it says itself beats what is known beforehand."""
        if heard.region or heard.scheme or heard.elsewhere:
            scheme, region = heard.scheme, heard.region
        words = self._lexicon.schemes.get(scheme or "")
        if words is not None and region is None:
            region = words.region
        kinds = tuple(self._schemes[name] for name in sorted(heard.kinds) if name in self._schemes)
        spoken = heard.audience or audience
        return Wanted(
            self._schemes.get(scheme or "", -1 if scheme else 0),
            self._regions.get(self._place(region) or "", -1 if region else 0),
            _BIT.get(spoken or "", 0),
            kinds,
            bool(heard.region or heard.scheme),
        )


def _weakness(library: Library, entry: Entry) -> float:
    """How little the strongest source of an entry binds."""
    sources = [library.documents[cite.doc].authority for cite in entry.cite if cite.doc in library.documents]
    return min((_WEAK[authority] for authority in sources), default=0.0)


def _numbers(names: Iterable[str | None]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted({name for name in names if name}), start=1)}
