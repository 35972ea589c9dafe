"""Which articles of each document are answered, by which entries, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.library import Library

MOST_UNANSWERED = 0.15
"""The share of a document's articles that may have a reason in place of entries."""


@dataclass(frozen=True, slots=True)
class Covered:
    """One document's coverage: its articles, and those that have entries."""

    doc: str
    title: str
    articles: int
    answered: int
    entries: int
    """How many entries cite the document."""

    @property
    def share(self) -> float:
        """The share of articles that have an entry; 0 where no table is kept."""
        return self.answered / self.articles if self.articles else 0.0


def coverage(library: Library) -> list[Covered]:
    """Every document's coverage, in the register's order."""
    cited: dict[str, int] = {}
    for entry in library.entries.values():
        for doc in {cite.doc for cite in entry.cite}:
            cited[doc] = cited.get(doc, 0) + 1
    found = []
    for doc, document in library.documents.items():
        rows = library.coverage.get(doc, ())
        answered = sum(bool(row.entries) for row in rows)
        found.append(Covered(doc, document.title, len(rows), answered, cited.get(doc, 0)))
    return found
