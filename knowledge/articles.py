"""The second tier: imported articles, searched only to be shown as "related articles", never as the answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.importer import Imported
from knowledge.library import Library
from knowledge.search.lookup import Lookup
from knowledge.search.reader import Reader

_SIZES = (1, 2, 3)
_LEAST = 0.12


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article of an imported document."""

    doc: str
    label: str
    text: str


class ArticleSearch:
    """Finds articles whose words come near a question's."""

    def __init__(self, library: Library, articles: Sequence[ArticleText]) -> None:
        """Index articles; a document's region and title count as words of each of its articles."""
        self.articles = tuple(articles)
        self._reader = Reader(library.lexicon)
        texts = []
        for article in self.articles:
            document = library.documents.get(article.doc)
            head = f"{document.region}{document.title}。" if document else ""
            texts.append(self._reader.read(head + article.text).canon)
        owner = np.arange(len(texts), dtype=np.int32)
        self._lookup = Lookup.build(texts, owner, len(texts), _SIZES)

    def related(self, text: str, *, most: int = 3) -> tuple[ArticleText, ...]:
        """The articles nearest to a question, best first; none where nothing comes near."""
        known, mass = self._lookup.terms(self._reader.read(text).canon)
        scores = self._lookup.scores(known, mass)
        order = np.argsort(-scores, kind="stable")[:most]
        return tuple(self.articles[place] for place in order if scores[place] >= _LEAST)


def save_articles(folder: Path, doc: str, imported: Imported) -> Path:
    """Keep a document's articles in the office's data directory; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"label": article.label, "text": "\n".join(article.paragraphs)} for article in imported.articles]
    path = folder / f"{doc}.json"
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def load_articles(folder: Path) -> list[ArticleText]:
    """The articles kept in a directory; none where there is no such directory."""
    return [
        ArticleText(path.stem, row["label"], row["text"])
        for path in sorted(folder.glob("*.json"))
        for row in json.loads(path.read_text("utf-8"))
    ]


def articles_of(doc: str, imported: Imported) -> Iterable[ArticleText]:
    """The articles of a document just imported."""
    return (ArticleText(doc, article.label, "\n".join(article.paragraphs)) for article in imported.articles)
