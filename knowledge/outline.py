"""The outline of a regulation: where its chapters, sections, articles and items begin."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.numerals import chinese

_N = "[零〇一二三四五六七八九十百]+"
PART, CHAPTER, SECTION, ARTICLE, SUB, NUMBER, POINT = range(7)
_KINDS = (
    (PART, re.compile(rf"(?:##)?第({_N}|\d+)篇[::]?")),
    (CHAPTER, re.compile(rf"第\s*({_N}|\d+)\s*章\s*")),
    (ARTICLE, re.compile(rf"第\s*({_N}|\d+)\s*条\s*")),
    (SECTION, re.compile(rf"({_N})\s*、\s*")),
    (SUB, re.compile(rf"[((]({_N})[))]\s*、?")),
    (SUB, re.compile(r"([一二三四五六七八九十])是")),
    (POINT, re.compile(r"[((](\d{1,2})[))]\s*")),
    (NUMBER, re.compile(r"(\d{1,2})\s*(?:、|\.(?!\d)|．)\s*")),
)
_ENDS = "。;;!!??"
_NOT_ARTICLE = re.compile(r"规定|的|款|第|所|至|和|、|及")
_REFERENCE = re.compile(r"(?:》|办法|条例|规定|按照?|依照|本|至|和|、)$")
_LONGEST_INLINE_HEAD = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A beginning: its level, its number, how it is printed, where it stands and where its words start."""

    level: int
    number: int
    printed: str
    start: int
    end: int


def marks(text: str) -> list[Mark]:
    """Every beginning in a text, in order.

    One at the start of a line counts; one inside a line only when it carries the next number of its level, for texts
    that have lost their line breaks ("范文第一章总则第一条…").
    """
    found: list[Mark] = []
    expected: dict[int, int] = {}
    place = 0
    while place < len(text):
        mark = _at(text, place, expected)
        if mark is None:
            place += 1
            continue
        found.append(mark)
        expected = {level: number for level, number in expected.items() if level < mark.level or level == ARTICLE}
        expected[mark.level] = mark.number + 1
        place = mark.end
    return found


def _at(text: str, place: int, expected: dict[int, int]) -> Mark | None:
    fresh = place == 0 or text[place - 1] == "\n"
    if text[place] not in "第((##一二三四五六七八九十0123456789":
        return None
    for level, pattern in _KINDS:
        match = pattern.match(text, place)
        if match is None:
            continue
        number = int(match[1]) if match[1].isdigit() else chinese(match[1])
        if number is not None and (fresh or _inline(text, match, level, number == expected.get(level, 1))):
            if level == ARTICLE and fresh and not _heads(text, match, number, expected):
                continue
            return Mark(level, number, match[0].strip(), place, match.end())
    return None


def _heads(text: str, match: re.Match[str], number: int, expected: dict[int, int]) -> bool:
    """Whether an article's name at the start of a line begins the article, rather than going on from a broken line."""
    return number == expected.get(ARTICLE, number) or not _NOT_ARTICLE.match(text, match.end())


def _inline(text: str, match: re.Match[str], level: int, due: bool) -> bool:  # noqa: FBT001
    """Whether a beginning inside a line is one: it is due, and what stands around it doesn't make it a reference."""
    before = text[max(0, match.start() - 4) : match.start()]
    if not due or level in {PART, POINT} or "是" in match[0]:
        return False
    if level in {ARTICLE, CHAPTER}:
        return not _NOT_ARTICLE.match(text, match.end()) and not _REFERENCE.search(before)
    if level == SUB:
        return before[-1] in _ENDS + "::"
    if before[-1].isdigit() or before[-1] in "第十百周个.,、~—-和或至":
        return False
    return before[-1] in _ENDS + "::" or _head_before(text, match.start())


def _head_before(text: str, place: int) -> bool:
    """Whether the line so far reads like a heading: short and without punctuation."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    tail = re.split(rf"[{_ENDS}]", line)[-1]
    return len(tail) <= _LONGEST_INLINE_HEAD and not re.search(r"[,,]", tail)
