"""Reads sums of money, exact (3万5), approximate (两万多, 近4万) or between two (三五千, 两万五到三万), in fen.

多 reaches to the next unit of the smallest place said, 近 and 不到 lie up to 10% below, 左右 10% either way
(docs/interface.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from handlers.understand.numerals import DIGITS, NUMERAL, Numeral, read_span

_UNIT = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "百": 100, "亿": 100_000_000}
_AMOUNT = re.compile(
    r"(?P<pre>将近|差一?点儿?|不到|接近|差不多|大概|大约|估计|约莫|估摸着?|顶多|最多|最少|至少|起码|超过|(?<![最附远])近|快|约|小)?(?:有|是|花了|得|就|占)?"
    rf"(?P<cur>¥|rmb|人民币)?(?P<n>(?<![百千一二三四五六七八九]){NUMERAL})(?P<mid>多(?![少久长大])点?|几|来(?=[块元万千百])|余|好几|把(?=[块元]))?(?P<unit>[万千百亿]|[wk](?![a-z]))?(?P<more>多(?![少久长大])点?)?"
    r"(?P<yuan>块钱|元钱|元整|块|元|rmb|大洋|人民币)?"
    r"(?:(?P<jiao>[\d一二三四五六七八九]毛|\d角|[一二三四五六七八九]角)(?P<fen>[\d一二三四五六七八九](?:分(?!之)|(?![\d一二三四五六七八九十百千万])))?)?"
    r"(?P<tail>[\d一二两三四五六七八九](?![\d一二两三四五六七八九十百千万]))?"
    r"(?P<post>左右|上下|前后|出头|挂零|大几|打底|吧大概|大概(?=,|$|。)|的样子|样子|不到(?![\d一二两三四五六七八九十])|不足|以内|以上|往上|好几|多(?![少久长大])点?|来块)?(?P<last>块钱|块|元|钱)?"
)
_LOOSE_ONE = re.compile(
    r"(?<![\d一二两三四五六七八九十几])(?P<unit>[万千百])(?P<mid>把|来)(?P<yuan>块钱|块|元)(?P<post>左右|上下)?"
)
_VAGUE = re.compile(r"(?<![十百千万])好?几(?:十|百|千|万|十万|百万)+(?:块钱|块|元)?")
_JOIN = re.compile(r"到|至|-|~|—|–|或者|或|多?不到|多?将近|多?接近")
_NOT_MONEY = re.compile(
    r"[岁级号日月年天个人次回趟周院附%成折度期床楼点斤米片盒支瓶粒位名轮针科种样步遍]|小时|分钟|礼拜|星期|公里|毫升|mg|ml|kg|mm"
)
_BELOW = ("将近", "差点", "差一点", "差点儿", "差一点儿", "不到", "接近", "近", "快", "小", "不足")
_ABOUT = (
    "差不多",
    "大概",
    "大约",
    "估计",
    "约莫",
    "估摸",
    "估摸着",
    "约",
    "左右",
    "上下",
    "前后",
    "来块",
    "打底",
    "吧大概",
    "的样子",
    "样子",
)
_ABOVE = ("出头", "挂零", "往上", "好几", "多", "超过", "以上")
_BOUND = ("顶多", "最多", "最少", "至少", "起码")
_FEN = 100
_LEAST_BARE = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money at a place of the text, in fen; `low` equals `high` where it is exact.

    `plain` marks a bare number without unit or currency; `vague` one that can't be put in figures (几千块);
    `centre` is the number itself where only about so much was said.
    """

    start: int
    end: int
    low: int
    high: int
    said: str
    plain: bool = False
    vague: bool = False
    centre: int = 0

    def to_json(self) -> Any:
        """`"35600.00"`, or low, high and the words."""
        if self.low == self.high:
            return yuan(self.low)
        return {"low": yuan(self.low), "high": yuan(self.high), "said": self.said}


def yuan(fen: int) -> str:
    """Fen as a decimal string in yuan."""
    return f"{fen // _FEN}.{fen % _FEN:02d}"


def _fen(value: Decimal) -> int:
    return int((value * _FEN).quantize(Decimal(1), ROUND_HALF_UP))


def _small_change(match: re.Match[str]) -> Decimal:
    """角 and 分 after the yuan; 三百二十块五 is half a yuan more."""
    change = Decimal(0)
    if match["jiao"]:
        change += Decimal(_digit(match["jiao"][0])) / 10
    if match["fen"]:
        change += Decimal(_digit(match["fen"][0])) / 100
    if match["tail"]:
        change += Decimal(_digit(match["tail"])) / 10
    return change


