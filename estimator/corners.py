"""Where the amounts of a stay are least and greatest: a few corners of the intervals its facts may lie in.

Every amount but one grows or falls steadily with each unknown amount (a fen more of in-scope cost is a fen more of
exactly one of deductible, copay and fund's part), so no point inside the intervals lies beyond the corners. The one is
what the member pays in cash: the personal account pays class-B self-pay but not what is above the cap, so a higher
class-B part first lowers the cash (as long as the fund is at its cap) and then raises it. Its greatest stands at a
corner too, its least also where the fund just comes down to its cap (`estimator.ranges.turning_points`).
"""

from collections.abc import Iterable

from estimator.facts import high_of, low_of
from estimator.money import Interval, share
from estimator.price import Cell, price

Amount = int | Interval
Corner = tuple[int, int, int, int]  # total, out of catalogue, class B, class-B ratio


def ends(value: Amount) -> tuple[int, ...]:
    """The ends of an interval, or the one value."""
    return (value,) if isinstance(value, int) else (value.low, value.high)


def corners(total: Amount, out: Amount, class_b: Amount, ratio: Amount) -> list[Corner]:
    """The corners where amounts are least or greatest: first the least for the member, then the greatest.

    No corner where no such bill exists (parts greater than the whole).
    """
    out_low, out_high = low_of(out), high_of(out)
    b_low, b_high = low_of(class_b), high_of(class_b)
    r_low, r_high = low_of(ratio), high_of(ratio)
    least, most = max(low_of(total), out_low + b_low), high_of(total)
    if least > most:
        return []

    def full(whole: int) -> Corner:
        outside = min(out_high, whole - b_low)
        return whole, outside, min(b_high, whole - outside), r_high

    found = (
        (least, out_low, b_low, r_low),
        full(most),
        full(least),
        (most, out_low, b_low, r_low),
        (most, out_low, min(b_high, most - out_low), r_high),
        (least, min(out_high, least - b_low), b_low, r_low),
    )
    return list(dict.fromkeys(found))


def account_corners(total: Amount, out: Amount, class_b: Amount, ratio: Amount) -> list[Corner]:
    """The further corners that matter where there is a personal account: the cash alone has extremes there."""
    out_low, out_high = low_of(out), high_of(out)
    b_low, b_high = low_of(class_b), high_of(class_b)
    least, most = max(low_of(total), out_low + b_low), high_of(total)
    if least > most:
        return []
    return [
        (most, min(out_high, most - b_low), b_low, low_of(ratio)),
        (least, out_low, min(b_high, least - out_low), high_of(ratio)),
    ]


def dearest(cells: Iterable[Cell], total: int, out: Amount, class_b: Amount, ratio: Amount) -> int:
    """The most the fund would pay before its cap, over all completions of the facts."""
    most = 0
    for whole, outside, b, r in corners(total, out, class_b, ratio):
        first = share(b, r)
        most = max(most, *(price(cell, whole, outside, first).fund_before_cap for cell in cells))
    return most
