"""Maternity: examinations before birth, the birth elsewhere, the allowance of the leave; and the county's lump sum."""

from typing import Any

from estimator.benefits import kind
from estimator.benefits.ask import Ask, Candidates, line
from estimator.benefits.facts import Facts
from estimator.benefits.outcome import Fen, Outcome
from estimator.facts import Error
from estimator.lines import Line, cites
from estimator.money import say_yuan, show_yuan

_FACTS = (
    *("months_before", "months_after", "remote_birth", "local_birth", "leave_days", "unit_monthly_average_wage"),
    *("actual_cost", "actual_prenatal_cost", "birth", "completed_years", "interrupted", "years_since_reenrolment"),
    *("policy_compliant", "household_incomplete"),
)
_OUTPUTS = {
    "prenatal": "产前检查费",
    "claimable": "现在可以申领",
    "months_to_go": "还要再缴几个月",
    "delivery": "生育医疗费定额",
    "daily_allowance": "生育津贴日标准",
    "allowance": "生育津贴",
    "total": "合计",
    "lump_sum": "一次性补偿",
}
_BIRTHS = {
    "normal": "正常分娩",
    "difficult": "难产",
    "caesarean": "剖宫产",
    "caesarean_plus": "剖宫产并做其他妇科手术",
}


def _unsaid(ask: Ask) -> Candidates:
    grant = ask.rule("birth_grant")
    if grant is None:
        return {"months_before": tuple(range(ask.rule("prenatal").months.value + 1))}
    years = grant.years.value
    found: Candidates = {"birth": tuple(grant.cells), "policy_compliant": (True, False)}
    if not ask.get("interrupted"):
        found["completed_years"] = (0, years)
    return found


def _check(facts: Facts) -> list[Error]:
    if facts.get("local_birth") and "remote_birth" in facts:
        return [Error("local_birth", "又说在异地生育,又说在本地生育", "remote_birth 和 local_birth 写一个")]
    return []


def _main(ask: Ask) -> Outcome:
    return _grant(ask) if ask.rule("birth_grant") else _insurance(ask)


