"""Tells a question about the rules (起付线是多少) from a fact told, and hears a supposed case (要是第二次呢)."""

from __future__ import annotations

import re

from handlers.understand.scene import BREAK
from handlers.understand.tables import pattern

_ASKS = pattern("questions", "asks")
_RULE = pattern("questions", "rule")
_PRICE = pattern("questions", "price")
_WHAT_IF = pattern("questions", "what_if")
_PERSONAL = re.compile(r"我|俺|今年|这次|不知道|不清楚|忘了|不晓得|记不")


def is_what_if(text: str) -> bool:
    """A case the member supposes."""
    return bool(_WHAT_IF.search(text))


def is_question(text: str) -> bool:
    """Asks about a rule."""
    return any(_RULE.search(clause) and _ASKS.search(clause) for clause in BREAK.split(_marked(text)))


def wants_price(text: str) -> bool:
    """Asks what will be paid, or back, for a stay."""
    return bool(_PRICE.search(text))


def _marked(text: str) -> str:
    """Question marks stay with their clause."""
    return text.replace("?", "吗?")


def clauses_that_tell(text: str, *, personal: bool, sums: bool) -> str:
    """The text with clauses blanked that only ask (退休报几成, 三级医院起付线是多少).

    A clause that asks still tells its facts where a person or a sum of money stands in the message: 我妈退休能报多少.
    """
    if personal or sums or is_what_if(text):
        return text
    kept = []
    start = 0
    for mark in [*BREAK.finditer(text), None]:
        end = mark.end() if mark else len(text)
        clause = text[start:end]
        asks = _ASKS.search(clause) or _PRICE.search(clause) or (clause.endswith("?") and _RULE.search(clause))
        tells = _PERSONAL.search(clause)
        kept.append("□" * (end - start) if asks and not tells else clause)
        start = end
    return "".join(kept)
