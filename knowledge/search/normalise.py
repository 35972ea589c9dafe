"""Bringing Chinese text into one form: width, case, traditional characters, punctuation, filler words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import opencc

LONGEST = 300
"""A question is read up to so many characters; nobody's question needs more, and time stays bounded."""
_DROP = re.compile(r"[^0-9a-z\u3400-\u9fff%]+")
_ASKING = re.compile(
    "是?多少钱?|有多少|怎么规定的?|怎么[算办弄样]|怎样|如何|咋[算办弄]|怎么|是?什么|是啥|有没有|[的是吗呢了啊吧呀不]"
)
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_CLAUSE = re.compile(r"[,,.。;;!!??\n…~]+")


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """One width, lower case, simplified characters; punctuation stays."""
    return str(_converter().convert(unicodedata.normalize("NFKC", text).lower()))


def bare(text: str) -> str:
    """Folded text without punctuation, blanks and signs."""
    return _DROP.sub("", fold(text))


def squeeze(folded: str) -> str:
    """Folded text without punctuation, blanks and signs."""
    return _DROP.sub("", folded)


def asked_of(text: str) -> str:
    """What a bare question is about: it without the words that only ask."""
    return _ASKING.sub("", text)


def unmarked(template: str) -> str:
    """An answer's text without its template marks."""
    return _MARKS.sub("", template)


def clauses(text: str) -> list[str]:
    """The pieces of a text between punctuation marks, folded, empty ones left out."""
    return [piece.strip() for piece in _CLAUSE.split(fold(text)) if piece.strip()]


class Filler:
    """Takes words out that carry no topic (请问, 你好 …), unless nothing would be left."""

    def __init__(self, words: Iterable[str]) -> None:
        """Make ready to remove the given words, longest first."""
        ordered = sorted({bare(word) for word in words} - {""}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def strip(self, text: str) -> str:
        """The text without filler words."""
        if self._pattern is None:
            return text
        return self._pattern.sub("", text) or text
