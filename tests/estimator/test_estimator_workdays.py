"""Working days against the package chinesecalendar, and by hand."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from estimator import estimate, load_schemes
from estimator.workdays import add_workdays, is_workday, load_calendar

STAY = {
    "scheme": "henan-employee",
    "status": "active",
    "hospital_level": "tertiary",
    "admission_no": 1,
    "average_wage": "60000",
    "total": "35600",
    "self_paid": "0",
    "class_b": "0",
    "remote_resident": True,
    "selected_hospital": True,
}


@pytest.mark.parametrize("year", sorted(load_calendar()))
def test_every_day_of_an_announced_year_agrees_with_chinesecalendar(year):
    day = date(year, 1, 1)
    while day.year == year:
        assert is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_a_year_not_announced_is_said_and_not_guessed():
    assert is_workday(date(2031, 5, 6)) is None
    assert add_workdays(date(2026, 12, 28), 15) is None


def test_fifteen_working_days_over_the_national_day_are_counted_by_hand():
    # 25 is a Wednesday; 26 27 | 29 (worked Sunday) 30 | rest to 7 October | 8 to 12 (worked Saturday) | 14 to 18 | 21
    assert add_workdays(date(2024, 9, 25), 15) == date(2024, 10, 21)


def test_a_claim_says_when_it_is_settled_at_the_latest():
    answer = estimate({**STAY, "discharged": "2024-09-10", "claim_filed": "2024-09-25"}, load_schemes()[0])
    assert answer["settle_by"]["day"] == "2024-10-21"
    assert answer["settle_by"]["cite"] == [{"doc": "henan-remote-residents", "article": "二、(三)"}]


def test_a_claim_in_a_year_without_calendar_says_so():
    answer = estimate({**STAY, "discharged": "2016-09-10", "claim_filed": "2016-09-25"}, load_schemes()[0])
    assert answer["status"] == "ok"
    assert answer["settle_by"]["day"] is None
    assert "2016" in answer["settle_by"]["text"]
