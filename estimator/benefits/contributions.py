"""What member and unit pay in each month, and from when a new member has benefits."""

from estimator.benefits import bases, kind
from estimator.benefits.ask import Ask, Candidates, line
from estimator.benefits.outcome import Fen, Outcome
from estimator.coverage import add_months
from estimator.lines import cites, product
from estimator.money import share, show_yuan


def _status(ask: Ask) -> Candidates:
    return {"status": bases.statuses(ask)}


@kind(
    "contribution",
    title="个人每月缴多少",
    facts=("status", "annual_wage", "monthly_base", "monthly_pension", "average_wage"),
    outputs={"monthly_base": "月缴费工资", "employee_part": "个人每月缴费"},
    rule="contribution",
    main="employee_part",
    unsaid=_status,
    check=bases.check,
)
def contribution(ask: Ask) -> Outcome:
    """The member's own contribution (henan 第五条, nanchang 第四条); pensioners pay none."""
    rule = ask.rule("contribution")
    if ask.get("status") == "retired":
        free = line("employee_part", "个人缴费", 0, "member", "退休人员不缴费", rule)
        return Outcome({"monthly_base": None, "employee_part": Fen(0)}, (free,))
    base = bases.wage_base(ask, rule)
    if base.fen is None:
        return Outcome({"monthly_base": None, "employee_part": None}, missing=base.missing, cite=cites(rule))
    ratio = rule.employee.value
    own = share(base.fen, ratio)
    paid = line("employee_part", "个人缴费", own, "member", product(base.fen, ratio), rule)
    return Outcome({"monthly_base": base.fen, "employee_part": Fen(own)}, (*base.lines, paid))


@kind(
    "employer-contribution",
    title="单位每月缴多少",
    facts=("annual_payroll", "sum_of_monthly_bases"),
    outputs={"unit_monthly_base": "单位月缴费基数", "employer_contribution": "单位每月缴费"},
    rule="unit_base",
    main="employer_contribution",
)
def employer_contribution(ask: Ask) -> Outcome:
    """The unit's contribution: its payroll a month, at least the sum of its members' bases."""
    payroll, bases_sum = ask.get("annual_payroll"), ask.get("sum_of_monthly_bases")
    rule, paying = ask.rule("unit_base"), ask.rule("contribution")
    missing = tuple(name for name in ("annual_payroll", "sum_of_monthly_bases") if name not in ask)
    if missing:
        known = bases.monthly(payroll) if payroll is not None else bases_sum
        reason = "单位基数取工资总额月平均数和个人基数之和中较大的,两个数都要有"
        if known is not None:
            reason += f";至少是{show_yuan(known)}元"
        nothing = dict.fromkeys(("unit_monthly_base", "employer_contribution"))
        return Outcome(nothing, missing=missing, reason=reason, cite=(*cites(rule), *cites(paying)))
    average = bases.monthly(payroll)
    fen = max(average, bases_sum)
    formula = f"max({show_yuan(payroll)} ÷ {bases.MONTHS}, {show_yuan(bases_sum)})"
    ratio = paying.employer.value
    paid = share(fen, ratio)
    lines = (
        line("unit_monthly_base", "单位月缴费基数", fen, "none", formula, rule),
        line("employer_contribution", "单位缴费", paid, "employer", product(fen, ratio), paying),
    )
    return Outcome({"unit_monthly_base": Fen(fen), "employer_contribution": Fen(paid)}, lines)


@kind(
    "benefit-start",
    title="缴费后从哪天起享受待遇",
    facts=("first_contribution",),
    outputs={"benefit_start": "待遇开始日"},
    rule="waiting",
)
def benefit_start(ask: Ask) -> Outcome:
    """The first day of benefits (henan 第七条: from the month after the first contribution)."""
    rule = ask.rule("waiting")
    first = ask.get("first_contribution")
    if first is None:
        return Outcome({"benefit_start": None}, missing=("first_contribution",), cite=cites(rule))
    return Outcome({"benefit_start": add_months(first, rule.months.value)}, cite=cites(rule))
