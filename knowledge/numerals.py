"""Numbers in Chinese text: 二十一, 1.2万 and 3000 as plain values, for comparing answers with their sources."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGIT = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_CHINESE = re.compile(r"[零〇○一二两三四五六七八九十百千万亿]+")
_ARABIC = re.compile(r"\d+(?:[,，]\d{3})*(?:\.\d+)?")
_MYRIAD = 10_000


def chinese(text: str) -> int | None:
    """The value of a Chinese numeral; digits one by one for a year (二〇〇九); None where it is none.

    >>> chinese("二十一"), chinese("一万零五百"), chinese("二〇〇九"), chinese("百")
    (21, 10500, 2009, None)
    """
    if not text or not _CHINESE.fullmatch(text):
        return None
    if not any(sign in _UNIT for sign in text):
        return int("".join(str(_DIGIT[sign]) for sign in text))
    total = section = digit = 0
    for place, sign in enumerate(text):
        if sign in _DIGIT:
            digit = _DIGIT[sign]
            continue
        unit = _UNIT[sign]
        if unit >= _MYRIAD:
            total, section, digit = (total + section + digit) * unit, 0, 0
            continue
        if not digit and not (sign == "十" and (place == 0 or text[place - 1] in "零〇百千万亿")):
            return None
        section, digit = section + (digit or 1) * unit, 0
    return total + section + digit


def numbers(text: str) -> set[Decimal]:
    """Every number in a text, Arabic or Chinese; `1.2万` counts as 12000 and as 1.2."""
    found: set[Decimal] = set()
    for match in _ARABIC.finditer(text):
        value = Decimal(re.sub("[,，]", "", match.group()))
        found.add(value.normalize())
        for sign in text[match.end() : match.end() + 1]:
            if sign in _UNIT and _UNIT[sign] >= _MYRIAD:
                found.add((value * _UNIT[sign]).normalize())
    for match in _CHINESE.finditer(text):
        whole = chinese(match.group())
        if whole is not None:
            found.add(Decimal(whole).normalize())
        for sign in match.group():
            if sign in _DIGIT:
                found.add(Decimal(_DIGIT[sign]).normalize())
    return found
