"""Tells a question about the rules (起付线是多少) from a fact told, and hears a supposed case (要是第二次呢)."""

from __future__ import annotations

import re

from handlers.understand.scene import BREAK
from handlers.understand.tables import pattern

_ASKS = pattern("questions", "asks")
_RULE = pattern("questions", "rule")
_PRICE = pattern("questions", "price")
_WHAT_IF = pattern("questions", "what_if")
_COVERED = pattern("questions", "covered")
_KINDS = pattern("questions", "kinds")
_COMPLAINS = re.compile(r"投诉|举报|反映|检举")
_PERSONAL = re.compile(r"我|俺|今年|这次")
_UNKNOWN = pattern("nothing", "unknown")


def is_what_if(text: str) -> bool:
    """A case the member supposes."""
    return bool(_WHAT_IF.search(text))


def is_question(text: str, told: str) -> bool:
    """Asks about a rule; `told` is what is left of the text without clauses that only ask."""
    if told != text and _KINDS.search(text):
        return True
    return any(_RULE.search(clause) and _ASKS.search(clause) for clause in BREAK.split(_marked(text)))


def wants_price(text: str, *, billed: bool) -> bool:
    """Asks what will be paid, or back, for a stay; `billed` says that its bill is told."""
    return bool(_PRICE.search(text)) or (billed and _COVERED.search(text) is not None)


def _marked(text: str) -> str:
    """Question marks stay with their clause."""
    return text.replace("?", "吗?")


def clauses_that_tell(text: str, *, personal: bool, sums: bool) -> str:
    """The text with clauses blanked that only ask (退休报几成, 三级医院起付线是多少).

    A clause that asks still tells its facts where a person or a sum of money stands in the message: 我妈退休能报多少.
    """
    complains = _COMPLAINS.search(text) is not None and not sums
    if not complains and (personal or sums or is_what_if(text)):
        return text
    kept = []
    start = 0
    for mark in [*BREAK.finditer(text), None]:
        end = mark.end() if mark else len(text)
        clause = text[start:end]
        asks = (
            _COMPLAINS.search(clause)
            or _ASKS.search(clause)
            or _PRICE.search(clause)
            or (clause.endswith("?") and _RULE.search(clause))
        )
        tells = (_PERSONAL.search(clause) or _UNKNOWN.search(clause)) and not _COMPLAINS.search(clause)
        kept.append("□" * (end - start) if asks and not tells else clause)
        start = end
    return "".join(kept)
