"""Questions that lean on the one before: "那第二次住院呢", "退休的呢", "我说的是北京"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.library import Library
from knowledge.search.facets import Ears
from knowledge.search.normalise import fold, squeeze

_SHORT = 14
_TAIL = re.compile(r"(?:呢|又如何|怎么算|怎么样|怎样|一样吗|也一样|也是吗|也行吗|的话)$")
_EMPTY = re.compile(r"^(?:的|是|在|这|我|咱|们|人|参保|医保|职工|居民|交|上班|这边|那边|保|呢|啊|哦|了|就)*$")


@dataclass(frozen=True, slots=True)
class Leaned:
    """A question completed by the one before, and the facets it keeps."""

    text: str
    scheme: str | None = None
    region: str | None = None


class Leaning:
    """Recognises questions that lean on the entry before, and completes them."""

    def __init__(self, library: Library) -> None:
        """Compile the lexicon's beginnings."""
        self._entries = library.entries
        self._ears = Ears(library.lexicon)
        starts = sorted(library.lexicon.follow, key=len, reverse=True)
        self._start = re.compile(f"^(?:{'|'.join(map(re.escape, starts))})") if starts else None

    def complete(self, text: str, previous: Sequence[str]) -> Leaned | None:
        """The question with what it leaves out; None where it stands by itself."""
        entry = next((self._entries[name] for name in previous if name in self._entries), None)
        folded = fold(text).strip()
        heard = self._ears.hear(folded)
        rest = squeeze(heard.text)
        begun = self._start.match(rest) if self._start else None
        core = _TAIL.sub("", rest[begun.end() :] if begun else rest)
        leans = begun is not None or core != rest or (not core and rest) or _EMPTY.match(core) is not None
        if entry is None or not leans or len(rest) > _SHORT:
            return None
        told = bool(heard.region or heard.scheme)
        scheme = heard.scheme if told else entry.scheme
        region = heard.region if told else entry.region
        if _EMPTY.match(core):
            return Leaned(f"{entry.title}", scheme, region)
        return Leaned(f"{core},{entry.title}", scheme, region)
