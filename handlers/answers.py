"""An entry as a member reads it: the answer, then one basis line with document, article, year and how far it binds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handlers.messages import Citation
from handlers.typeset import chinese
from handlers.wording import say

if TYPE_CHECKING:
    from knowledge import Document, Entry

OLD_BEFORE = 2020
"""Documents in force since an earlier year, or undated, are answered with a word that today's rule be confirmed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A rendered entry: text with its basis line, citations and what may come next."""

    entry: str
    title: str
    scheme: str | None
    region: str | None
    text: str
    short_form: str
    """First line and basis only, for 长辈模式."""
    citations: tuple[Citation, ...]
    related: tuple[str, ...]
    actions: tuple[str, ...]


def compose(entry: Entry, text: str, documents: Mapping[str, Document]) -> Answer:
    """Put the entry's own words and its basis together."""
    text = chinese(text)
    citations = tuple(Citation(cite.doc, cite.article) for cite in entry.cite)
    authority = documents[citations[0].doc].authority if citations else "rule"
    opening = say("authority", authority=authority, document=documents[citations[0].doc]) if citations else ""
    body = f"{text}\n{opening}" if opening else text
    basis = basis_of(citations, documents)
    full = f"{body}\n{basis}"
    return Answer(
        entry.id,
        entry.title,
        entry.scheme,
        entry.region,
        full,
        f"{text.splitlines()[0]}\n{basis}",
        citations,
        tuple(entry.related),
        tuple(entry.actions),
    )


def basis_of(
    citations: Iterable[Citation], documents: Mapping[str, Document], *, brief: bool = False, numbered: bool = False
) -> str:
    """Document by document: 《title》 articles (since), and the word to confirm where it is old or undated.

    Args:
        citations: in the order of their footnotes.
        documents: the register.
        brief: leave the years and the word to confirm out.
        numbered: put the footnote's number before each article.
    """
    grouped: dict[str, list[dict[str, Any]]] = {}
    for number, citation in enumerate(dict.fromkeys(citations), 1):
        article = {"name": citation.article, "note": number if numbered else None}
        grouped.setdefault(citation.doc, []).append(article)
    known = {doc: documents[doc] for doc in grouped if doc in documents}
    cited = [{"title": found.title, "articles": grouped[doc], "since": found.since} for doc, found in known.items()]
    old = any(found.since is None or found.since.year < OLD_BEFORE for found in known.values())
    return say("basis", cited=cited, old=old, brief=brief)
