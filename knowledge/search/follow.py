"""Questions that lean on the one before: "那第二次住院呢", "退休的呢", "我说的是北京"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.library import Library
from knowledge.models import Entry
from knowledge.search.facets import Ears, Heard
from knowledge.search.normalise import fold, squeeze

_SHORT = 14
_TAIL = re.compile(r"(?:呢|又如何|怎么算|怎么样|怎样|一样吗|也一样|也是吗|也行吗|的话)$")
_EMPTY = re.compile(r"^(?:的|是|在|这|我|咱|们|人|参保|医保|职工|居民|交|上班|这边|那边|保|呢|啊|哦|了|就)*$")


# How much nearer an entry counts for its relation to the one before.
_KIN = {"related": 2.5, "topic": 2.0, "self": 4.0, "folder": 1.0}


@dataclass(frozen=True, slots=True)
class Leaned:
    """A question that leans on the one before: its own words, those completed by it, and the facets it keeps."""

    core: str
    """What the question says itself; empty where it only changes scheme or region."""
    whole: str
    scheme: str | None
    region: str | None
    before: str
    """The entry leant on."""
    kin: Mapping[str, float]
    """Entries near the one before, and how much that speaks for each."""


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
        heard = self._ears.hear(fold(text).strip())
        rest = squeeze(heard.text)
        begun = self._start.match(rest) if self._start else None
        core = _TAIL.sub("", rest[begun.end() :] if begun else rest)
        leans = begun is not None or core != rest or _EMPTY.match(core) is not None
        if entry is None or not leans or len(rest) > _SHORT or not (rest or heard.region or heard.scheme):
            return None
        scheme, region = self._facets(heard, entry)
        told = (scheme, region) != (entry.scheme, entry.region)
        if _EMPTY.match(core) or (told and heard.kinds):
            core = ""
        whole = f"{core},{entry.title}" if core else entry.title
        return Leaned(core, whole, scheme, region, entry.id, {} if told else self._kin(entry))

    def _facets(self, heard: Heard, entry: Entry) -> tuple[str | None, str | None]:
        """The scheme and region meant: those named, or the only scheme of a kind that was named, or those before."""
        if heard.region or heard.scheme:
            return heard.scheme, heard.region
        if len(heard.kinds) == 1 and entry.scheme not in heard.kinds:
            return next(iter(heard.kinds)), None
        return entry.scheme, entry.region

    def _kin(self, entry: Entry) -> dict[str, float]:
        folder = entry.id.split("/", maxsplit=1)[0]
        near = {name: _KIN["folder"] for name in self._entries if name.startswith(f"{folder}/")}
        near |= {
            other.id: _KIN["topic"]
            for other in self._entries.values()
            if other.topic == entry.topic and other.scheme == entry.scheme
        }
        return near | dict.fromkeys(entry.related, _KIN["related"]) | {entry.id: _KIN["self"]}
