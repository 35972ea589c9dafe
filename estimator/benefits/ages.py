"""The age a scheme counts for a month: on the birthday, on 31 December before, or from the month after the birthday."""

from datetime import date
from typing import Any

from estimator.benefits.ask import Ask
from estimator.benefits.facts import Facts
from estimator.facts import Error

COUNTED = "counted_age"


def age_on(born: date, day: date) -> int:
    """Full years on a day; someone born on 29 February is a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def month_ages(born: date, month: date) -> tuple[int, ...]:
    """The ages a person has in a month: one, or two in the month of the birthday."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1)
    return tuple(dict.fromkeys((age_on(born, month), age_on(born, last))))


def after_birthday_month(born: date, month: date) -> int:
    """The age whose birthday lies in an earlier month (Beijing: a band changes the month after).

    >>> born = date(1981, 5, 31)
    >>> after_birthday_month(born, date(2016, 5, 1)), after_birthday_month(born, date(2016, 6, 1))
    (34, 35)
    """
    return month.year - born.year - (month.month <= born.month)


def asked_month(ask: Ask) -> date | None:
    """The month asked about, or None where only a year was said."""
    if "month" in ask:
        found: date = ask.get("month")
        return found
    if "year" in ask:
        return None
    month = ask.day.replace(day=1)
    ask.assume("month", f"{month:%Y-%m}", f"没有说哪个月,按{month:%Y-%m}算")
    return month


def counted_ages(ask: Ask, rule: Any) -> tuple[int, ...]:
    """Every age that may be counted; several where the facts leave it open."""
    born, age = ask.get("born"), ask.get("age")
    if born is not None:
        ages = _from_birth(ask, rule, born)
        return (age,) if age in ages and rule.changes == "birthday" else ages
    if age is None:
        return _one_of_each(rule)
    if rule.changes == "month_after":
        return (age - 1, age) if age else (0,)
    if rule.changes == "year_before":
        ask.assume("born", None, "年龄按上年12月31日的周岁算")
    return (age,)


def _from_birth(ask: Ask, rule: Any, born: date) -> tuple[int, ...]:
    if rule.changes == "year_before":
        year = ask.get("year") or (asked_month(ask) or ask.day).year
        return (max(0, year - 1 - born.year),)
    month = asked_month(ask)
    months = [month] if month else [date(ask.get("year"), number, 1) for number in (1, 12)]
    if rule.changes == "month_after":
        found = [after_birthday_month(born, one) for one in months]
    else:
        found = [age for one in months for age in month_ages(born, one)]
    return tuple(dict.fromkeys(max(0, age) for age in found))


def open_name(ask: Ask) -> str:
    """The fact that would settle the age: the age or birthday itself, or the month."""
    if "born" in ask:
        return "age" if "month" in ask else "month"
    return "born" if "age" in ask else "age"


def _one_of_each(rule: Any) -> tuple[int, ...]:
    """One age of every band."""
    starts = sorted({cell.from_age.value for cell in rule.cells.values() if cell.from_age})
    return (starts[0] - 1, *starts) if starts else (0,)


def check(facts: Facts) -> list[Error]:
    """Ages and dates that contradict one another."""
    errors = []
    born, month, year = facts.get("born"), facts.get("month"), facts.get("year")
    last = year or (month.year if month else None)
    if month and year and month.year != year:
        errors.append(Error("year", "与 month 不是同一年", "与 month 同一年,或只写一个"))
    if born and last and (last < born.year or (month and (month.year, month.month) < (born.year, born.month))):
        errors.append(Error("born", "出生晚于所问的时间", "不晚于 month 或 year 的日期"))
    elif born and last and "age" in facts and not last - born.year - 2 <= facts["age"] <= last - born.year:
        errors.append(Error("age", "年龄与出生日期对不上", "两者写一个,或使其一致"))
    pension = facts.get("pension_from")
    if born and pension and pension <= born:
        errors.append(Error("pension_from", "领养老金早于出生", "晚于出生日期的月份"))
    return errors
