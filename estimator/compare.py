"""What a changed rate would have done: the same stays priced under two versions, and the difference summed."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from estimator.batch import BAD, STEP, Pricer, Progress, Result, opened
from estimator.money import format_yuan, parse_yuan

SIDES = ("member_pays", "fund_pays")
COLUMNS = ("outcome_old", "member_old", "fund_old", "outcome_new", "member_new", "fund_new", "member_more", "fund_more")


class Comparison(NamedTuple):
    """What two versions differ by, over the rows that both price exactly; fen.

    Attributes:
        rows: rows read.
        compared: rows both versions price (or both leave to the member).
        changed: rows whose amounts differ.
        member_old: what members pay under the old version; so with the other sums.
        left_out: how many rows were not compared, by "old status/new status".
    """

    rows: int
    compared: int
    changed: int
    member_old: int
    member_new: int
    fund_old: int
    fund_new: int
    left_out: dict[str, int]

    @property
    def member_more(self) -> int:
        """How much more members pay under the new version."""
        return self.member_new - self.member_old

    @property
    def fund_more(self) -> int:
        """How much more the fund pays under the new version."""
        return self.fund_new - self.fund_old


def compare_csv(
    source: Path, target: Path, errors: Path, old: Pricer, new: Pricer, *, progress: Progress | None = None
) -> Comparison:
    """Price every row under two versions; arguments and errors as `estimator.batch.price_csv`."""
    sums: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    with opened(source, target, errors) as files:
        files.write(files.table.header, list(COLUMNS))
        for line, cells, facts in files.table.rows():
            one, two = (each.result(facts) if facts is not None else BAD for each in (old, new))
            files.write(cells, _columns(one.columns, two.columns, sums, left_out))
            files.complain(line, one.faults + [fault for fault in two.faults if fault not in one.faults])
            sums["rows"] += 1
            if progress and sums["rows"] % STEP == 0:
                progress(sums["rows"])
    if progress:
        progress(sums["rows"])
    return Comparison(**{name: sums[name] for name in _COUNTED}, left_out=dict(left_out))


_COUNTED = ("rows", "compared", "changed", "member_old", "member_new", "fund_old", "fund_new")


def _columns(one: Result, two: Result, sums: Counter[str], left_out: Counter[str]) -> list[str | None]:
    """The columns of one row; its amounts are added to the sums where both versions have them."""
    shown = [text or "" for found in (one, two) for text in (found["outcome"], *(found.get(side) for side in SIDES))]
    if any(found.get(side) is None for found in (one, two) for side in SIDES):
        left_out[f"{one['outcome']}/{two['outcome']}"] += 1
        return [*shown, "", ""]
    (member_old, fund_old), (member_new, fund_new) = ([parse_yuan(r[side]) for side in SIDES] for r in (one, two))
    sums.update(member_old=member_old, member_new=member_new, fund_old=fund_old, fund_new=fund_new, compared=1)
    sums["changed"] += (member_old, fund_old) != (member_new, fund_new)
    return [*shown, format_yuan(member_new - member_old), format_yuan(fund_new - fund_old)]
