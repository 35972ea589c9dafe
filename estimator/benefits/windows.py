"""In which payment period of the county's residents' insurance a day lies, and from when benefits run."""

import calendar
from datetime import date, timedelta
from typing import Any, NamedTuple

from estimator.coverage import add_months


class Paid(NamedTuple):
    """A payment: its period and the first day of benefits.

    Attributes:
        period: `normal`, `back_payment` or `late`.
        start: the first day of benefits.
        year: the insured year paid for; None for a late payment, whose year no rule names.
    """

    period: str
    start: date
    year: int | None


def month_day(text: str, year: int) -> date:
    """A day written "02-29" in a year, the month's last day where it is shorter."""
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def paid(window: Any, late: Any, day: date, *, student: bool) -> Paid:
    """The period of a payment and its first day of benefits (第七条, 第八条).

    Args:
        window: the rule `enrolment_window`.
        late: the rule `late_payment`.
        day: the day of payment.
        student: whether a pupil of primary or secondary school pays.
    """
    opens = month_day(window.pupils_open if student else window.opens, day.year)
    closes = month_day(window.closes, day.year)
    if opens <= day <= closes:
        return Paid("normal", date(day.year + 1, 1, 1), day.year + 1)
    following = add_months(day.replace(day=1), window.back_wait.value)
    if day > closes:
        return Paid("back_payment", following, day.year + 1)
    if day <= month_day(window.back_until, day.year):
        return Paid("back_payment", following, day.year)
    return Paid("late", day + timedelta(days=late.from_day.value), None)
