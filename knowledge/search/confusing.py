"""Questions that truly mean several entries alike, as written down in the file of confusables."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from knowledge.library import Library
from knowledge.search.normalise import asked_of
from knowledge.search.reader import Reader, Reading
from knowledge.search.words import concepts

_ALIKE = 90


class Confusing:
    """Recognises the questions of the file, also in slightly other words."""

    def __init__(self, library: Library, reader: Reader) -> None:
        """Read the file's questions; entries that aren't there are left out."""
        self._entries = library.entries
        self._groups: list[tuple[str, ...]] = []
        self._said: list[str] = []
        for pair in library.confusables:
            names = tuple(name for name in pair.entries if name in library.entries)
            if len(names) > 1:
                for text in pair.when:
                    self._said.append(_content(reader.read(text)))
                    self._groups.append(names)

    def meant(self, reading: Reading, scheme: str | None) -> tuple[str, ...]:
        """The entries a question may mean alike, those of the scheme where it is known; none for other questions.

        Where the scheme or the region is known and none of the entries is its own, the question isn't one of these.
        """
        if not self._said or not _content(reading):
            return ()
        asked = _content(reading)
        best = process.extractOne(asked, self._said, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best is None or concepts(best[0]) != concepts(asked):
            return ()
        names = self._groups[best[2]]
        if not (scheme or reading.heard.region):
            return names
        return tuple(name for name in names if self._entries[name].scheme in {None, scheme})


def _content(reading: Reading) -> str:
    return asked_of(reading.canon) or reading.canon
