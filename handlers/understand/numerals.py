"""Reads one number as people write and say it: 35,600, 三万五, 3万5千6, 1万零80, 2.5w, 十七八万.

Plain numerals agree with cn2an; the spoken short forms (三万五 is 35,000, not 30,005) are ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3}
SMALL = {"十": 10, "百": 100, "千": 1000, "k": 1000}
LARGE = {"万": 10_000, "w": 10_000, "亿": 100_000_000}

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
SIMPLE = rf"(?:{ARABIC}|[零一二两俩三四五六七八九十百]+)"
"""A number before 岁, 天, 年, 次 …: no 万."""
NUMERAL = (
    rf"(?:{ARABIC}|[一二两俩仨三四五六七八九十])(?:[零一二两俩三四五六七八九十百千万亿半]|[wk](?![a-z])|{ARABIC})*"
)

_PIECE = re.compile(rf"{ARABIC}|.")
_PAIR = re.compile(r"(?<![一二两三四五六七八九])([一二两三四五六七八])([二两三四五六七八九])(?![一二两三四五六七八九])")
_POSITIONAL = re.compile(r"[零一二三四五六七八九]{2,}")
_WIDEST_PAIR = 2
_HUNDRED = 100
_TEN = Decimal(10)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and its smallest place said: 三万五 is 35,000 with place 1,000, so that 三万五多 ends at 36,000."""

    value: Decimal
    place: Decimal

    def times(self, factor: int) -> Numeral:
        """The number before a further unit: 十 in 十多万."""
        return Numeral(self.value * factor, self.place * factor)


def _plain(piece: str) -> Numeral | None:
    """One Arabic number or one Chinese digit."""
    if piece in DIGITS:
        return Numeral(Decimal(DIGITS[piece]), Decimal(1))
    if not piece[0].isdigit():
        return None
    digits = piece.replace(",", "")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0")
    if fraction:
        return Numeral(Decimal(digits), Decimal(1).scaleb(-len(fraction)))
    zeros = len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return Numeral(Decimal(whole), _TEN**zeros)


class _Reader:
    """Adds up a numeral token by piece; `fail` is set as soon as it makes no sense."""

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.number: Numeral | None = None
        self.number_text = ""
        self.place = Decimal(1)
        self.unit = 0
        self.small_unit = 10_000
        self.large_unit = 10**12
        self.zero = False
        self.fail = False

    def digit(self, piece: str) -> None:
        if piece == "零" and self.unit:
            self.fail = self.fail or self.number is not None
            self.zero = True
            return
        self.fail = self.fail or self.number is not None
        self.number, self.number_text = _plain(piece), piece

    def small(self, unit: int) -> None:
        number = self.number
        if number is None:
            if unit != SMALL["十"]:
                self.fail = True
                return
            number = Numeral(Decimal(1), Decimal(1))
        self.fail = self.fail or unit >= self.small_unit
        self.section += number.value * unit
        self.place, self.unit, self.small_unit = number.place * unit, unit, unit
        self.number, self.zero = None, False

    def large(self, unit: int) -> None:
        place = self.place
        if self.number is not None:
            self.fail = self.fail or (bool(self.section) and not self.zero and self.unit > SMALL["十"])
            self.section += self.number.value
            place = self.number.place
        if not self.section and unit >= self.large_unit:
            self.fail = True
        if unit == LARGE["亿"]:
            self.total = (self.total + self.section) * unit
        else:
            self.fail = self.fail or not self.section or self.large_unit <= unit
            self.total += self.section * unit
        self.section, self.number, self.zero = Decimal(0), None, False
        self.place, self.unit, self.large_unit, self.small_unit = place * unit, unit, unit, 10_000

    def half(self) -> None:
        self.fail = self.fail or self.number is not None or self.unit < _HUNDRED
        self.section += Decimal(self.unit) / 2
        self.place = Decimal(self.unit) / 10

    def finish(self) -> Numeral | None:
        if self.fail or (self.zero and self.number is None):
            return None
        rest = self._rest()
        return None if rest is None else Numeral(self.total + self.section + rest.value, rest.place)

    def _rest(self) -> Numeral | None:
        """What stands after the last unit: 五 in 三万五 is 5,000, in 三十五 and 三万零五 it is 5."""
        number, text = self.number, self.number_text
        if number is None:
            return Numeral(Decimal(0), self.place)
        if not self.unit or self.zero or self.unit == SMALL["十"]:
            return number
        if len(text) == 1:
            place = Decimal(self.unit) / 10
            return Numeral(number.value * place, place)
        full = number.value < self.unit and len(text) == len(str(self.unit)) - 1  # 3万5000
        return number if full and "." not in text else None


def read_number(text: str) -> Numeral | None:
    """One exact number, or None where the text isn't one or could be two (3万56).

    >>> read_number("三万五千六").value, read_number("1万零80").value, read_number("2.5w").value
    (Decimal('35600'), Decimal('10080'), Decimal('25000.0'))
    """
    if _POSITIONAL.fullmatch(text):
        return Numeral(Decimal("".join(str(DIGITS[char]) for char in text)), Decimal(1))
    reader = _Reader()
    for piece in _PIECE.findall(text):
        if piece in DIGITS or piece[0].isdigit():
            reader.digit(piece)
        elif piece in SMALL:
            reader.small(SMALL[piece])
        elif piece in LARGE:
            reader.large(LARGE[piece])
        elif piece == "半":
            reader.half()
        else:
            return None
    return reader.finish()


def read_span(text: str) -> tuple[Numeral, Numeral] | None:
    """The least and the greatest number meant: the same twice for 三千, 3,000 and 5,000 for 三五千."""
    pairs = [pair for pair in _PAIR.finditer(text) if 0 < DIGITS[pair[2]] - DIGITS[pair[1]] <= _WIDEST_PAIR]
    if len(pairs) == 1 and not _POSITIONAL.fullmatch(text):
        pair = pairs[0]
        low = read_number(text[: pair.start()] + pair[1] + text[pair.end() :])
        high = read_number(text[: pair.start()] + pair[2] + text[pair.end() :])
        return None if low is None or high is None else (low, high)
    number = read_number(text)
    return None if number is None else (number, number)


def whole_number(text: str) -> int | None:
    """A whole number before 岁, 天, 次; None for anything else."""
    number = read_number(text)
    if number is None or number.value != number.value.to_integral_value():
        return None
    return int(number.value)
