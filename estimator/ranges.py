"""The range of a stay with unknown facts: its least and greatest settlement, and the question that narrows it most.

The unknown amounts are tried at the corners of their intervals (see `estimator.corners`), the cells a stay may fall in
one by one.
"""

from itertools import product
from typing import Any, NamedTuple

from estimator.case import Case, Option
from estimator.corners import Corner, corners, ends
from estimator.coverage import Finding
from estimator.facts import Facts
from estimator.money import Interval
from estimator.price import Amounts, member_pays, price, uncovered
from estimator.working import class_b_self


class Settlement(NamedTuple):
    """One complete settlement; `option` is None where the stay isn't covered."""

    amounts: Amounts
    option: Option | None
    corner: Corner
    used: int
    balance: int


def settlements(case: Case, facts: Facts, doubt: Finding | None) -> list[Settlement]:
    """Settlements among which every amount has its least and greatest."""
    found = []
    for corner in corners(case.total, case.out, case.class_b, case.ratio):
        total, out, class_b, ratio = corner
        first = class_b_self(facts, class_b, ratio)
        for option, used, balance in product(case.options, ends(case.used), ends(case.balance)):
            amounts = price(option.cell, total, out, first, used=used, balance=balance)
            found.append(Settlement(amounts, option, corner, used, balance))
    if doubt:
        found += [Settlement(uncovered(total), None, (total, 0, 0, 0), 0, 0) for total in ends(case.total)]
    return found


def turning_points(case: Case, facts: Facts) -> list[Amounts]:
    """Where an unpublished raise of the copay just brings the fund's part under its cap.

    There, and not at either end of the raise, the personal account may leave the least to pay in cash.
    """
    if not case.parameters or case.balance == 0:
        return []
    found = []
    for corner in corners(case.total, case.out, case.class_b, case.ratio):
        total, out, class_b, ratio = corner
        first = class_b_self(facts, class_b, ratio)
        for option, used, balance in product(case.options, ends(case.used), ends(case.balance)):
            base = price(option.cell, total, out, first, used=used, balance=balance)
            covered = base.deductible + base.copay + base.over_cap + first
            account = min(balance, covered)
            turned = {"copay": base.copay + base.over_cap, "fund_before_cap": base.fund_pays, "over_cap": 0}
            cash = base.member_pays - account
            found.append(base._replace(**turned, account_pays=account, cash_pays=cash))
    return found


def _width(case: Case, facts: Facts, *, covered: bool = True, uncovered_too: bool = False) -> int:
    """How far apart the least and the greatest of what the member pays are."""
    cells = {option.cell for option in case.options}
    values = [*ends(case.total)] if uncovered_too or not covered else []
    if covered:
        for total, out, class_b, ratio in corners(case.total, case.out, case.class_b, case.ratio)[:2]:
            first = class_b_self(facts, class_b, ratio)
            for used in ends(case.used):
                values += [member_pays(cell, total, out, first, used=used) for cell in cells]
    return max(values) - min(values) if values else 0


_PLACES = {"status": 0, "hospital_level": 1, "admission_no": 2, "paid_years": 3}
_AMOUNTS = {
    "total": "total",
    "self_paid": "out",
    "class_b": "class_b",
    "class_b_self_ratio": "ratio",
    "fund_used": "used",
    "account_balance": "balance",
}


def next_question(case: Case, facts: Facts, doubt: Finding | None) -> str | None:
    """The unknown fact whose answer leaves the narrowest range on average; the first asked wins a tie."""
    asked = [*(doubt.missing if doubt else ()), *case.missing]
    if not asked:
        return None
    if len(asked) == 1:
        return asked[0]
    return min(asked, key=lambda fact: _left(case, facts, fact, doubt))


def _left(case: Case, facts: Facts, fact: str, doubt: Finding | None) -> int:
    """The width left on average (times 6, so that halves and thirds stay whole) once a fact is known."""
    if doubt and fact in doubt.missing:
        alone = len(doubt.missing) == 1
        other = _width(case, facts, covered=not alone, uncovered_too=True)
        return 3 * (_width(case, facts) + other)
    widths = [_width(each, facts, uncovered_too=doubt is not None) for each in _answered(case, fact)]
    return 6 * sum(widths) // len(widths)


def _answered(case: Case, fact: str) -> list[Case]:
    """The case after each answer: each value of a choice; the ends and the middle of an amount."""
    if fact in _PLACES:
        place = _PLACES[fact]
        values = dict.fromkeys(option.key[place] for option in case.options)
        return [
            case._replace(options=tuple(option for option in case.options if option.key[place] == value))
            for value in values
        ]
    name = _AMOUNTS[fact]
    value = getattr(case, name)
    if not isinstance(value, Interval):
        return [case]
    changes: list[dict[str, Any]] = [{name: each} for each in (value.low, (value.low + value.high) // 2, value.high)]
    answers = [case._replace(**change) for change in changes]
    return [answer for answer in answers if corners(answer.total, answer.out, answer.class_b, answer.ratio)]
