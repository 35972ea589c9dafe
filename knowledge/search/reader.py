"""How the search reads a sentence: bare characters, concepts, sounds, and the facets heard in it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.models import Lexicon
from knowledge.search.facets import Ears, Heard
from knowledge.search.normalise import LONGEST, Filler, fold, squeeze
from knowledge.search.pinyin import sound, spelled
from knowledge.search.words import Words


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence in each channel's form."""

    char: str
    canon: str
    sound: str
    heard: Heard


class Reader:
    """Reads sentences by the words of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Compile the lexicon."""
        self._ears = Ears(lexicon)
        self._filler = Filler(lexicon.filler)
        self._words = Words(lexicon.synonyms)

    def read(self, text: str) -> Reading:
        """A sentence as its channels see it; a question typed as pinyin has only its sound."""
        folded = fold(text[: LONGEST * 2])[:LONGEST]
        typed = spelled(folded)
        if typed:
            return Reading("", "", typed, Heard(text=folded))
        heard = self._ears.hear(folded)
        char = self._filler.strip(squeeze(folded))
        plain = self._filler.strip(squeeze(heard.text)) or char
        return Reading(char, self._words.canonical(plain), sound(char), heard)
