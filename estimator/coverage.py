"""Whether a stay is covered at all: exclusions, the first month, the limit for handing in papers, what nobody wrote."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from estimator.dayrules import DayRules
from estimator.facts import Facts
from estimator.lines import cites

ASKED = frozenset({"selected_hospital", "emergency"})  # where absent, these are unknown; other conditions are not met


class Finding(NamedTuple):
    """Why a stay is not priced, or may not be.

    Attributes:
        status: `not_covered`, or `unknown` where no document says.
        certain: False where it hangs on the facts in `missing`.
        payer: who pays: the member, or `other` where another regime decides.
        account: whether the personal account pays in-catalogue cost.
    """

    status: Literal["not_covered", "unknown"]
    reason: str
    cite: tuple[tuple[str, str], ...]
    certain: bool = True
    payer: Literal["member", "other"] = "member"
    account: bool = False
    missing: tuple[str, ...] = ()


def judge(rules: DayRules, facts: Facts, day: date) -> Finding | None:
    """The first certain reason not to price a stay, else the first possible one, else None."""
    if not rules.never_priced and rules.triggers.isdisjoint(facts):
        return None
    doubt: Finding | None = None
    for rule in rules.of_kind("exclusion"):
        fits, asked = _fits(rule.when, facts)
        if not fits:
            continue
        finding = Finding("not_covered", rule.reason, cites(rule), not asked, rule.payer, rule.account, asked)
        if finding.certain:
            return finding
        doubt = doubt or finding
    late = _before_benefits(rules, facts, day) or _filed_late(rules, facts)
    return late or _unpublished(rules, facts) or doubt


def _fits(when: Mapping[str, tuple[bool | str, ...]], facts: Facts) -> tuple[bool, tuple[str, ...]]:
    """Whether the conditions can be met, and the facts that would decide."""
    asked = []
    for fact, values in when.items():
        if fact in facts:
            if facts[fact] not in values:
                return False, ()
        elif fact in ASKED:
            asked.append(fact)
        else:
            return False, ()
    return True, tuple(asked)


def _unpublished(rules: DayRules, facts: Facts) -> Finding | None:
    for rule in rules.of_kind("unpublished"):
        if rule.when is None or _fits(rule.when, facts)[0]:
            return Finding("unknown", rule.reason, cites(rule), missing=rule.missing)
    return None


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _before_benefits(rules: DayRules, facts: Facts, day: date) -> Finding | None:
    rule = rules.first_of("waiting")
    if rule is None or "first_contribution" not in facts:
        return None
    start = add_months(facts["first_contribution"], rule.months.value)
    if day >= start:
        return None
    reason = f"从缴费的次月({start:%Y-%m})起才享受待遇,{day.isoformat()} 还没有开始"
    return Finding("not_covered", reason, cites(rule))


def _filed_late(rules: DayRules, facts: Facts) -> Finding | None:
    rule = rules.first_of("claim_limit")
    if rule is None or not facts.get("remote_resident") or not {"claim_filed", "discharged"} <= facts.keys():
        return None
    last = add_months(facts["discharged"], rule.file_within.value)
    if facts["claim_filed"] <= last:
        return None
    reason = f"材料要在出院{rule.file_within}内(到 {last.isoformat()})报送,过期不予受理"
    return Finding("not_covered", reason, cites(rule)[:1])


def settle_by(rules: DayRules, facts: Facts) -> dict[str, Any] | None:
    """When the office is to have settled a remote resident's claim, in working days from its receipt."""
    from estimator.workdays import add_workdays, unannounced  # noqa: PLC0415  (only these claims need the calendar)

    rule = rules.first_of("claim_limit")
    if rule is None or not facts.get("remote_resident") or "claim_filed" not in facts:
        return None
    last = add_workdays(facts["claim_filed"], rule.settle_within.value)
    found = {"within": str(rule.settle_within), "cite": cites(rule)[1:] or cites(rule)}
    if last is None:
        years = "、".join(str(year) for year in unannounced(facts["claim_filed"], rule.settle_within.value))
        return {**found, "day": None, "text": f"{years}年的放假安排不在日历文件里,{rule.settle_within}算不出是哪一天"}
    return {**found, "day": last.isoformat(), "text": f"自接收材料起{rule.settle_within}内审核结算,不晚于 {last}"}
