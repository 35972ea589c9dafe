"""Finds the choice that is meant by `2`, 第二个, 选二级 or the words of its label."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.messages import Choice
from handlers.understand.normal import normalise

_NUMBER = re.compile(
    r"(?:我?选|就|要)?(?:第|no\.?|#)?(?P<n>\d{1,2}|[一二两三四五六七八九十])(?:个|项|条|号|种)?(?:选项)?(?:吧|的|啊|那个|[.。、,)])*"
)
_LAST = re.compile(r"(?:我?选|就|要)?最(?:后|末)(?:一)?(?:个|项)(?:吧)?")
_LEAD = re.compile(r"^(?:我|就)*(?:选择?|要|点|是|算|属于|在|那就|就是|应该是|改成)+")
_TAIL = re.compile(r"(?:吧|的|啊|呢|呀|那个|这个|了|[,。!])+$")
_DIGITS = "零一二三四五六七八九十"


def _number(text: str, choices: Sequence[Choice]) -> str | None:
    match = _NUMBER.fullmatch(text)
    if match:
        number = int(match["n"]) if match["n"].isdigit() else _DIGITS.index(match["n"].replace("两", "二"))
        return choices[number - 1].value if 1 <= number <= len(choices) else None
    return choices[-1].value if _LAST.fullmatch(text) else None


def choose(text: str, choices: Sequence[Choice]) -> str | None:
    """The value of the choice meant by a normalised message, None where none or several could be."""
    if not choices or not text:
        return None
    for choice in choices:
        if text in (choice.value.lower(), normalise(choice.label)):
            return choice.value
    by_number = _number(text, choices)
    if by_number is not None:
        return by_number
    said = _TAIL.sub("", _LEAD.sub("", text))
    if not said:
        return None
    labels = [(normalise(choice.label), choice.value) for choice in choices]
    exact = [value for label, value in labels if label == said]
    if exact:
        return exact[0]
    within = {value for label, value in labels if len(said) > 1 and said in label}
    if not within:
        within = {value for label, value in labels if len(label) > 1 and label in said and len(said) <= len(label) + 4}
    return within.pop() if len(within) == 1 else None
