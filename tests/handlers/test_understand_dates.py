"""Days named against a given today, and how long a stay was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understand import understand
from handlers.understand.dates import read_days_of_calendar
from handlers.understand.normal import normalise

TODAY = date(2016, 11, 20)  # a Sunday


def _days(said: str, today: date = TODAY) -> list[str | None]:
    return [day.day.isoformat() if day.day else None for day in read_days_of_calendar(normalise(said), today)[0]]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("2016年10月1日", ["2016-10-01"]), ("2016-10-01", ["2016-10-01"]), ("2016.10.1", ["2016-10-01"]),
        ("2016/10/1", ["2016-10-01"]), ("20161001", ["2016-10-01"]), ("10月1号", ["2016-10-01"]),
        ("十月一号", ["2016-10-01"]), ("二零一六年十月一日", ["2016-10-01"]), ("16年10月1号", ["2016-10-01"]),
        ("去年12月3号", ["2015-12-03"]), ("前年5月8日", ["2014-05-08"]), ("今年3月5号", ["2016-03-05"]),
        ("上个月5号", ["2016-10-05"]), ("上上个月二十号", ["2016-09-20"]), ("本月3号", ["2016-11-03"]),
        ("昨天", ["2016-11-19"]), ("前天", ["2016-11-18"]), ("大前天", ["2016-11-17"]), ("今天", ["2016-11-20"]),
        ("三天前", ["2016-11-17"]), ("10天前", ["2016-11-10"]), ("上周三", ["2016-11-09"]),
        ("上个星期五", ["2016-11-11"]),
        ("这周二", ["2016-11-15"]), ("3月5号到18号", ["2016-03-05", "2016-03-18"]),
        ("3月28号到4月6号", ["2016-03-28", "2016-04-06"]),
        ("去年12月28号到1月9号", ["2015-12-28", "2016-01-09"]), ("上个月5号到18号", ["2016-10-05", "2016-10-18"]),
        ("5号到18号", ["2016-11-05", "2016-11-18"]),
    ],
)  # fmt: skip
def test_a_day_is_read_against_today(said: str, days: list[str]) -> None:
    assert _days(said) == days


@pytest.mark.parametrize("said", ["上个月初", "去年12月", "3月份", "年初", "12月3号", "2月30号", "25号"])
def test_what_names_no_single_day_gives_none(said: str) -> None:
    assert all(day is None for day in _days(said))


def test_last_month_of_january_is_december() -> None:
    assert _days("上个月31号", date(2017, 1, 15)) == ["2016-12-31"]


def test_a_day_far_ahead_is_last_years() -> None:
    assert _days("12月28号", date(2017, 1, 15)) == ["2016-12-28"]


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2039, 12, 31)))
def test_a_full_date_is_that_day_however_written(day: date) -> None:
    for said in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
    ):
        assert _days(said, date(2040, 1, 1)) == [day.isoformat()], said


@given(st.integers(min_value=0, max_value=60))
def test_days_of_a_stay_lie_between_admission_and_discharge(length: int) -> None:
    admitted = date(2016, 8, 1)
    discharged = admitted + timedelta(days=length)
    said = f"{admitted:%Y-%m-%d}入院,{discharged:%Y-%m-%d}出院"
    facts = understand(said, today=TODAY).facts
    assert facts == {"admitted": admitted.isoformat(), "discharged": discharged.isoformat(), "days": length}


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("住了半个月", 15), ("住院12天", 12), ("住了三个半月", 105), ("住了一个半月", 45), ("住了两周", 14),
        ("住了一个礼拜", 7), ("住院一百二十天", 120), ("住了两个星期零三天", 17), ("住了一个月", 30),
        ("住了十来天", None), ("住了两三天", None), ("住了快一个月", None), ("住了一个多月", None),
        ("请了三天假", None),
    ],
)  # fmt: skip
def test_length_of_a_stay(said: str, days: int | None) -> None:
    assert understand(said, today=TODAY).facts.get("days") == days


def test_a_discharge_before_the_admission_gives_no_days() -> None:
    facts = understand("2016-08-10入院,2016-08-01出院", today=TODAY).facts
    assert "days" not in facts


def test_a_day_still_to_come_is_left_open() -> None:
    understood = understand("12月3号出院", today=TODAY)
    assert "discharged" not in understood.facts
