"""Hears whom a message is about (我, 我妈, 邻居) and cuts it where the person changes."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache

from handlers.understand.scene import BREAK
from handlers.understand.tables import pattern, table

SELF = "self"
_OWNER = r"(?:我们?|俺们?|咱们?|他|她|我家|俺家|咱家|家里|你|替|给|帮)(?:的|那|这|家|个)*"
_HELPS = pattern("subject", "helps")
_FOR = re.compile(r"(?:替|给|帮|为|代)(?:我|俺|咱)?(?:家|的|们)*$")
_AT = re.compile(r"(?:搬到|住在|住到|送到|接到|在|去|到)(?:我|俺|他|她)?$")
_PLACE = re.compile(r"(?:这边|那边|这儿|那儿|家里?)")
_NEAR = 6
_LEAD = 8
_HELPED_BY = re.compile(r"(?:让|叫|跟着|由|听|问|被|找|随)(?:我|俺|他|她)?(?:的)?$")
_ME = pattern("subject", "me")
_ME_AGAIN = pattern("subject", "me_again")
_TITLE = pattern("subject", "title")


_BOTH = re.compile(r"[,。;](?:他们|两个?人?|俩人?|老两口|全)?都(?:是)?[^,。;?]{1,8}[。!]?$")


@dataclass(frozen=True, slots=True)
class Person:
    """A person named at a place of the text."""

    subject: str
    start: int
    end: int


@cache
def _kin() -> tuple[re.Pattern[str], dict[str, str]]:
    plain: dict[str, str] = {}
    near: list[str] = []
    free: list[str] = []
    for subject, words in table("kinship").items():
        near += words.get("near", [])
        free += words.get("free", [])
        plain |= dict.fromkeys([*words.get("near", []), *words.get("free", [])], subject)
    free_words = "|".join(sorted(free, key=len, reverse=True))
    near_words = "|".join(sorted([*free, *near], key=len, reverse=True))
    return re.compile(
        rf"{_OWNER}(?P<near>{near_words})(?![妈爸爹娘])(?!的(?:的)?(?:朋友|同事|亲戚))|(?P<free>{free_words})"
    ), plain


@cache
def kin_words() -> str:
    """A pattern for every word of kinship."""
    return "|".join(sorted(_kin()[1], key=len, reverse=True))


def people(text: str) -> list[Person]:
    """Everyone a fact may be about, in order; who only helps, asks or pays the errand is left out."""
    words, plain = _kin()
    found = []
    for match in words.finditer(text):
        word = match["near"] or match["free"]
        if text.startswith("的", match.end()) and text[match.start()] == "他":
            continue
        if not _patient(text, match, word):
            continue
        if _born(text, match):
            continue
        found.append(Person(plain[word], match.start(), match.end()))
    for match in _TITLE.finditer(text):
        if not any(person.start < match.end() and match.start() < person.end for person in found):
            found.append(Person(match[0], match.start(), match.end()))
    me = _ME_AGAIN if found else _ME
    for match in me.finditer(text):
        if not words.match(text, match.start()) and not any(
            person.start < match.end() and match.start() < person.end for person in found
        ):
            found.append(Person(SELF, match.start(), match.end()))
    if not found:
        found = [
            Person(plain[match["near"]], match.start(), match.end()) for match in words.finditer(text) if match["near"]
        ][:1]
    return _one_per_phrase(sorted(found, key=lambda person: person.start), text)


def _patient(text: str, match: re.Match[str], word: str) -> bool:
    """Whether the one named is spoken of, not a helper (我儿子帮我打的字) and not a place (搬到闺女那)."""
    start = match.end() - len(word)
    if _FOR.search(text[:start]):
        return True
    if _AT.search(text[:start]) and text.startswith(("那", "家", "这"), match.end()):
        return False
    if _PLACE.match(text, match.end()) and "在" in text[max(0, start - _NEAR) : start]:
        return False
    return not (_HELPS.match(text, match.end()) or (match["free"] and _HELPED_BY.search(text[: match.start()])))


def _born(text: str, match: re.Match[str]) -> bool:
    """生孩子, 生了个闺女 name nobody who stayed; 孩子 in 女儿家 is a place."""
    before = text[: match.start()]
    return bool(
        re.search(r"生(?:了|完)?(?:个|一个)?$|有(?:[一两二三几□]*个?)$|(?:带|看|接|抱)(?:着)?$", before)
    ) or text.startswith(("家住", "家里住", "家附近"), match.end())


def _one_per_phrase(found: list[Person], text: str) -> list[Person]:
    """我邻居张大爷 is one person: of names side by side the first counts."""
    kept: list[Person] = []
    for person in found:
        if kept and text[kept[-1].end : person.start] in ("跟", "和", "与", "、", "还有"):
            continue
        if kept and text[kept[-1].end : person.start].strip("的家那个老") == "" and person.subject != SELF:
            last = kept.pop()
            owner = "的" in text[last.end : person.start] or text[person.start] in "他她"
            person = Person(person.subject if owner else last.subject, last.start, person.end)  # noqa: PLW2901
        kept.append(person)
    return kept


def _cut(text: str, before: Person, person: Person) -> int:
    """Where the words about the next person begin: with their clause, unless another stands in it or it is long."""
    marks = [mark.end() for mark in BREAK.finditer(text, before.end, person.start)]
    return marks[-1] if marks and person.start - marks[-1] <= _LEAD else person.start


def stretches(text: str) -> list[tuple[str | None, str]]:
    """The message cut by person: (subject, text), the first one's words first."""
    found = people(text)
    if not found:
        return [(None, text)]
    cuts: list[tuple[str, int]] = [(found[0].subject, 0)]
    for before, person in itertools.pairwise(found):
        if person.subject != before.subject:
            cuts.append((person.subject, _cut(text, before, person)))
    shared = _BOTH.search(text)
    ends = [start for _, start in cuts[1:]] + [len(text)]
    merged: dict[str, str] = {}
    for (subject, start), end in zip(cuts, ends, strict=True):
        merged[subject] = f"{merged[subject]},{text[start:end]}" if subject in merged else text[start:end]
    if shared and len(merged) > 1:
        merged = {
            subject: words if words.endswith(shared[0]) else words + shared[0] for subject, words in merged.items()
        }
    return list(merged.items())
