"""Finds the numbers of a message and says what each counts: days, years of age, dates, percent, money.

Each reader blanks what it took, so that no number is read twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from handlers.understand.normal import blank
from handlers.understand.numerals import DIGITS, SIMPLE, read_number, whole_number


@dataclass(frozen=True, slots=True)
class Item:
    """One number of a message.

    Attributes:
        kind: `percent`, `days`, `years`, `nth`, `times`, `name` (a number that counts nothing).
        start: First position.
        end: Position after the last.
        value: Percent as a Decimal fraction, whole days, years, times; None where only about so many was said.
        said: The words.
    """

    kind: str
    start: int
    end: int
    value: Any
    said: str


_LOOSE = r"(?:多|来|几|余)?"
_ABOUT = r"(?:左右|上下|不到)?"
_DAY_UNITS = {"天": 1, "日": 1, "宿": 1, "晚": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}

_NAMES = re.compile(
    r"(?<![第十])[一二三](?=级|甲(?!类)|乙等)|(?<!\d)[123](?=级|甲(?!类)|乙等)|(?<!\d)1[3-9]\d{9}(?!\d)|\d{9,}|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"
    r"|(?:电话|手机|号码|卡号|尾号|住院号|病历号|社保号|微信|qq)[^\d,。]{0,4}\d{4,}"
    r"|(?:打|拨)(?:了)?(?:120|110|12333|12345|12393)"
    rf"|第?{SIMPLE}(?:附属|附院|附中|附|人民医院|中心医院|医院|院(?!费)|医大|楼|栋|号楼|病房|病区|号?床|室)"
    rf"|(?:特|{SIMPLE})(?:级护理|级手术|级伤残|级残疾|级跳|级预防|度烧伤|型糖尿病|型|期|级以[上下])"
    rf"|(?:高血压|血压|心功能|心衰|伤残|残疾|护理|肾病|癌|肿瘤|低蛋白|贫血|风险|痛|褥疮|肌力|冠心病|糖尿病|甲状腺)"
    rf"[^,。\d一二三四]{{0,4}}{SIMPLE}(?:级|期|度|型|类)"
    rf"|{SIMPLE}级(?:高血压|残疾|伤残|护理|心功能|手术|肌力|公路|风险)"
    rf"|{SIMPLE}(?:个)?(?:人|口|家|片|盒|支|瓶|斤|公斤|米|公里|里地|厘米|公分|毫升|小时|钟头|分钟|点钟|粒|根|颗|台|科|种|样|间|"
    rf"孩子|儿子|闺女|女儿|弟兄|兄弟|姐妹|支架|项目?|单|页|张|份|层)"
)
_PERCENT = re.compile(
    rf"(?P<n>\d+(?:\.\d+)?)%|百分之(?P<c>\d+(?:\.\d+)?|[零一二两三四五六七八九十百]+)(?:点(?P<d>[一二三四五六七八九]))?|(?P<t>{SIMPLE})成(?P<h>半|[一二三四五六七八九])?"
    rf"|(?P<p>{SIMPLE})个(?:百分)?点"
)
_DAYS = re.compile(
    rf"(?P<half>半)个?(?P<hu>月|天)"
    rf"|(?P<near>近|将近|不到|快|差不多|大概|大约|约|小)?(?P<n>{SIMPLE}|几|好几)(?P<loose>{_LOOSE})"
    rf"(?P<ge>个)?(?P<gh>半)?(?P<u>天|日(?!报)|宿|晚上?|周(?!岁)|星期|礼拜|月)(?P<th>半|零?{SIMPLE}天)?(?P<more>多)?(?P<about>{_ABOUT})"
)
_YEARS = re.compile(
    rf"(?P<near>近|将近|不到|快|差不多|大概|大约|约)?(?P<n>{SIMPLE}|几|好几|(?<![上下])半)(?P<loose>{_LOOSE})(?:个)?年"
    rf"(?P<h>半)?(?P<more>多)?(?P<about>{_ABOUT})"
)
_TIMES = re.compile(
    rf"(?<![周天月日共了过有])(?P<er>二次)|(?P<ord>第|头)?(?P<n>{SIMPLE}|几|好几|首)(?P<m>次|回|趟|遭)|(?P<ci>首次|首住|头次|头回)|第(?P<bare>{SIMPLE})(?=住|入院)"
)


def read_names(text: str) -> Iterator[Item]:
    """Numbers that count nothing here: phone numbers, 三院, 一级护理, 三口人."""
    for match in _NAMES.finditer(text):
        yield Item("name", match.start(), match.end(), None, match[0])


def read_percents(text: str) -> Iterator[Item]:
    """`15%`, 百分之十, 八成五, 两成半, 10个点 as fractions."""
    for match in _PERCENT.finditer(text):
        number = read_number(match["n"] or match["c"] or match["t"] or match["p"])
        if number is None:
            continue
        value = number.value / (10 if match["t"] else 100)
        if match["d"]:
            value += Decimal(DIGITS[match["d"]]) / 1000
        if match["h"]:
            tail = Decimal(5) if match["h"] == "半" else Decimal(DIGITS[match["h"]])
            value += tail / 100
        yield Item("percent", match.start(), match.end(), value, match[0])


def read_days(text: str) -> Iterator[Item]:
    """半个月, 12天, 三个半月, 两周 as whole days; a month counts 30."""
    for match in _DAYS.finditer(text):
        if match["half"]:
            if match["hu"] == "月":
                yield Item("days", match.start(), match.end(), 15, match[0])
            continue
        unit = match["u"].removesuffix("上")
        if unit == "月" and not match["ge"] and not match["gh"] and match["n"] != "半":
            continue  # 三月 is a date
        span = read_number(match["n"]) if match["n"] not in ("几", "好几") else None
        loose = match["near"] or match["loose"] or match["more"] or match["about"]
        if (
            span is None
            or loose
            or span.value != int(span.value)
            or re.fullmatch("[一二三四五六七八九]{2}", match["n"])
        ):
            yield Item("days", match.start(), match.end(), None, match[0])
            continue
        days = int(span.value) * _DAY_UNITS[unit]
        if match["gh"]:
            days += _DAY_UNITS[unit] // 2
        if match["th"]:
            days += _DAY_UNITS[unit] // 2 if match["th"] == "半" else whole_number(match["th"].strip("零天")) or 0
        yield Item("days", match.start(), match.end(), days, match[0])


def read_years(text: str) -> Iterator[Item]:
    """三年, 十年多 (full years: 10); None for 几年, 近十年."""
    for match in _YEARS.finditer(text):
        number = whole_number(match["n"])
        if match["near"] or match["about"] or (match["loose"] and match["n"].endswith("十")):
            number = None
        yield Item("years", match.start(), match.end(), number, match[0])


def read_times(text: str) -> Iterator[Item]:
    """第三次 is of kind `nth`, 两回 of kind `times`."""
    for match in _TIMES.finditer(text):
        if match["ci"]:
            yield Item("nth", match.start(), match.end(), 1, match[0])
        elif match["er"]:
            yield Item("nth", match.start(), match.end(), 2, match[0])
        elif match["bare"]:
            yield Item("nth", match.start(), match.end(), whole_number(match["bare"]), match[0])
        else:
            kind = "nth" if match["ord"] or match["n"] == "首" else "times"
            number = 1 if match["n"] == "首" else whole_number(match["n"])
            if match["ord"] == "头" and number != 1:
                kind = "times"
            yield Item(kind, match.start(), match.end(), number, match[0])


READERS: tuple[Callable[[str], Iterator[Item]], ...] = (read_names, read_percents, read_times, read_days, read_years)


def scan(text: str) -> tuple[list[Item], str]:
    """All counted numbers but money, in order, and the text with them blanked."""
    items: list[Item] = []
    for reader in READERS:
        for item in reader(text):
            items.append(item)
            text = blank(text, item.start, item.end)
    return sorted(items, key=lambda item: item.start), text
