"""Hears what the member wants to do: cancel, start again, go back, 不知道, 转人工, 说简单点."""

from __future__ import annotations

import re
from functools import cache

from handlers.understand.tables import table

_SHORT = 14
_PARTICLES = re.compile(
    r"^(?:那|嗯+|啊|呃|哦|额|请|麻烦|那个|这个|就|先|都|我|俺|,)+|(?:吧|了吧|呀|啊|哦|呢|嘛|哈|啦|喽|咯|[,。!?~])+$"
)
_IDLE = re.compile(r"[,。!?~…、]+")


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (move, where, re.compile("|".join(f"(?:{word})" for word in words)))
        for move, places in table("moves").items()
        for where, words in places.items()
    )


def read_moves(text: str) -> frozenset[str]:
    """All moves of a normalised message."""
    stripped = _IDLE.sub(",", text).strip(",")
    bare = _PARTICLES.sub("", stripped).strip(",")
    heard = set()
    for move, where, words in _patterns():
        if (
            (where == "anywhere" and words.search(text))
            or (where == "short" and len(text) <= _SHORT and words.search(text))
            or (where == "whole" and (words.fullmatch(stripped) or words.fullmatch(bare)))
            or (where == "start" and words.match(text))
        ):
            heard.add(move)
    return frozenset(heard)
