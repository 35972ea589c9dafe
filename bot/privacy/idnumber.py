"""Identity numbers as GB 11643-1999 writes them: 18 characters with a check character, or the older 15 digits."""

from __future__ import annotations

import unicodedata
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
LONG, SHORT = 18, 15
_OLDEST, _LATEST = 1850, 2100


def fold(text: str) -> str:
    """The same text with every digit in ASCII and a wide or small x as `X`, character for character.

    >>> fold("４１０１ｘ")
    '4101X'
    """
    return text.replace("x", "X") if text.isascii() else "".join(_fold(char) for char in text)


def _fold(char: str) -> str:
    if char.isascii():
        return "X" if char == "x" else char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "X" if char in "ｘＸхХ×" else char


def check_character(body: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064, mod 11-2)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def normal(number: str) -> str | None:
    """The 18 characters of a well-formed number, a 15-digit one made longer; None when it cannot be one.

    Spaces and hyphens are left out, wide digits and a small x are understood.

    >>> normal("11010519491231002x")
    '11010519491231002X'
    """
    plain = fold(number)
    if not plain.isalnum():
        plain = "".join(char for char in plain if not char.isspace() and char not in "-－—_·")
    if len(plain) == SHORT and plain.isdigit():
        body = plain[:6] + "19" + plain[6:]
        plain = body + check_character(body)
    if len(plain) != LONG or not plain[:17].isdigit() or plain[17] not in CHECKS:
        return None
    return plain if born(plain) and check_character(plain[:17]) == plain[17] else None


def born(number: str) -> date | None:
    """The birthday written in an 18-character number; None when it is no day on which an insured person is born."""
    try:
        day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day if _OLDEST <= day.year < _LATEST else None
