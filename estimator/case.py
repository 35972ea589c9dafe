"""A stay made ready for pricing: known amounts, and for what is unknown the interval or the cells it may fall in."""

from collections.abc import Iterable
from datetime import date
from itertools import product
from typing import Any, NamedTuple

from estimator.corners import Amount, dearest
from estimator.coverage import Finding
from estimator.dayrules import DayRules
from estimator.facts import WHOLE, Facts, high_of
from estimator.money import ONE, Interval
from estimator.plan import Given, Key, Plan
from estimator.price import Cell
from estimator.unknown import UNKNOWN, Unknown

NEAR = (4, 5)  # a bill comes near the cap where the fund would pay four fifths of it
TELLING = ("status", "hospital_level", "admission_no", "paid_years")


class Matter(NamedTuple):
    """One stay on the desk: its facts, its day, the rules of that day and the office's figures."""

    scheme: str
    facts: Facts
    day: date
    rules: DayRules
    figures: dict[str, Given]
    doubt: Finding | None
    lines: bool


class Option(NamedTuple):
    """One cell a stay may fall in."""

    plan: Plan
    key: Key
    cell: Cell


class Case(NamedTuple):
    """A stay ready for pricing.

    Attributes:
        total: the bill; so with the other amounts: fen, or an interval where it isn't known exactly.
        options: the cells it may fall in; several where a fact is unknown.
        missing: the unknown facts that make a difference, in the order they are asked.
        parameters: figures of the office that are missing and only widen the range.
    """

    total: Amount
    out: Amount
    class_b: Amount
    ratio: Amount
    used: Amount
    balance: Amount
    options: tuple[Option, ...]
    missing: tuple[str, ...]
    parameters: tuple[str, ...]


def effective_years(facts: Facts, rules: DayRules) -> int | Unknown:
    """Full years of continuous payment that count, after a break and for an incomplete household."""
    rule = rules.first_of("continuity")
    if rule and facts.get("household_incomplete") and not (facts.get("student") and rule.pupils_keep):
        return 0
    if rule and facts.get("interrupted"):
        return int(facts.get("years_since_reenrolment", 0))
    full = [facts["paid_years"]] if "paid_years" in facts else []
    if "insured_year_ordinal" in facts:
        full.append(facts["insured_year_ordinal"] - 1)
    return min(full) if full else UNKNOWN


def make_case(facts: Facts, rules: DayRules, figures: dict[str, Given], plans: tuple[Plan, ...]) -> Case:
    """Make a stay ready; its `total` must be known at least as an interval, and the plans must have their cells."""
    total: Amount = facts["total"]
    missing: list[str] = []
    out = _upto(facts, "self_paid", high_of(total))
    class_b, ratio = _class_b(facts, rules, figures, high_of(total))
    options, telling = options_of(facts, rules, plans)
    parameters: tuple[str, ...] = ()
    if facts.get("referred_out") and rules.first_of("referral") and _extra(rules, figures) is UNKNOWN:
        parameters = ("referral_extra_points",)
    missing += telling
    missing += [name for name, value in (("self_paid", out), ("class_b", class_b)) if not isinstance(value, int)]
    if not isinstance(ratio, int):
        missing.append("class_b_self_ratio")
    used: Amount = facts.get("fund_used", 0)
    if "fund_used" not in facts and had_earlier_stay(facts):
        used = _unsaid_use(options, high_of(total), out, class_b, ratio)
    if not isinstance(total, int):
        missing.insert(0, "total")
    if not isinstance(used, int):
        missing.append("fund_used")
    balance = facts.get("account_balance", 0) if options[0].plan.has_account else 0
    if not isinstance(balance, int):
        missing.append("account_balance")
    return Case(total, out, class_b, ratio, used, balance, options, tuple(missing), parameters)


def had_earlier_stay(facts: Facts) -> bool:
    """Whether the fund has surely been asked to pay before in this year."""
    return bool(facts.get("admission_no", 1) > 1)


def _upto(facts: Facts, name: str, most: int) -> Amount:
    """An amount as said, else anything from nothing to the most it can be."""
    said: Amount | None = facts.get(name)
    if said is None:
        return Interval(0, most) if most else 0
    return said


def _class_b(facts: Facts, rules: DayRules, figures: dict[str, Given], most: int) -> tuple[Amount, Amount]:
    class_b = _upto(facts, "class_b", most if rules.first_of("first_self_pay") else 0)
    items = facts.get("class_b_items", ())
    if class_b == 0 or (items and all(own is not None for _, own in items)):
        return class_b, 0
    return class_b, class_b_ratio(facts, rules, figures)


def class_b_ratio(facts: Facts, rules: DayRules, figures: dict[str, Given]) -> Amount:
    """The part of class-B cost paid first: as said, as the office has it, as published, else anything."""
    said: Amount | None = facts.get("class_b_self_ratio")
    if said is not None:
        return said
    if "class_b_self_ratio" in figures:
        return figures["class_b_self_ratio"].value
    rule = rules.first_of("first_self_pay")
    return rule.ratio.value if rule and rule.ratio else WHOLE


def _extra(rules: DayRules, figures: dict[str, Given]) -> int | Unknown:
    if "referral_extra_points" in figures:
        return figures["referral_extra_points"].value
    points = rules.first_of("referral").extra_points
    return points.value if points else UNKNOWN


def plans_of(facts: Facts, rules: DayRules, figures: dict[str, Given]) -> tuple[Plan, ...]:
    """The plan, or the two ends where the raise of the copay isn't published: nothing more, and the whole."""
    base = {name: given for name, given in figures.items() if name in _BASES}
    if not (facts.get("referred_out") and rules.first_of("referral")):
        return (rules.plan(base),)
    extra = _extra(rules, figures)
    if extra is UNKNOWN:
        return (rules.plan(base), rules.plan(base, ONE))
    return (rules.plan(base, extra),)


_BASES = frozenset({"average_wage", "base_deductible", "base_cap"})


def options_of(facts: Facts, rules: DayRules, plans: tuple[Plan, ...]) -> tuple[tuple[Option, ...], list[str]]:
    """The cells a stay may fall in, and the unknown facts that would tell which."""
    years = effective_years(facts, rules)
    said = (facts.get("status"), facts.get("hospital_level"), facts.get("admission_no"))
    plan = plans[0]
    choices: list[Iterable[Any]] = []
    telling: list[str] = []
    for name, value in zip(TELLING, (*said, None if years is UNKNOWN else years), strict=True):
        candidates = [value] if value is not None else plan.candidates[name]
        choices.append(candidates)
        if len(candidates) > 1:
            telling.append(name)
    keys = [plan.key(*choice) for choice in product(*choices)]
    return tuple(Option(each, key, each.cells[key]) for each in plans for key in dict.fromkeys(keys)), telling


def _unsaid_use(options: tuple[Option, ...], total: int, out: Amount, class_b: Amount, ratio: Amount) -> Amount:
    """Nothing, unless the bill may come near the cap after an earlier stay: then anything up to the cap."""
    caps = [option.cell.cap for option in options if option.cell.cap is not None]
    if not caps:
        return 0
    paid = dearest([option.cell for option in options], total, out, class_b, ratio)
    return Interval(0, max(caps)) if paid * NEAR[1] > min(caps) * NEAR[0] else 0
