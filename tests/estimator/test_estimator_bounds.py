"""The bounds of a range against brute force: on tiny bills every completion is priced, one by one."""

import random
from itertools import product

import pytest

from estimator.case import Case, Option
from estimator.money import ONE, Interval, share
from estimator.price import Amounts, Cell, price
from estimator.ranges import settlements, turning_points


def interval(low, high):
    return low if low == high else Interval(low, high)


def some_cell(draw):
    if draw.random() < 0.7:
        bands = ((None, draw.choice([0, 100_000, 200_000, 333_333, 500_000, 900_000, ONE])),)
    else:
        bands = ((draw.randint(1, 12), draw.choice([100_000, 500_000])), (None, draw.choice([200_000, 900_000])))
    return Cell(draw.randint(0, 6), draw.random() < 0.5, bands, draw.choice([None, draw.randint(0, 10)]))


def some_case(draw):
    """A case of a few fen, with any of its amounts known only to lie in an interval."""
    total, out, class_b = draw.randint(0, 14), draw.randint(0, 3), draw.randint(0, 3)
    ratio, used, balance = draw.choice([0, 100_000, 500_000]), draw.choice([0, 0, 3]), draw.choice([0, 2, 5, 20])
    cells = [some_cell(draw) for _ in range(draw.randint(1, 2))]
    return Case(
        interval(total, total + draw.choice([0, 0, 3])),
        interval(out, out + draw.choice([0, 2, 9])),
        interval(class_b, class_b + draw.choice([0, 2, 9])),
        interval(ratio, draw.choice([ratio, ratio, ONE])),
        interval(used, used + draw.choice([0, 0, 4])),
        interval(balance, balance + draw.choice([0, 0, 3])),
        tuple(Option(None, (str(number),), cell) for number, cell in enumerate(cells)),
        (),
        (),
    )


def every(value, step=1):
    return [value] if isinstance(value, int) else range(value.low, value.high + 1, step)


def completions(case, cells):
    """The amounts of every completion."""
    firsts = [share(b, r) for b, r in product(range(13), every(case.ratio, 50_000))]
    by_class_b = {b: set(firsts[b * (len(firsts) // 13) : (b + 1) * (len(firsts) // 13)]) for b in range(13)}
    for total, out, class_b in product(every(case.total), every(case.out), every(case.class_b)):
        if out + class_b > total:
            continue
        for first, used, balance, cell in product(
            by_class_b[class_b], every(case.used), every(case.balance), set(cells)
        ):
            yield price(cell, total, out, first, used=used, balance=balance)


def ends(amounts):
    columns = list(zip(*amounts, strict=True))
    return [min(column) for column in columns], [max(column) for column in columns]


@pytest.mark.parametrize("seed", range(8))
def test_the_bounds_are_exactly_the_least_and_greatest_of_all_completions(seed):
    draw = random.Random(seed)
    for _ in range(80):
        case = some_case(draw)
        exact = list(completions(case, [option.cell for option in case.options]))
        found = [one.amounts for one in settlements(case, {}, None)] + turning_points(case, {})
        assert bool(exact) == bool(found)
        if exact:
            assert dict(zip(Amounts._fields, zip(*ends(found), strict=True), strict=True)) == dict(
                zip(Amounts._fields, zip(*ends(exact), strict=True), strict=True)
            ), case


def raised(cell, points):
    sign = points if cell.of_member else -points
    return cell._replace(bands=tuple((end, max(0, min(ONE, ratio + sign))) for end, ratio in cell.bands))


@pytest.mark.parametrize("seed", range(4))
def test_an_unpublished_raise_stays_inside_the_bounds_whatever_it_is(seed):
    draw = random.Random(1000 + seed)
    for _ in range(60):
        case = some_case(draw)
        cells = [option.cell for option in case.options]
        both = [*cells, *(raised(cell, ONE) for cell in cells)]
        options = tuple(Option(None, (str(number),), cell) for number, cell in enumerate(both))
        case = case._replace(options=options, parameters=("referral_extra_points",))
        every_raise = [raised(cell, points) for cell in cells for points in range(0, ONE + 1, 50_000)]
        exact = list(completions(case, every_raise))
        if not exact:
            continue
        found = [one.amounts for one in settlements(case, {}, None)] + turning_points(case, {})
        (low, high), (least, most) = ends(found), ends(exact)
        for name, *four in zip(Amounts._fields, low, least, most, high, strict=True):
            assert four == sorted(four), (name, case)
