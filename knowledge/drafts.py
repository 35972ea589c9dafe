"""Drafts of entries for a regulation just brought in: everything but the words, which a person writes."""

from __future__ import annotations

import re

from knowledge.importer import Article, Imported

_SHOWN = 60


def drafts(imported: Imported, doc: str) -> str:
    """A FAQ file to be filled in: one entry an article, the article's beginning as a comment.

    The file doesn't load before titles, ways to ask and answers are written: a half-filled entry is never published.
    """
    lines = [f"# {imported.title or doc}: 每条写好 title、topic、ask(12 种以上)和 answer 才能用。", "entries:"]
    for number, article in enumerate(imported.articles, start=1):
        if article.paragraphs:
            lines += _draft(article, doc, number)
    return "\n".join(lines) + "\n"


def _draft(article: Article, doc: str, number: int) -> list[str]:
    words = re.sub(r"\s+", " ", article.paragraphs[0])
    return [
        f"  # {article.label} {words[:_SHOWN]}",
        f"  - id: {doc}/article-{number}",
        f'    title: "{article.heading.replace(chr(34), "")}"',
        '    topic: ""',
        "    ask: []",
        '    answer: ""',
        "    cite:",
        f'      - {{doc: {doc}, article: "{article.label}"}}',
    ]
