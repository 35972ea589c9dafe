"""Questions that truly mean several entries alike, as written down in the file of confusables."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from knowledge.library import Library
from knowledge.search.reader import Reader, Reading

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
                    self._said.append(reader.read(text).canon)
                    self._groups.append(names)

    def meant(self, reading: Reading, scheme: str | None) -> tuple[str, ...]:
        """The entries a question may mean alike, those of the scheme where it is known; none for other questions."""
        if not self._said or not reading.canon:
            return ()
        best = process.extractOne(reading.canon, self._said, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best is None:
            return ()
        names = self._groups[best[2]]
        fitting = tuple(name for name in names if scheme and self._entries[name].scheme in {None, scheme})
        return fitting or names
