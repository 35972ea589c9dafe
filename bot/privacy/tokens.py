"""Takes identity, phone and card numbers, codes and the name given with them out of what a member typed.

This happens before anything is stored.

Each stands afterwards as a token such as `⟦身份证1⟧`; the values are handed back beside the text, in ASCII and without
separators. An amount, a date or a document number stays as it was typed. Fifteen or more digits in a row are always
taken as personal: no amount is that long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.privacy.finding import ID, NAME, RULES, bare_codes
from bot.privacy.idnumber import fold
from bot.privacy.names import find_name

TOKEN = re.compile(r"⟦(身份证|手机|卡号|验证码|绑定码|姓名)(\d+)⟧")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text fit to be stored, and by token what stood there."""

    text: str
    values: dict[str, str] = field(default_factory=dict)


def clean(text: str, *, awaiting_code: bool, awaiting_name: bool = False) -> Cleaned:
    """Replace personal numbers by tokens.

    Args:
        text: as typed.
        awaiting_code: a one-time code is awaited, so that six bare digits are one.
        awaiting_name: a name is awaited, so that a bare name is replaced too; beside an identity number it always is.
    """
    text = text.replace("⟦", "[").replace("⟧", "]")
    shadow = fold(text)
    rules = [*RULES, *([bare_codes] if awaiting_code else [])]
    spans: list[tuple[int, int, str, str]] = []
    for rule in rules:
        for start, end, kind, value in rule(shadow):
            spans.append((start, end, kind, value))
            shadow = shadow[:start] + "\0" * (end - start) + shadow[end:]
    beside = any(kind == ID for _, _, kind, _ in spans)
    if awaiting_name or beside:
        spans += [(start, end, NAME, name) for start, end, name in find_name(shadow, alone=not beside)]
    return _put(text, sorted(spans))


def _put(text: str, spans: list[tuple[int, int, str, str]]) -> Cleaned:
    values: dict[str, str] = {}
    tokens: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    parts, at = [], 0
    for start, end, kind, value in spans:
        if (kind, value) not in tokens:
            counts[kind] = counts.get(kind, 0) + 1
            tokens[kind, value] = f"⟦{kind}{counts[kind]}⟧"
            values[tokens[kind, value]] = value
        parts += [text[at:start], tokens[kind, value]]
        at = end
    return Cleaned("".join([*parts, text[at:]]), values)
