"""The working of a settlement, line by line: each with its numbers, who pays, and the article; together the total."""

from typing import NamedTuple

from estimator.coverage import Finding
from estimator.facts import Facts
from estimator.lines import Line, cites, product
from estimator.money import share, show_ratio, show_yuan
from estimator.plan import Key, Plan
from estimator.price import Amounts, Cell

Cite = tuple[tuple[str, str], ...]


class Basis(NamedTuple):
    """What the lines of one settlement are made from.

    Attributes:
        key: which cell of the plan.
        class_b: the amount of class-B items and the ratio paid first (millionths).
        items: class-B items one by one, in place of `class_b`.
        used: what the fund had paid before, in fen.
        out_cite: the articles on cost outside the catalogues.
        class_b_cite: the articles on the first self-pay.
        share_cite: the articles on the share, with the one on referral where it applies.
        points: how the raised copay is called, "" where it is not raised.
    """

    key: Key
    class_b: int
    ratio: int
    items: tuple[tuple[int, int], ...]
    used: int
    out_cite: Cite
    class_b_cite: Cite
    share_cite: Cite
    points: str


def lines_of(plan: Plan, cell: Cell, basis: Basis, amounts: Amounts) -> list[Line]:
    """The lines of a settlement; the amounts of those a member or the fund pays add up to the total."""
    lines: list[Line] = []
    if amounts.out_of_catalogue:
        formula = f"目录外费用 {show_yuan(amounts.out_of_catalogue)}"
        lines.append(
            Line("out_of_catalogue", "目录外自费", amounts.out_of_catalogue, "member", formula, basis.out_cite)
        )
    if amounts.class_b_self_pay:
        formula = _class_b(basis)
        cite = basis.class_b_cite
        lines.append(Line("class_b_self_pay", "乙类先行自付", amounts.class_b_self_pay, "member", formula, cite))
    lines.append(_deductible(plan, cell, basis, amounts))
    lines.append(_copay(cell, basis, amounts))
    if amounts.over_cap:
        lines.append(_over_cap(plan, cell, basis, amounts))
    above = amounts.in_scope - amounts.deductible
    formula = f"{show_yuan(above)} − {show_yuan(amounts.copay)}"
    if not cell.of_member:
        formula = _shares(cell, basis, amounts)
    if amounts.over_cap:
        formula += f" − {show_yuan(amounts.over_cap)}"
    lines.append(Line("fund_pays", "统筹基金支付", amounts.fund_pays, "fund", formula, basis.share_cite))
    return lines


def _class_b(basis: Basis) -> str:
    if basis.items:
        return " + ".join(product(amount, ratio) for amount, ratio in basis.items)
    return product(basis.class_b, basis.ratio)


def _deductible(plan: Plan, cell: Cell, basis: Basis, amounts: Amounts) -> Line:
    formula = plan.explain("deductible", basis.key) or "没有起付标准"
    if amounts.deductible < cell.deductible:
        formula += f" = {show_yuan(cell.deductible)},政策范围内费用只有 {show_yuan(amounts.in_scope)}"
    cite = plan.cite["deductible"] or basis.share_cite
    return Line("deductible", "起付标准", amounts.deductible, "member", formula, cite)


def _copay(cell: Cell, basis: Basis, amounts: Amounts) -> Line:
    above = amounts.in_scope - amounts.deductible
    if cell.of_member:
        formula = _shares(cell, basis, amounts)
    else:
        formula = f"{show_yuan(above)} − {show_yuan(amounts.fund_before_cap)}"
    return Line("copay", "个人负担比例部分", amounts.copay, "member", formula, basis.share_cite)


def _shares(cell: Cell, basis: Basis, amounts: Amounts) -> str:
    """The published ratios on the cost above the deductible, band by band."""
    if len(cell.bands) == 1:
        start = f"{show_yuan(amounts.in_scope)} − {show_yuan(amounts.deductible)}" if amounts.deductible else ""
        start = f"({start})" if start else show_yuan(amounts.in_scope)
        return f"{start} × {show_ratio(cell.bands[0][1])}{basis.points}"
    parts, begin = [], amounts.deductible
    for end, ratio in cell.bands:
        stop = amounts.in_scope if end is None else min(end, amounts.in_scope)
        if stop > begin:
            parts.append(f"{show_yuan(stop - begin)} × {show_ratio(ratio)}")
            begin = stop
    return (" + ".join(parts) or "0.00") + basis.points


def _over_cap(plan: Plan, cell: Cell, basis: Basis, amounts: Amounts) -> Line:
    left = max(0, (cell.cap or 0) - basis.used)
    limit = plan.explain("cap", basis.key)
    spent = f" − 已付 {show_yuan(basis.used)}" if basis.used else ""
    formula = f"{show_yuan(amounts.fund_before_cap)} − {show_yuan(left)}(最高支付限额 {limit}{spent})"
    return Line("over_cap", "超过最高支付限额", amounts.over_cap, "member", formula, plan.cite["cap"])


def uncovered_lines(finding: Finding, amounts: Amounts) -> list[Line]:
    """The one line of a stay that is not covered."""
    total = amounts.total
    return [Line("not_covered", "统筹基金不支付", total, finding.payer, show_yuan(total), finding.cite)]


def class_b_self(facts: Facts, class_b: int, ratio: int) -> int:
    """What the member pays first of class-B cost: each published ratio rounded once."""
    items = facts.get("class_b_items")
    if items:
        return sum(share(amount, ratio if own is None else own) for amount, own in items)
    return share(class_b, ratio)


__all__ = ["Basis", "cites", "class_b_self", "lines_of", "uncovered_lines"]
