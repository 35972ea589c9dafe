"""The range of a stay with unknown facts: settlements among which every amount has its least and greatest.

The unknown amounts are tried at the corners of their intervals (see `estimator.corners`), the cells a stay may fall in
one by one.
"""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from estimator.case import Case, Option
from estimator.corners import Corner, account_corners, corners, ends
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
    for corner in _corners(case):
        total, out, class_b, ratio = corner
        first = class_b_self(facts, class_b, ratio)
        for option, used, balance in product(distinct, ends(case.used), ends(case.balance)):
            amounts = price(option.cell, total, out, first, used=used, balance=balance)
            found.append(Settlement(amounts, option, corner, used, balance))
    if doubt:
        found += [Settlement(uncovered(total), None, (total, 0, 0, 0), 0, 0) for total in ends(case.total)]
    return found


def _corners(case: Case) -> Iterable[Corner]:
    bill = (case.total, case.out, case.class_b, case.ratio)
    found = corners(*bill)
    return found if case.balance == 0 else dict.fromkeys([*found, *account_corners(*bill)])


def turning_points(case: Case, facts: Facts) -> list[Amounts]:
    """Where the fund's part just comes down to its cap: there the account may leave the least to pay in cash.

    A raise of the copay that isn't published reaches that point always; an unknown class-B part may.
    """
    bills = corners(case.total, case.out, case.class_b, case.ratio)
    if case.balance == 0 or not bills:
        return []
    total, out, class_b, ratio = bills[0]
    first = class_b_self(facts, class_b, ratio)
    *_, (_, _, most_b, most_ratio) = account_corners(case.total, case.out, case.class_b, case.ratio)
    most_first = class_b_self(facts, most_b, most_ratio)
    found = []
    for option, used, balance in product(case.options, ends(case.used), ends(case.balance)):
        base = price(option.cell, total, out, first, used=used, balance=balance)
        if case.parameters or price(option.cell, total, out, most_first, used=used).over_cap == 0:
            account = min(balance, base.deductible + base.copay + first + base.over_cap)
            found.append(base._replace(account_pays=account, cash_pays=base.member_pays - account))
    return found
