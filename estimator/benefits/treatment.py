"""Treatment that has its own rule: dialysis, costly examinations, referral out of the region, a remote claim."""

from datetime import timedelta
from typing import Any

from estimator.benefits import kind
from estimator.benefits.ask import Ask, Candidates, line
from estimator.benefits.facts import Facts
from estimator.benefits.outcome import Fen, Outcome
from estimator.coverage import add_months
from estimator.facts import Error
from estimator.lines import cites
from estimator.money import show_yuan
from estimator.workdays import add_workdays, unannounced


@kind(
    "dialysis",
    title="门诊血液透析统筹付多少",
    facts=("visit_costs", "approved"),
    outputs={"fund_pays": "统筹支付", "cash_pays": "个人现金"},
    rule="dialysis",
    unsaid={"approved": (True, False)},
)
def dialysis(ask: Ask) -> Outcome:
    """So much a visit, never more than it cost (beijing-special-disease 3)."""
    rule, costs = ask.rule("dialysis"), ask.get("visit_costs")
    if costs is None:
        return Outcome({"fund_pays": None, "cash_pays": None}, missing=("visit_costs",), cite=cites(rule))
    approved = ask.get("approved")
    fund = sum(min(rule.per_visit.value, cost) for cost in costs) if approved else 0
    cash = sum(costs) - fund
    formula = f"每次最多 {show_yuan(rule.per_visit.value)},共{len(costs)}次" if approved else "没有办好特殊病审批"
    lines = (
        line("fund_pays", "统筹支付", fund, "fund", formula, rule),
        line("cash_pays", "个人现金支付", cash, "member", f"{show_yuan(sum(costs))} - {show_yuan(fund)}", rule),
    )
    values = {"fund_pays": Fen(fund), "cash_pays": Fen(cash)}
    return Outcome(values, lines, reason="" if approved else "没有办好特殊病审批手续", covered=approved)


def _exam_unsaid(ask: Ask) -> Candidates:
    rule = ask.rule("exam_approval")
    found: Candidates = {"approved": (True, False)}
    if not ask.get("approved"):
        found["emergency"] = (False,) if "filed_after_days" not in ask else (True, False)
        if ask.get("emergency"):
            found["filed_after_days"] = (rule.file_within.value, rule.file_within.value + 1)
    found["settlement_ratio"] = (0, 1)
    return found


@kind(
    "exam-approval",
    title="特殊检查要不要审批,没批付不付",
    facts=("fee", "approved", "emergency", "filed_after_days"),
    outputs={"approval_required": "要审批", "fund_pays": "统筹支付", "member_pays": "个人支付"},
    rule="exam_approval",
    main="fund_pays",
    unsaid=_exam_unsaid,
)
def exam_approval(ask: Ask) -> Outcome:
    """A costly examination without approval is not paid (neimenggu-referral 第八条 to 第十一条).

    How an approved one is shared is written elsewhere: the answer lies between nothing and the whole fee.
    """
    rule, fee = ask.rule("exam_approval"), ask.get("fee")
    if fee is None:
        nothing = dict.fromkeys(("approval_required", "fund_pays", "member_pays"))
        return Outcome(nothing, missing=("fee",), cite=cites(rule))
    needed = fee >= rule.from_fee.value
    filed = ask.get("filed_after_days")
    in_time = bool(ask.get("emergency")) and filed is not None and filed <= rule.file_within.value
    if needed and not ask.get("approved") and not in_time:
        return _exam(rule, fee, 0, needed=True, why="没有按规定审批的特殊检查和治疗,医保中心不予支付")
    return _exam(rule, fee, fee * ask.get("settlement_ratio"), needed=needed)


def _exam(rule: Any, fee: int, fund: int, *, needed: bool, why: str = "") -> Outcome:
    values = {"approval_required": needed, "fund_pays": Fen(fund), "member_pays": Fen(fee - fund)}
    formula = show_yuan(fee)
    lines = (
        line("fund_pays", "统筹支付", fund, "fund", formula if fund else "0", rule),
        line("member_pays", "个人支付", fee - fund, "member", formula if fee - fund else "0", rule),
    )
    notes = () if why else ("怎么分担按《自治区本级职工基本医疗保险费用结算暂行办法》,手头没有这份文件",)
    return Outcome(values, lines, reason=why, covered=not why, notes=notes)


@kind(
    "referral-days",
    title="转往区外能治多少天,什么时候办延期",
    facts=("care", "referred_on"),
    outputs={
        "days": "天数",
        "last_day": "最后一天",
        "extension_from": "延期从哪天起办",
        "extension_until": "延期最晚哪天办",
    },
    rule="referral_days",
    main="days",
    unsaid={"care": ("outpatient", "inpatient")},
)
def referral_days(ask: Ask) -> Outcome:
    """20 days for outpatients, 60 for inpatients; more is asked for in the last ten days (第六条)."""
    rule = ask.rule("referral_days")
    days = (rule.outpatient if ask.get("care") == "outpatient" else rule.inpatient).value
    found: dict[str, Any] = {"days": days, "last_day": None, "extension_from": None, "extension_until": None}
    begun = ask.get("referred_on")
    if begun is None:
        return Outcome(found, cite=cites(rule))
    last = begun + timedelta(days=days)
    found.update(last_day=last, extension_from=last - timedelta(days=rule.ask_before.value), extension_until=last)
    return Outcome(found, notes=(rule.note,), cite=cites(rule))


def _claim_check(facts: Facts) -> list[Error]:
    filed, left = facts.get("claim_filed"), facts.get("discharged")
    if filed and left and filed < left:
        return [Error("claim_filed", "报送材料早于出院", "不早于出院日期的日期")]
    return []


@kind(
    "remote-claim",
    title="异地安置人员报销材料的期限",
    facts=("discharged", "claim_filed"),
    outputs={"claim_deadline": "最晚报送日", "in_time": "没有过期", "settle_by": "最晚结算日"},
    rule="claim_limit",
    check=_claim_check,
)
def remote_claim(ask: Ask) -> Outcome:
    """Papers within 3 months of discharge, settled within 15 working days (henan-remote-residents 二)."""
    rule = ask.rule("claim_limit")
    left, filed = ask.get("discharged"), ask.get("claim_filed")
    found: dict[str, Any] = {"claim_deadline": None, "in_time": None, "settle_by": None}
    if left is None:
        return Outcome(found, missing=("discharged",), cite=cites(rule))
    found["claim_deadline"] = add_months(left, rule.file_within.value)
    if filed is None:
        return Outcome(found, cite=cites(rule))
    found["in_time"] = filed <= found["claim_deadline"]
    if not found["in_time"]:
        return Outcome(found, reason=f"出院{rule.file_within}后才报送,过期不予受理", covered=False, cite=cites(rule))
    found["settle_by"] = add_workdays(filed, rule.settle_within.value)
    if found["settle_by"] is None:
        years = [str(year) for year in unannounced(filed, rule.settle_within.value)]
        reason = f"{'、'.join(years)}年的放假安排不在日历文件里,{rule.settle_within}算不出是哪一天"
        return Outcome(found, missing=tuple(f"workdays_{year}" for year in years), reason=reason, cite=cites(rule))
    return Outcome(found, cite=cites(rule))
