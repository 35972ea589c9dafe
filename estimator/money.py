"""Amounts of money and ratios: how they are read, shown and rounded.

Money is integer fen. A ratio is an integer count of millionths, so 10% is 100,000; no float touches either.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

ONE: int = 1_000_000  # the whole, as a ratio: 100%
FEN: int = 100  # in a yuan
PLACES: int = 2
DIGITS: int = 12  # more than any amount has; longer ones are read the slow and careful way
MOST_FEN: int = 10_000_000_000  # one hundred million yuan: no stay, wage or pension is that large

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


class MoneyError(ValueError):
    """An amount or ratio that cannot be taken; the message (Chinese) says what is wrong."""


class Interval(NamedTuple):
    """An amount known only to lie between two, both included, in fen; `said` keeps the member's own words."""

    low: int
    high: int
    said: str = ""


def parse_yuan(raw: object) -> int:
    """Read an exact amount in yuan as fen.

    >>> parse_yuan("35600.00"), parse_yuan("1,200"), parse_yuan(0)
    (3560000, 120000, 0)

    Raises:
        MoneyError: not a number, negative, finer than a fen, or one hundred million yuan and more.
    """
    fen = _plain_yuan(raw) if type(raw) is str and raw.isascii() else None
    if fen is None:
        fen = _odd_yuan(raw)
    if fen >= MOST_FEN:
        raise MoneyError("金额大得不合常理")
    return fen


def _plain_yuan(text: str) -> int | None:
    """The usual writing, read without a regular expression: "35600" or "35600.00"."""
    yuan, point, rest = text.partition(".")
    if not yuan.isdigit() or len(yuan) > DIGITS:
        return None
    if not point:
        return int(yuan) * FEN
    return int(yuan + rest) if len(rest) == PLACES and rest.isdigit() else None


def _odd_yuan(raw: object) -> int:
    """Amounts not written plainly: numbers, thousands separators, a unit, signs."""
    value = _decimal(raw, "元¥¥")
    if value < 0:
        raise MoneyError("金额不能是负数")
    if value >= MOST_FEN:
        raise MoneyError("金额大得不合常理")
    fen = value * 100
    if fen != fen.to_integral_value():
        raise MoneyError("金额最细到分,小数不能超过两位")
    return int(fen)


def _decimal(raw: object, units: str) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise MoneyError("不是数字")
    text = str(raw).strip().strip(units).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise MoneyError("不是数字") from None
    if not value.is_finite():
        raise MoneyError("不是数字")
    return value


def parse_amount(raw: object) -> int | Interval:
    """Read an exact amount, or `{"low", "high", "said"}`; in fen.

    Raises:
        MoneyError: as `parse_yuan`, or the low end above the high one.
    """
    if not isinstance(raw, dict):
        return parse_yuan(raw)
    if not {"low", "high"} <= raw.keys() <= {"low", "high", "said"}:
        raise MoneyError("大约的金额要有 low 和 high 两头")
    low, high = parse_yuan(raw["low"]), parse_yuan(raw["high"])
    if low > high:
        raise MoneyError("low 不能大于 high")
    return low if low == high else Interval(low, high, str(raw.get("said", "")))


def parse_ratio(raw: object, most: int = 1) -> int:
    """Read a ratio written as "10%" or as a fraction of one ("0.1"), in millionths; at most `most` times the whole.

    >>> parse_ratio("10%"), parse_ratio("0.05"), parse_ratio(0)
    (100000, 50000, 0)

    Raises:
        MoneyError: not a number, outside 0 to `most`, or finer than a millionth.
    """
    per_cent = isinstance(raw, str) and raw.strip().endswith(("%", "%"))
    value = _decimal(raw, "%%") / (100 if per_cent else 1)
    if not 0 <= value <= most:
        raise MoneyError("比例要在0到1之间(或0%到100%)")
    parts = value * ONE
    if parts != parts.to_integral_value():
        raise MoneyError("比例的小数太长")
    return int(parts)


def share(fen: int, ratio: int) -> int:
    """The part of an amount that a published ratio gives: half up to the fen.

    >>> share(1005, 100_000)
    101
    """
    return (2 * fen * ratio + ONE) // (2 * ONE)


def format_yuan(fen: int) -> str:
    """Show fen as the interface does: two places, no separators.

    >>> format_yuan(3560000), format_yuan(-5)
    ('35600.00', '-0.05')
    """
    if fen < 0:
        return "-" + format_yuan(-fen)
    text = str(fen)  # quicker than dividing: a file of stays shows a million amounts
    return f"{text[:-2]}.{text[-2:]}" if fen >= FEN else f"0.{fen:02d}"


def format_ratio(ratio: int) -> str:
    """Show millionths as a fraction of one.

    >>> format_ratio(50_000)
    '0.05'
    """
    whole, rest = divmod(ratio, ONE)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def show_yuan(fen: int) -> str:
    """Show fen as a formula does, with thousands separators: "30,000.00"."""
    if fen < 0:
        return "-" + show_yuan(-fen)
    yuan, rest = divmod(fen, 100)
    return f"{yuan:,}.{rest:02d}"


def say_yuan(fen: int) -> str:
    """Show fen as a sentence does: "230元", or "0.50元" where there are fen."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02d}元" if rest else f"{yuan}元"


def show_ratio(ratio: int) -> str:
    """Show a ratio for people.

    >>> show_ratio(100_000), show_ratio(2_500)
    ('10%', '0.25%')
    """
    whole, rest = divmod(ratio, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"
