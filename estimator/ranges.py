"""The range of a stay with unknown facts: settlements among which every amount has its least and greatest.

The unknown amounts are tried at the corners of their intervals (see `estimator.corners`), the cells a stay may fall in
one by one.
"""

from itertools import product
from typing import NamedTuple

from estimator.case import Case, Option
from estimator.corners import Corner, corners, ends
from estimator.coverage import Finding
from estimator.facts import Facts
from estimator.price import Amounts, price, uncovered
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
    distinct = tuple({option.cell: option for option in case.options}.values())
    for corner in corners(case.total, case.out, case.class_b, case.ratio):
        total, out, class_b, ratio = corner
        first = class_b_self(facts, class_b, ratio)
        for option, used, balance in product(distinct, ends(case.used), ends(case.balance)):
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
