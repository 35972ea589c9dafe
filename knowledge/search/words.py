"""Synonyms: every way to say a thing becomes one sign, so that 门槛费 meets 起付标准."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from knowledge.search.normalise import bare

_BASE = 0xF0000  # supplementary private-use area: one sign a concept


class Words:
    """Replaces the lexicon's words by concept signs, the longest match first."""

    def __init__(self, synonyms: Mapping[str, Iterable[str]]) -> None:
        """Number the concepts in the order of the lexicon."""
        self._signs: dict[str, str] = {}
        for number, (canonical, variants) in enumerate(synonyms.items()):
            for word in (canonical, *variants):
                self._signs.setdefault(bare(word), chr(_BASE + number))
        self._signs.pop("", None)
        ordered = sorted(self._signs, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def canonical(self, text: str) -> str:
        """A bare text with each known word as its concept's sign."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._signs[match.group()], text)


def concepts(canon: str) -> frozenset[str]:
    """The concept signs of a canonical text."""
    return frozenset(sign for sign in canon if ord(sign) >= _BASE)
