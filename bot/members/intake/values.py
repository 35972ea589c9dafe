"""Understands what stands in a cell: identity numbers, days and amounts, also where Excel spoiled them.

Each function returns the value or raises `BadCell` with what is wrong and how to mend it, without repeating the value.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from bot.privacy.idnumber import fold, normal
from bot.privacy.tokens import clean

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T].*)?$")
_MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?|(\d{2}))$")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?$")
_EXCEL_EPOCH = date(1899, 12, 30)
_EARLIEST, _LATEST = 1900, 2200
_SPOILT = re.compile(r"[\d.]+E\+?\d+$|\d{15}000$")
_LONG = re.compile(r"\d{6}")
_NOISE = re.compile(r"[\s,,¥￥元]")


class BadCell(ValueError):
    """What is wrong with a cell, and how to mend it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem};{remedy}")


def identity(cell: str) -> str:
    """The 18 characters of an identity number."""
    text = fold(cell.strip().strip("'\"`\t"))
    text = text.removesuffix(".0")
    number = normal(text)
    if number is None:
        if not text:
            raise BadCell("身份证号空着", "请补上")
        if _SPOILT.match(text.upper()):
            raise BadCell("身份证号被 Excel 改成了数字,后几位已丢失", "请把这一列设为“文本”后从原系统重新导出")
        raise BadCell("身份证号不对(位数、出生日期或校验码)", "请与证件核对")
    return number


@lru_cache(maxsize=4096)
def day(cell: str) -> date:
    """A day: 2016-11-20, 2016/11/20, 20161120, 2016年11月20日, with a time after it, or Excel's number of days."""
    text = fold(cell.strip())
    if _SERIAL.match(text):
        return _EXCEL_EPOCH + timedelta(days=int(text.split(".")[0]))
    hit = _DAY.match(text)
    try:
        if hit is None:
            raise ValueError(text)  # noqa: TRY301  (one sentence for everything that is no day)
        found = date(int(hit[1]), int(hit[2] or hit[4]), int(hit[3] or hit[5]))
    except ValueError:
        raise BadCell("日期看不懂", "请写成 2016-11-20 这样") from None
    if not _EARLIEST <= found.year <= _LATEST:
        raise BadCell("日期的年份不对", "请核对")
    return found


@lru_cache(maxsize=4096)
def day_or_month(cell: str) -> date:
    """A day, or a month such as 2016-11 or 201611: its first day."""
    hit = _MONTH.match(fold(cell.strip()))
    return day(f"{hit[1]}-{hit[2] or hit[3]}-1") if hit else day(cell)


def fen(cell: str) -> int:
    """An amount of yuan as fen; thousands' commas, ￥, 元 and accountants' brackets are understood."""
    text = _NOISE.sub("", fold(cell)).replace("。", ".").replace("．", ".").replace("－", "-")
    if text[:1] in "((" and text[-1:] in "))" and text:
        text = f"-{text[1:-1]}"
    try:
        amount = Decimal(text) * 100
        whole = int(amount.quantize(Decimal(1), ROUND_HALF_UP))
    except (InvalidOperation, OverflowError, ValueError):
        raise BadCell("金额看不懂", "请只写数字,如 1234.50") from None
    if abs(amount - whole) > Decimal("0.0001"):
        raise BadCell("金额有三位以上小数", "请核对到分")
    if abs(whole) >= 10**13:
        raise BadCell("金额太大", "请核对")
    return whole


def words(cell: str) -> str:
    """A place or a unit as it may be stored: at most 200 characters, no personal number that slipped in."""
    return clean(cell, awaiting_code=False).text[:200] if _LONG.search(cell) else cell[:200]


def phone(cell: str) -> str | None:
    """The digits of a phone; None where the cell holds no whole number."""
    digits = "".join(char for char in fold(cell).removesuffix(".0") if char.isdigit())
    digits = digits.removeprefix("86") if len(digits) == 13 else digits  # noqa: PLR2004  (country code)
    return digits if 7 <= len(digits) <= 12 else None  # noqa: PLR2004  (landline to area code and mobile)