class _Part:
    """One part of the benefit: its amounts, its working, and what is missing for it."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.lines: list[Line] = []
        self.missing: list[str] = []
        self.reason = ""


def _insurance(ask: Ask) -> Outcome:
    """The maternity insurance of henan-employee."""
    rule = ask.rule("prenatal")
    parts = [_prenatal(ask, rule), _delivery(ask), _allowance(ask)]
    values: dict[str, Any] = dict.fromkeys(_OUTPUTS)
    for part in parts:
        values.update(part.values)
    values.update(_claim(ask, rule))
    missing = tuple(name for part in parts for name in part.missing)
    if not missing:
        values["total"] = Fen(sum(values[name] or 0 for name in ("prenatal", "delivery", "allowance")))
    working = tuple(one for part in parts for one in part.lines)
    reason = ";".join(part.reason for part in parts if part.reason)
    return Outcome(values, working, missing, reason, notes=_notes(ask, values, rule), cite=cites(rule))


def _prenatal(ask: Ask, rule: Any) -> _Part:
    part, months = _Part(), ask.get("months_before")
    enough = months >= rule.months.value
    fen = rule.flat.value if enough else rule.monthly.value * months
    formula = str(rule.flat) if enough else f"{show_yuan(rule.monthly.value)} × {months}"
    part.values["prenatal"] = Fen(fen)
    part.lines.append(line("prenatal", "产前检查费", fen, "fund", formula, rule))
    return part


def _delivery(ask: Ask) -> _Part:
    part, how = _Part(), ask.get("remote_birth")
    rule = ask.rule("delivery")
    if how is not None:
        fen = rule.cells[how].value
        part.values["delivery"] = Fen(fen)
        part.lines.append(line("delivery", f"异地生育定额({_BIRTHS[how]})", fen, "fund", str(rule.cells[how]), rule))
    elif ask.get("local_birth"):
        part.missing.append("local_delivery_rule")
        part.reason = "在本地生育的医疗费怎么付,手头的文件没有写"
    elif "local_birth" in ask:
        part.missing.append("remote_birth")
    return part


def _allowance(ask: Ask) -> _Part:
    part, days, wage = _Part(), ask.get("leave_days"), ask.get("unit_monthly_average_wage")
    if days is None and wage is None:
        return part
    rule = ask.rule("maternity_allowance")
    if wage is None:
        part.missing.append("unit_monthly_average_wage")
        return part
    divisor = rule.divisor.value
    daily = (2 * wage + divisor) // (2 * divisor)
    part.values["daily_allowance"] = Fen(daily)
    formula = f"{show_yuan(wage)} ÷ {divisor}"
    part.lines.append(line("daily_allowance", "生育津贴日标准", daily, "none", formula, rule))
    if days is None:
        part.missing.append("leave_days")
        return part
    part.values["allowance"] = Fen(daily * days)
    formula = f"{show_yuan(daily)} × {days}"
    part.lines.append(line("allowance", "生育津贴", daily * days, "fund", formula, rule))
    return part


def _claim(ask: Ask, rule: Any) -> dict[str, Any]:
    """Whether it may be claimed now, else how many months are still to be paid after birth."""
    if ask.get("months_before") >= rule.months.value:
        return {"claimable": True, "months_to_go": 0}
    paid = ask.assume("months_after", 0, "生育后还没有继续缴费")
    to_go = max(0, rule.further.value - paid)
    return {"claimable": to_go == 0, "months_to_go": to_go}


def _notes(ask: Ask, values: dict[str, Any], rule: Any) -> tuple[str, ...]:
    found = []
    if ask.get("months_before") >= rule.months.value:
        found.append("法定产假期满时申领")
    elif not values["claimable"]:
        found.append(f"生育后要连续缴费满{rule.further}才能申领,还差{values['months_to_go']}个月")
    if "actual_cost" in ask or "actual_prenatal_cost" in ask:
        found.append("定额支付,实际花多花少都按定额")
    if values["delivery"] is None and "local_birth" not in ask:
        found.append("没有说在异地还是本地生育,合计不含生育医疗费")
    if values["allowance"] is None and "leave_days" not in ask and "unit_monthly_average_wage" not in ask:
        found.append("没有说产假天数和单位月平均缴费工资,合计不含生育津贴")
    return tuple(found)


def _grant(ask: Ask) -> Outcome:
    """The county's lump sum: policy compliant, and so many years of continuous payment (第四条1(4), 3, 第八条4)."""
    rule = ask.rule("birth_grant")
    fen = rule.cells[ask.get("birth")].value
    why = _refused(ask, rule)
    values: dict[str, Any] = dict.fromkeys(_OUTPUTS)
    if why:
        values["lump_sum"] = Fen(0)
        return Outcome(values, (line("lump_sum", "一次性补偿", 0, "none", why, rule),), reason=why, covered=False)
    values["lump_sum"] = Fen(fen)
    label = f"{'顺产' if ask.get('birth') == 'normal' else '剖宫产'}一次性补偿"
    return Outcome(values, (line("lump_sum", label, fen, "fund", say_yuan(fen), rule),))


def _refused(ask: Ask, rule: Any) -> str:
    if ask.assume("household_incomplete", value=False, text="同一户口簿的人都已参保"):
        return "没有整户参保的,不享受连续参保的优惠待遇"
    if not ask.get("policy_compliant"):
        return "不符合计划生育政策的,没有这项补偿"
    if ask.assume("interrupted", value=False, text="缴费没有中断过"):
        years = ask.assume("years_since_reenrolment", 0, "中断后再参保视同新参保,年数按0年算")
    else:
        years = ask.get("completed_years")
    return "" if years >= rule.years.value else f"连续缴费不满{rule.years}"


kind(
    "maternity",
    title="生育能领多少",
    facts=_FACTS,
    outputs=_OUTPUTS,
    rule=("prenatal", "birth_grant"),
    main=("total", "prenatal", "lump_sum"),
    unsaid=_unsaid,
    check=_check,
)(_main)