def _digit(char: str) -> int:
    return DIGITS[char] if char in DIGITS else int(char)


def _bounds(low: Numeral, high: Numeral, match: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Applies the words around a number (多, 近, 左右) to it."""
    words = {(match[name] or "").replace("多点", "多") for name in ("pre", "post", "mid", "more")}
    if words & {"多", "余", "几", *_ABOVE}:
        return low.value, high.value + high.place
    if words & set(_BELOW):
        return low.value * 9 / 10, high.value
    if low == high and words & {"来", "把", *_ABOUT}:
        return low.value * 9 / 10, high.value * 11 / 10
    return low.value, high.value


def _amount(match: re.Match[str], text: str) -> Amount | None:
    span = read_span(match["n"])
    if span is None or not _is_money(match, text):
        return None
    low, high = span
    if match["unit"]:
        low, high = low.times(_UNIT[match["unit"]]), high.times(_UNIT[match["unit"]])
    change = _small_change(match) if match["yuan"] else Decimal(0)
    least, most = _bounds(replace(low, value=low.value + change), replace(high, value=high.value + change), match)
    plain = not (
        match["yuan"] or match["cur"] or match["unit"] or match["last"] or re.search("[百千万亿wk]", match["n"])
    )
    start = match.start("n")
    said = (match["pre"] or "") + text[start : match.end()]
    bound = match["pre"] in _BOUND or match["post"] in ("以内", "大几")
    centre = _fen(high.value) if most == high.value * 11 / 10 else 0
    return Amount(start, match.end(), _fen(least), _fen(most), said, plain, bound, centre)


def _is_money(match: re.Match[str], text: str) -> bool:
    if match[0] == "一块" and not match["last"]:
        return False  # together
    if match["yuan"] or match["cur"] or match["last"]:
        return True
    if match["n"] in DIGITS and not (match["unit"] or match["mid"]):
        return False
    if match["jiao"] or match["tail"] or match["fen"]:
        return False
    return not _NOT_MONEY.match(text, match.end())


def _loose(text: str) -> Iterator[Amount]:
    """万把块 and 千把块 are about so much; 几千块 is vague."""
    for match in _LOOSE_ONE.finditer(text):
        unit = _UNIT[match["unit"]] * _FEN
        yield Amount(match.start(), match.end(), unit * 9 // 10, unit * 11 // 10, match[0])
    for match in _VAGUE.finditer(text):
        yield Amount(match.start(), match.end(), 0, 0, match[0], vague=True)


def _single(text: str) -> list[Amount]:
    found = list(_loose(text))
    for match in _AMOUNT.finditer(text):
        if any(other.start < match.end() and match.start("n") < other.end for other in found):
            continue
        amount = _amount(match, text)
        if amount:
            found.append(amount)
    return sorted(found, key=lambda amount: amount.start)


def _scale(low: Amount, high: Amount) -> Amount:
    """`2` in 2到3万 means 20,000."""
    if not low.plain or high.plain:
        return low
    for unit in (100_000_000, 10_000, 1000, 100):
        if low.high * unit <= high.high:
            return replace(low, low=low.low * unit, high=low.high * unit)
    return low


def read_amounts(text: str) -> list[Amount]:
    """All sums of money of a text whose other numbers are blanked already, in order."""
    joined: list[Amount] = []
    for amount in _single(text):
        if joined and _JOIN.fullmatch(text[joined[-1].end : amount.start]):
            first = _scale(joined[-1], amount)
            if first.low <= amount.high and not first.vague and not amount.vague:
                said = text[first.start : amount.end]
                joined[-1] = Amount(
                    first.start, amount.end, first.low, amount.centre or amount.high, said, amount.plain
                )
                continue
        if joined and text[joined[-1].end : amount.start] == "零" and joined[-1].low > amount.low == amount.high:
            joined[-1] = replace(
                joined[-1], end=amount.end, low=joined[-1].low + amount.low, high=joined[-1].high + amount.low
            )
            continue
        joined.append(amount)
    return joined


def big_enough(amount: Amount) -> bool:
    """Whether a bare number without a cue may be a sum at all."""
    return not amount.plain or amount.high >= _LEAST_BARE * _FEN
