"""What a question itself says of scheme, region and speaker; a place one travels to is not where one is insured."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.models import Audience, Lexicon

_AWAY = "外地"
_REACH = 10


@dataclass(frozen=True, slots=True)
class Heard:
    """The facets of a question, None where not heard, and the question with its places put in their role."""

    scheme: str | None = None
    region: str | None = None
    audience: Audience | None = None
    elsewhere: str | None = None
    """A place without rules here, named as the insured region."""
    destination: str | None = None
    kinds: frozenset[str] = frozenset()
    """The schemes of a kind of insurance that was named (职工医保) without its region."""
    text: str = ""
    """The question without its insured region; a destination reads 外地."""

    @property
    def foreign(self) -> bool:
        """Whether the question is about insurance in a place that has no rules here."""
        return self.elsewhere is not None and self.region is None and self.scheme is None


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True))) or r"(?!)"


class Ears:
    """Hears facets, by the words of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Compile the lexicon's places, scheme words and ways to speak of oneself."""
        self._region_of: dict[str, str] = {}
        for region, place in lexicon.places.items():
            for name in (*place.names, *place.districts):
                self._region_of.setdefault(name, region)
        self._places = lexicon.places
        self._elsewhere = set(lexicon.elsewhere)
        self._place = re.compile(_either((*self._region_of, *self._elsewhere)))
        self._going = re.compile(f"(?:{_either(lexicon.going)})$")
        self._insured = re.compile(_either(lexicon.insured))
        self._treated = re.compile(_either(lexicon.treated))
        self._schemes = [(_compiled(words.words), name, words.region) for name, words in lexicon.schemes.items()]
        self._kinds = [(_compiled(words.kind), name) for name, words in lexicon.schemes.items()]
        self._audiences = [(_compiled(words), name) for name, words in lexicon.audiences.items()]

    def hear(self, text: str) -> Heard:
        """The facets of a folded text."""
        scheme, region = self._named(text)
        elsewhere = destination = None
        pieces: list[str] = []
        last = 0
        for match in self._place.finditer(text):
            place = match.group()
            away = self._travelled(text, match.start(), match.end())
            pieces += [text[last : match.start()], _AWAY if away else ""]
            last = match.end()
            if away:
                destination = place
            elif place in self._region_of:
                region = region or self._region_of[place]
            else:
                elsewhere = elsewhere or place
        rest = "".join(pieces) + text[last:]
        if scheme is None and region in self._places and len(self._places[region].schemes) == 1:
            scheme = self._places[region].schemes[0]
        kinds = frozenset(name for pattern, name in self._kinds if pattern.search(text))
        audience = next((name for pattern, name in self._audiences if pattern.search(text)), None)
        return Heard(scheme, region, audience, elsewhere, destination, kinds, rest)

    def _named(self, text: str) -> tuple[str | None, str | None]:
        for pattern, name, region in self._schemes:
            if pattern.search(text):
                return name, region
        return None, None

    def _travelled(self, text: str, start: int, end: int) -> bool:
        """Whether the place between two positions is where somebody goes or is treated."""
        before, after = text[max(0, start - 3) : start], text[end : end + _REACH]
        if self._insured.match(after):
            return False
        if self._going.search(before):
            return True
        return before.endswith("在") and self._treated.search(after) is not None


def _compiled(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(_either(words))
