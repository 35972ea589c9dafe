"""Hears "none" (没有自费, 没用乙类, 今年没报过) as zero, and "don't know" (自费多少不清楚) as taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from handlers.understand.model import Found
from handlers.understand.money_roles import MONEY_FACTS
from handlers.understand.normal import blanked
from handlers.understand.scene import BREAK, Scene
from handlers.understand.tables import filled, pattern, table

_TABLE = "nothing"
_UNKNOWN = pattern(_TABLE, "unknown")
_ANSWER_NONE = pattern(_TABLE, "answer_none")
_ASKED_NONE = {fact: pattern(_TABLE, f"answer_none_{fact}") for fact in ("fund_used", "account_balance", "self_paid")}
_DIGIT = re.compile(r"[\d一二两三四五六七八九十百千万]")


@cache
def _zeros() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """What each phrase makes zero, and the phrase."""
    rows = table(_TABLE)["zeros"]
    return tuple((tuple(row["facts"]), re.compile(filled(_TABLE, row["words"]))) for row in rows)


@cache
def _names() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """How "the sum out of the catalogue is not known" is said, for every fact."""
    return tuple(
        (fact, pattern(_TABLE, "named_unknown", thing="|".join(words)))
        for fact, words in table(_TABLE)["names"].items()
    )


def read_zeros(scene: Scene) -> Iterator[Found]:
    """Zeros said in words; money facts only."""
    text = scene.text
    for facts, words in _zeros():
        for match in words.finditer(text):
            for fact in facts:
                yield Found(fact, "0.00", match.start(), match[0], weight=3)
        text = blanked(text, words)
    asked = next((fact for fact in scene.asking if fact in MONEY_FACTS and fact != "total"), None)
    if asked is not None and _answers_none(asked, scene.text):
        yield Found(asked, "0.00", 0, scene.text, weight=3)


def _answers_none(asked: str, text: str) -> bool:
    """Whether a short answer says "none" to the sum just asked for."""
    own = _ASKED_NONE.get(asked)
    first = BREAK.split(text)[0]
    if _ANSWER_NONE.fullmatch(first) and not _UNKNOWN.search(text) and not _DIGIT.search(text):
        return True
    return bool(_ANSWER_NONE.fullmatch(text) or (own and own.fullmatch(text)))


def without_zeros(text: str) -> str:
    """The text with every "none" blanked, so that its words name no sum."""
    for _, words in _zeros():
        text = blanked(text, words)
    return text


def read_unknown(scene: Scene) -> Iterator[Found]:
    """Facts said to be unknown; a bare 不知道 means what was asked."""
    if _UNKNOWN.search(scene.text) is None:
        return
    named = False
    for fact, words in _names():
        for match in words.finditer(scene.wordy):
            named = True
            yield Found(fact, None, match.start(), match[0], weight=0)
    if not named and not scene.amounts:
        for fact in scene.asking:
            yield Found(fact, None, 0, scene.text, weight=0)
