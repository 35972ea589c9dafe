"""What aid looks at: the fees of a stay, what insurance paid, and what the member paid."""

from typing import NamedTuple

from estimator.benefits.ask import Ask
from estimator.benefits.facts import Facts
from estimator.facts import Error, high_of, low_of


class Cost(NamedTuple):
    """What was spent, in fen.

    Attributes:
        eligible: fees of the kinds that are aided, each within its limit.
        whole: the whole cost.
        reimbursed: what insurance paid.
        paid: what the member paid after insurance.
    """

    eligible: int
    whole: int
    reimbursed: int
    paid: int


def check(facts: Facts) -> list[Error]:
    """Parts of the cost that are greater than the whole."""
    whole, errors = _whole_of(facts), []
    said = sum(amount for _, amount in facts.get("items", ()))
    if "total" in facts and said > high_of(facts["total"]):
        errors.append(Error("items", "各项费用相加大于总费用", "相加不大于 total"))
    out = low_of(facts.get("out_of_catalogue", 0))
    if "total" in facts and out > high_of(facts["total"]):
        errors.append(Error("out_of_catalogue", "目录外费用大于总费用", "不大于 total 的金额"))
    if whole is not None and low_of(facts.get("reimbursed", 0)) > whole:
        errors.append(Error("reimbursed", "医保报销大于费用合计", "不大于费用合计的金额"))
    elif whole is not None and low_of(facts.get("reimbursed", 0)) + low_of(facts.get("personal_paid", 0)) > whole:
        errors.append(Error("personal_paid", "报销与个人支付相加大于费用合计", "与 reimbursed 相加不大于费用合计"))
    return errors


def _whole_of(facts: Facts) -> int | None:
    """The whole cost where it is said; items beside `personal_paid` need not be complete."""
    if "total" in facts:
        return int(high_of(facts["total"]))
    if "items" in facts and "personal_paid" not in facts:
        return int(sum(amount for _, amount in facts["items"]))
    return None


def cost_of(ask: Ask, part: str) -> Cost | None:
    """The cost from its items, else from the total of a settlement, else from what the member paid."""
    paid, items, total = ask.get("personal_paid"), ask.get("items"), ask.get("total")
    listed = sum(amount for _, amount in items or ())
    reimbursed = _reimbursed(ask, listed if total is None else total, part)
    if items is not None:
        whole = total if total is not None else listed if paid is None else max(listed, reimbursed + paid)
        return Cost(_eligible(ask, items), whole, reimbursed, whole - reimbursed if paid is None else paid)
    if total is not None:
        if part != "serious":
            ask.assume("items", None, "没有列出各项费用,目录内的都按可以救助、没有超过单次限额算")
        eligible = total - (ask.get("out_of_catalogue") or 0)
        return Cost(eligible, total, reimbursed, total - reimbursed if paid is None else paid)
    if paid is None:
        return None
    if part != "serious":
        ask.assume("items", None, "没有列出各项费用,都按可以救助、没有超过单次限额算")
    return Cost(reimbursed + paid, reimbursed + paid, reimbursed, paid)


def _reimbursed(ask: Ask, whole: int, part: str) -> int:
    """What insurance paid: said, or the rest beside what the member paid, else taken to be nothing."""
    if "reimbursed" in ask:
        known = "items" in ask or "total" in ask
        return min(int(ask.get("reimbursed")), whole) if known and "personal_paid" not in ask else ask.get("reimbursed")
    if "personal_paid" in ask:
        return max(0, whole - int(ask.get("personal_paid")))
    return 0 if part == "serious" and not whole else int(ask.assume("reimbursed", 0, "医保没有报销"))


def _eligible(ask: Ask, items: tuple[tuple[str, int], ...]) -> int:
    kinds = ask.rule("inpatient_aid").kinds
    found = 0
    for name, amount in items:
        if name in kinds:
            limit = kinds[name]
            found += amount if limit is None else min(amount, limit.value)
    return found


def unlisted(ask: Ask) -> tuple[str, ...]:
    """A note on kinds of fees that are not aided."""
    kinds = ask.rule("inpatient_aid").kinds
    names = dict.fromkeys(name for name, _ in ask.get("items") or () if name not in kinds)
    return (f"{'、'.join(names)}不在救助范围里,没有算",) if names else ()
