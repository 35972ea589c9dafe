"""Reads calendar days, exact ones only: 2016年10月1日, 去年12月3号, 上个月5号到18号, 前天, 上周三, 三天前.

What names no day (上个月初, 去年12月) is blanked, so that its numbers are not taken for anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.understand.normal import blank
from handlers.understand.numerals import SIMPLE, whole_number


@dataclass(frozen=True, slots=True)
class Day:
    """A day said at a place of the text; `day` is None where no single day is meant; `follows` ends a range."""

    start: int
    end: int
    day: date | None
    follows: bool = False


_CN = "零一二三四五六七八九十"
_TWO = rf"(?:\d{{1,2}}|[{_CN}]{{1,3}})"
_YEAR = rf"(?:(?P<y>(?:19|20)\d\d|\d\d|[{_CN}]{{4}}|[{_CN}]{{2}})年|(?P<ry>今年|去年|前年|本年|上一年)(?:的)?)"
_MONTH = rf"(?:(?P<m>{_TWO})月(?:份)?|(?P<rm>上上个?月|上个?月|本月|这个?月|当月)(?:的)?)"
_DAY = rf"(?P<d>{_TWO})[号日]"
_PATTERN = re.compile(
    r"(?P<iso>(?<!\d)(?P<iy>(?:19|20)\d\d)[-./](?P<im>\d{1,2})[-./](?P<id>\d{1,2})(?!\d))"
    r"|(?P<solid>(?<!\d)(?P<sy>20[0-3]\d)(?P<sm>0\d|1[0-2])(?P<sd>[0-3]\d)(?!\d))"
    rf"|{_YEAR}?{_MONTH}{_DAY}"
    rf"|(?P<short>(?<![\d.])(?P<hm>\d{{1,2}})[./](?P<hd>\d{{1,2}})(?![\d.]*[万wk元块%])(?=号|日|入|出|住|到|至|-|~)(?![-~到至]\d+(?:\.\d+)?[万千wk]))"
    rf"|(?P<lone>(?<![\d第]){_TWO}[号日])(?!楼|床|线|病房|院|药|报)"
    r"|(?P<rel>大前天|前天|昨天|昨晚|昨日|今天|今日|今早|今晚|大后天|后天|明天)"
    rf"|(?P<ago>{SIMPLE})天(?:之?前|以前)"
    r"|(?P<week>上上个?|上个?|这个?|本)(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])"
)
_LOOSE = re.compile(
    rf"{_YEAR}?{_MONTH}(?:初|中旬?|底|末|上旬|下旬|份|头|尾)?|(?P<only>(?:(?:19|20)\d\d|[{_CN}]{{4}})年(?:初|底|末|前后)?)"
    r"|(?P<birth>[1-9]0后)|(?P<yy>(?<!\d)[0-9]\d年)(?=[生出交参])"
)
_REL = {
    "大前天": 3, "前天": 2, "昨天": 1, "昨晚": 1, "昨日": 1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0,
    "明天": -1, "后天": -2, "大后天": -3,
}  # fmt: skip
_RANGE = re.compile(r"(?:号|日)?(?:起|入院|住院|住进去?|住的院?|住)?(?:,)?(?:一直)?(?:住)?(?:到|至|-|~|—|–)(?:了)?")
_FUTURE_DAYS = 60
_CENTURY = 100


def _year(match: re.Match[str], today: date) -> int | None:
    if match["ry"]:
        return today.year - {"今年": 0, "本年": 0, "去年": 1, "上一年": 1, "前年": 2}[match["ry"]]
    if not match["y"]:
        return None
    number = whole_number(match["y"])
    if number is None:
        return None
    if number >= _CENTURY:
        return number
    return 2000 + number if 2000 + number <= today.year else 1900 + number


def _month(match: re.Match[str], today: date) -> tuple[int | None, int | None]:
    """Year (where the month fixes it) and month."""
    if match["rm"]:
        back = {"上上": 2, "上": 1}.get(match["rm"].replace("个", "").removesuffix("月"), 0)
        months = today.year * 12 + today.month - 1 - back
        return months // 12, months % 12 + 1
    return None, whole_number(match["m"]) if match["m"] else None


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near(month: int | None, day: int | None, today: date) -> date | None:
    """A day without a year: the last one past; one a little ahead is open."""
    this = _date(today.year, month, day)
    if this is None or this <= today:
        return this
    return _date(today.year - 1, month, day) if (this - today).days > _FUTURE_DAYS else None


def _week(match: re.Match[str], today: date) -> date:
    weeks = {"上上": 2, "上": 1}.get(match["week"].replace("个", ""), 0)
    monday = today - timedelta(days=today.weekday() + 7 * weeks)
    return monday + timedelta(days="一二三四五六日".index(match["wd"].replace("天", "日")))


def _lone(match: re.Match[str], today: date, before: Day | None) -> date | None:
    """`18号` belongs to the month named before, else to this month where it is past."""
    number = whole_number(match["lone"][:-1])
    if before is not None and before.day is not None:
        day = _date(before.day.year, before.day.month, number)
        return day if day is not None and day >= before.day else None
    day = _date(today.year, today.month, number)
    return day if day is not None and day <= today else None


def _written(match: re.Match[str], today: date) -> date | None:
    """A day in figures: 2016-10-01, 20161001, 10.1."""
    if match["iso"]:
        return _date(int(match["iy"]), int(match["im"]), int(match["id"]))
    if match["solid"]:
        return _date(int(match["sy"]), int(match["sm"]), int(match["sd"]))
    return _near(int(match["hm"]), int(match["hd"]), today)


def _relative(match: re.Match[str], today: date) -> date | None:
    """A day counted from today: 前天, 三天前, 上周三."""
    if match["rel"]:
        return today - timedelta(days=_REL[match["rel"]])
    if match["week"]:
        return _week(match, today)
    number = whole_number(match["ago"])
    return None if number is None else today - timedelta(days=number)


def _spoken(match: re.Match[str], today: date, before: Day | None) -> date | None:
    """A month and a day, the year said or not."""
    fixed, month = _month(match, today)
    year = _year(match, today) or fixed
    day = whole_number(match["d"])
    if year is None and before is not None and before.day is not None:
        later = _date(before.day.year, month, day)
        if later is not None and later >= before.day:
            return later
    return _date(year, month, day) if year else _near(month, day, today)


def _read(match: re.Match[str], today: date, before: Day | None) -> date | None:
    if match["iso"] or match["solid"] or match["short"]:
        return _written(match, today)
    if match["rel"] or match["ago"] or match["week"]:
        return _relative(match, today)
    return _lone(match, today, before) if match["lone"] else _spoken(match, today, before)


def _exact(text: str, today: date) -> Iterator[Day]:
    before: Day | None = None
    for match in _PATTERN.finditer(text):
        follows = before is not None and bool(_RANGE.fullmatch(text[before.end : match.start()]))
        anchor = before if follows or (match["lone"] and before is not None) else None
        found = Day(match.start(), match.end(), _read(match, today, anchor), follows)
        yield found
        before = found


def read_days_of_calendar(text: str, today: date) -> tuple[list[Day], str]:
    """The days named, in order, and the text with them (and looser dates) blanked."""
    days = list(_exact(text, today))
    rest = text
    for day in days:
        rest = blank(rest, day.start, day.end)
    for match in _LOOSE.finditer(rest):
        days.append(Day(match.start(), match.end(), None))
        rest = blank(rest, match.start(), match.end())
    return sorted(days, key=lambda day: day.start), rest
