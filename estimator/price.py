"""Pricing one stay: a few integer steps, in the order the rules give them."""

from typing import NamedTuple

from estimator.money import ONE

TWICE = 2 * ONE


class Cell(NamedTuple):
    """The figures that hold for one kind of member, hospital and admission; money in fen, ratios in millionths.

    Attributes:
        deductible: what the member pays first.
        of_member: whether the ratios are the member's (else the fund's).
        bands: (end in in-scope cost with the deductible included, ratio); the last end is None.
        cap: the most the fund pays in the insured year; None where the rules set no limit.
    """

    deductible: int
    of_member: bool
    bands: tuple[tuple[int | None, int], ...]
    cap: int | None


class Amounts(NamedTuple):
    """All amounts of a settlement, in fen."""

    total: int
    out_of_catalogue: int
    class_b_self_pay: int
    in_scope: int
    deductible: int
    copay: int
    fund_before_cap: int
    over_cap: int
    fund_pays: int
    member_pays: int
    account_pays: int
    cash_pays: int


def banded_copay(cell: Cell, in_scope: int, deductible: int) -> int:
    """The member's part of the cost above the deductible, band by band, each rounded once."""
    copay, start = 0, deductible
    for end, ratio in cell.bands:
        stop = in_scope if end is None or end > in_scope else end
        if stop > start:
            part = ((stop - start) * ratio * 2 + ONE) // TWICE
            copay += part if cell.of_member else stop - start - part
            start = stop
    return copay


def shared(cell: Cell, in_scope: int) -> tuple[int, int, int]:
    """Split in-scope cost into deductible, copay and the fund's part before its cap.

    The side whose ratio is published is rounded half up to the fen; the other side is the remainder.
    """
    deductible, of_member, bands, _ = cell
    if deductible > in_scope:  # noqa: PLR1730  (a call of min costs a quarter of the whole)
        deductible = in_scope
    above = in_scope - deductible
    if len(bands) > 1:
        copay = banded_copay(cell, in_scope, deductible)
    else:
        part = (above * bands[0][1] * 2 + ONE) // TWICE
        copay = part if of_member else above - part
    return deductible, copay, above - copay


def member_pays(cell: Cell, total: int, out: int, class_b_self: int, *, used: int = 0) -> int:
    """What the member pays of a stay: `price` without the other amounts."""
    fund = shared(cell, total - out - class_b_self)[2]
    if cell.cap is not None and fund + used > cell.cap:
        fund = max(0, cell.cap - used)
    return total - fund


def price(cell: Cell, total: int, out: int, class_b_self: int, *, used: int = 0, balance: int = 0) -> Amounts:
    """Settle one stay.

    Args:
        cell: the figures that hold for it.
        total: the whole bill.
        out: cost outside the catalogues.
        class_b_self: what the member pays first of class-B cost.
        used: what the fund has paid in this insured year before.
        balance: what is on the personal account (0 where the scheme has none).

    Returns:
        Amounts that balance: the member's and the fund's parts make the total.
    """
    in_scope = total - out - class_b_self
    deductible, copay, before = shared(cell, in_scope)
    fund = before
    if cell.cap is not None and before + used > cell.cap:
        fund = max(0, cell.cap - used)
    member = total - fund
    covered = deductible + copay + class_b_self
    account = min(balance, covered)
    return Amounts(
        total,
        out,
        class_b_self,
        in_scope,
        deductible,
        copay,
        before,
        before - fund,
        fund,
        member,
        account,
        member - account,
    )


def uncovered(total: int, balance: int = 0) -> Amounts:
    """A stay the fund does not pay for: all of it is the member's."""
    account = min(total, balance)
    return Amounts(total, 0, 0, 0, 0, 0, 0, 0, 0, total, account, total - account)
