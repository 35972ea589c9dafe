"""The rulebook: one immutable, versioned snapshot of entries, documents, schemes, parameters and the office's facts.

It is joined here and nowhere else: every template rendered, every citation resolved, once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

import estimator
from handlers.answers import Answer, basis_of, compose
from handlers.messages import Citation
from handlers.wording import environment
from knowledge.articles import ArticleSearch, load_articles
from knowledge.search import Searcher

if TYPE_CHECKING:
    from estimator import Parameters, Schemes
    from knowledge import Library
    from knowledge.office import Office
    from knowledge.search import Found


REMEMBERED = 2048
"""Questions whose search is remembered; a rulebook never changes, so neither does what it finds."""


@dataclass(frozen=True, slots=True)
class RulebookFault:
    """A template or citation that does not resolve: which entry, what is wrong, what to do."""

    entry: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What a turn may answer from. Two turns with the same version answer the same."""

    version: str
    library: Library
    searcher: Searcher
    schemes: Schemes
    parameters: Parameters
    office: Office
    answers: Mapping[str, Answer]
    ask: Callable[..., Found]
    """The searcher's `ask`, remembering the last questions: the same ones come all day."""
    articles: ArticleSearch | None = None
    """The articles the office imported: the second tier, shown as related and never as the answer."""

    def related(self, text: str) -> list[Citation]:
        """The imported articles nearest to a question; none without imported texts."""
        found = self.articles.related(text) if self.articles else ()
        return [Citation(article.doc, article.label) for article in found if article.doc in self.library.documents]

    def search(self, text: str, **hints: Any) -> Found:
        """The entries a question means, with an outcome (see `knowledge.search`)."""
        return self.ask(text, **hints)

    def answer(self, entry_id: str) -> Answer | None:
        """One entry's answer, None when it is unknown or withdrawn."""
        return self.answers.get(entry_id)

    def estimate(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """One stay priced (the JSON of docs/interface.md)."""
        return estimator.estimate(request, self.schemes, parameters=self.parameters)

    def benefit(self, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Another computation."""
        return estimator.benefit(kind, request, self.schemes, parameters=self.parameters)

    def basis(self, citations: list[Citation], *, brief: bool = False, numbered: bool = False) -> str:
        """The basis line of some citations (see `handlers.answers.basis_of`)."""
        return basis_of(citations, self.library.documents, brief=brief, numbered=numbered)

    def scheme_title(self, scheme: str | None) -> str:
        """A scheme as a member reads it."""
        known = self.schemes.get(scheme) if scheme else None
        return known.title if known else (scheme or "")


def build(
    library: Library,
    schemes: Schemes,
    parameters: Parameters,
    office: Office,
    *,
    cache: Path | None = None,
    texts: Path | None = None,
) -> tuple[Rulebook, list[RulebookFault]]:
    """Join the parts into a rulebook.

    Args:
        library: the knowledge files.
        schemes: the estimator's schemes.
        parameters: the office's dated values.
        office: the office file.
        cache: where the search index may be kept between starts.
        texts: where imported articles are kept, if anywhere.

    Returns:
        The rulebook without the broken entries, and what is wrong with those.
    """
    answers: dict[str, Answer] = {}
    faults: list[RulebookFault] = []
    jinja = environment()
    jinja.globals["figure"] = lambda path: schemes.figure(path)  # noqa: PLW0108  (the entry's day is today's rule)
    for entry in library.entries.values():
        try:
            plain = "{" not in entry.answer  # most answers hold no figure of a rule: nothing to compile
            text = (entry.answer if plain else jinja.from_string(entry.answer).render(office=office)).strip()
        except (TemplateError, LookupError, ValueError) as error:
            faults.append(RulebookFault(entry.id, f"答案模板不能生成:{error}", "改正模板或其中引用的规则名"))
            continue
        unknown = [cite.doc for cite in entry.cite if cite.doc not in library.documents]
        if unknown:
            faults.append(RulebookFault(entry.id, f"引用了没有登记的文件 {unknown}", "在 documents.yaml 登记该文件"))
            continue
        answers[entry.id] = compose(entry, text, library.documents)
    searcher = Searcher.build(library, cache=cache)
    version = _version(library, schemes, parameters, office, answers)
    imported = load_articles(texts) if texts else []
    articles = ArticleSearch(library, imported) if imported else None
    ask = lru_cache(maxsize=REMEMBERED)(searcher.ask)
    return Rulebook(version, library, searcher, schemes, parameters, office, answers, ask, articles), faults


def _version(
    library: Library, schemes: Schemes, parameters: Parameters, office: Office, answers: Mapping[str, Answer]
) -> str:
    """Twelve hex digits that change with anything a member could read."""
    digest = hashlib.sha256()
    for part in (library.digest, schemes.digest, repr(parameters), repr(office)):
        digest.update(part.encode())
    for key in sorted(answers):
        digest.update(answers[key].text.encode())
    return digest.hexdigest()[:12]
