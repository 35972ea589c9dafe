"""The library: everything the knowledge files say, read once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.models import Confusable, CoverageRow, Document, Entry, Lexicon
from knowledge.yamlfile import file_name, line_of


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry or a document stands: its file and the path of keys inside it."""

    file: Path
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """Documents, entries and words, joined over all layers; the later layer wins."""

    documents: Mapping[str, Document] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)
    out_of_scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confusables: tuple[Confusable, ...] = ()
    coverage: Mapping[str, tuple[CoverageRow, ...]] = field(default_factory=dict)
    digest: str = ""
    """A hash of all files read: the version of the knowledge."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Where each thing stands: an entry under its id, a document under `doc:<id>`, coverage under `cover:<id>`."""

    def where(self, name: str, *more: str | int) -> tuple[str, int]:
        """File and line of an entry (or `doc:<id>`, `cover:<id>`), further down the given keys."""
        origin = self.origins.get(name)
        if origin is None:
            return ("?", 1)
        text = origin.file.read_text("utf-8")
        return file_name(origin.file), line_of(text, (*origin.path, *more))

    def siblings(self, entry_id: str) -> tuple[str, ...]:
        """The entries of other schemes or regions on the same topic."""
        mine = self.entries[entry_id]
        return tuple(
            other.id
            for other in self.entries.values()
            if other.topic == mine.topic and (other.scheme, other.region) != (mine.scheme, mine.region)
        )
