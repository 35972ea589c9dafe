"""The base of contributions and credits: a monthly wage between two shares of the average wage, or a pension."""

from typing import Any, NamedTuple

from estimator.benefits.ask import Ask, line
from estimator.benefits.facts import Facts
from estimator.benefits.outcome import Fen
from estimator.facts import Error
from estimator.lines import Line
from estimator.money import ONE, Interval, show_ratio, show_yuan

MONTHS = 12


class Base(NamedTuple):
    """A monthly base in fen with its line, or what is missing for it."""

    fen: Fen | None
    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()


def monthly(yearly: int) -> int:
    """A twelfth of a yearly amount, half up to the fen."""
    return (2 * yearly + MONTHS) // (2 * MONTHS)


def wage_base(ask: Ask, rule: Any) -> Base:
    """The base of someone in work; `rule` is cited where the scheme does not bound the base."""
    wage, annual = ask.get("monthly_base"), ask.get("annual_wage")
    bounds = ask.rule("contribution_base")
    if wage is None and annual is None:
        return Base(None, missing=("annual_wage" if bounds else "monthly_base",))
    fen = wage if wage is not None else monthly(annual)
    formula = show_yuan(fen) if wage is not None else f"{show_yuan(annual)} ÷ {MONTHS}"
    if bounds is None:
        return Base(Fen(fen), (line("monthly_base", "月缴费工资", fen, "none", formula, rule),))
    average = ask.figure("average_wage")
    if average is None and wage is not None:
        text = "按已核定的月缴费工资算,没有再和60%、300%的上下限比"
        ask.assume("average_wage", None, text)
        return Base(Fen(fen), (line("monthly_base", "月缴费工资", fen, "none", formula, bounds),))
    if average is None:
        return Base(None, missing=("average_wage",))
    return _bounded(fen, formula, average, bounds)


def _bounded(fen: int, formula: str, average: int, bounds: Any) -> Base:
    low, high = (_month_share(average, ratio.value) for ratio in (bounds.lowest, bounds.highest))
    if fen < low:
        fen, formula = low, f"{formula} 低于下限,按 {show_yuan(average)} × {show_ratio(bounds.lowest.value)} ÷ {MONTHS}"
    elif fen > high:
        fen, formula = (
            high,
            f"{formula} 高于上限,按 {show_yuan(average)} × {show_ratio(bounds.highest.value)} ÷ {MONTHS}",
        )
    return Base(Fen(fen), (line("monthly_base", "月缴费工资", fen, "none", formula, bounds),))


def _month_share(average: int, ratio: int) -> int:
    """A ratio of a yearly amount, a month: rounded once."""
    whole = MONTHS * ONE
    return (2 * average * ratio + whole) // (2 * whole)


def pension_base(ask: Ask, rule: Any) -> Base:
    """A pension as the base: never bounded."""
    pension = ask.get("monthly_pension")
    if pension is None:
        return Base(None, missing=("monthly_pension",))
    return Base(Fen(pension), (line("monthly_base", "每月养老金或退休费", pension, "none", show_yuan(pension), rule),))


def check(facts: Facts) -> list[Error]:
    """A yearly and a monthly wage that contradict one another."""
    annual, wage = facts.get("annual_wage"), facts.get("monthly_base")
    if annual is None or wage is None or isinstance(annual, Interval) or isinstance(wage, Interval):
        return []
    if monthly(annual) == wage:
        return []
    return [Error("monthly_base", "与 annual_wage 的十二分之一不一致", "两者写一个,或使其一致")]


def statuses(ask: Ask) -> tuple[str, ...]:
    """In work or retired: as said, as the kind of income shows, else both."""
    wage = "annual_wage" in ask or "monthly_base" in ask
    if wage == ("monthly_pension" in ask):
        return ("active", "retired")
    status = "active" if wage else "retired"
    text = "说的是工资,按在职算" if wage else "说的是养老金,按退休算"
    ask.assume("status", status, text)
    return (status,)
