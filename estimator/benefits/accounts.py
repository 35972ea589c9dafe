"""What is credited to a personal account in a month: the member's own contribution and a share of the unit's."""

from datetime import date
from typing import Any

from estimator.benefits import ages, bases, kind
from estimator.benefits.ask import Ask, Candidates, line
from estimator.benefits.facts import Facts
from estimator.benefits.outcome import Fen, Outcome
from estimator.facts import Error
from estimator.lines import Line, cites, product
from estimator.money import share

_FACTS = (
    *("status", "annual_wage", "monthly_base", "monthly_pension", "average_wage", "age", "born", "month", "year"),
    *("underpaid", "pension_from", "rates"),
)
_OUTPUTS = {
    "monthly_base": "月缴费工资或养老金",
    "employee_part": "个人缴费划入",
    "employer_part": "单位缴费划入",
    "account_credit": "每月划入个人账户",
    "band": "年龄段",
    "band_from": "这一档从哪个月起",
    "next_change": "下次换档的月份",
    "posting_date": "划入日",
}


def _check(facts: Facts) -> list[Error]:
    return ages.check(facts) + bases.check(facts)


def _unsaid(ask: Ask) -> Candidates:
    rule = ask.rule("account_credit")
    found: Candidates = {}
    if "status" not in ask:
        found["status"] = _by_pension(ask, rule) or bases.statuses(ask)
    found[ages.COUNTED] = ages.counted_ages(ask, rule)
    return found


def _by_pension(ask: Ask, rule: Any) -> tuple[str, ...]:
    if rule.retires != "first_pension" or "pension_from" not in ask:
        return ()
    return ("retired",)


@kind(
    "account-credit",
    title="每月划入个人账户多少",
    facts=_FACTS,
    outputs=_OUTPUTS,
    rule="account_credit",
    main="account_credit",
    unsaid=_unsaid,
    check=_check,
    public=lambda ask: {ages.COUNTED: ages.open_name(ask)},
)
def account_credit(ask: Ask) -> Outcome:
    """The credit of one month (henan 第九条, nanchang 第四条, beijing 第五条)."""
    rule = ask.rule("account_credit")
    nothing: dict[str, Any] = dict.fromkeys(_OUTPUTS)
    status = _status(ask, rule)
    if status == "veteran":
        return _veteran(ask, nothing)
    cell = _cell(rule, status, ask.get(ages.COUNTED))
    if cell is None:
        reason = f"划入比例写在{rule.published_in}里,手头没有这份文件"
        return Outcome(nothing, missing=("rates",), reason=reason, cite=cites(rule))
    values = {**nothing, "band": cell.band, **_dates(ask, rule, status)}
    if rule.stops_when_underpaid and ask.assume("underpaid", value=False, text="单位和本人都已缴足"):
        return _underpaid(ask, {**values, "monthly_base": _base(ask, rule, status).fen})
    base = _base(ask, rule, status)
    values["monthly_base"] = base.fen
    ratio, own = _ratios(ask, rule, cell, status)
    if ratio is None:
        reason = f"划入比例写在{rule.published_in}里,手头没有这份文件"
        return Outcome(values, base.lines, (*base.missing, "rates"), reason, cite=cites(rule))
    if base.fen is None:
        return Outcome(values, missing=base.missing, cite=cites(rule))
    return _credited(rule, values, base, ratio, own)


def _credited(rule: Any, values: dict[str, Any], base: bases.Base, ratio: int, own: tuple[int, Any] | None) -> Outcome:
    assert base.fen is not None
    lines: list[Line] = [*base.lines]
    employee = 0
    if own is not None:
        employee = share(base.fen, own[0])
        values["employee_part"] = Fen(employee)
        lines.append(line("employee_part", "个人缴费划入", employee, "member", product(base.fen, own[0]), own[1]))
    employer = share(base.fen, ratio)
    values["employer_part"] = Fen(employer)
    lines.append(line("employer_part", "单位缴费划入", employer, "employer", product(base.fen, ratio), rule))
    values["account_credit"] = Fen(employee + employer)
    notes = () if own is not None else ("手头的文件只写了单位缴费划入的部分,个人缴费划入多少没有写,这里没有算",)
    return Outcome(values, tuple(lines), notes=notes)


def _status(ask: Ask, rule: Any) -> str:
    """In work or retired in the month asked about; where the rule says so, from the month of the first pension."""
    if rule.retires == "first_pension" and "pension_from" in ask:
        month = ages.asked_month(ask) or ask.day
        return "retired" if ask.get("pension_from") <= month else "active"
    return str(ask.get("status"))


def _cell(rule: Any, status: str, age: int) -> Any:
    """The band of the greatest starting age that is reached."""
    fitting = [cell for cell in rule.cells.values() if cell.status == status and _start(cell) <= age]
    return max(fitting, key=_start, default=None)


def _start(cell: Any) -> int:
    return cell.from_age.value if cell.from_age else 0


def _base(ask: Ask, rule: Any, status: str) -> bases.Base:
    if status == "active":
        return bases.wage_base(ask, ask.rule("contribution") or rule)
    if rule.published_in and "monthly_pension" not in ask:
        return bases.wage_base(ask, rule)
    return bases.pension_base(ask, rule)


def _ratios(ask: Ask, rule: Any, cell: Any, status: str) -> tuple[int | None, tuple[int, Any] | None]:
    """The unit's share, and the member's own share with its rule; None where no document has it."""
    rates = ask.get("rates") or {}
    published = cell.value.value if cell.value else rates.get(cell.band, rates.get("any"))
    if status == "retired":
        return published, (0, rule) if rule.own else None
    if rule.own:
        contribution = ask.rule("contribution")
        return published, (contribution.employee.value, contribution)
    return published, (rates["employee"], rule) if "employee" in rates else None


def _underpaid(ask: Ask, values: dict[str, Any]) -> Outcome:
    stop = ask.scheme.rule("underpaid", ask.day) or ask.rule("account_credit")
    zero = dict.fromkeys(("employee_part", "employer_part", "account_credit"), Fen(0))
    working = line("account_credit", "没有缴足,不划入", 0, "none", "0", stop)
    return Outcome({**values, **zero}, (working,), reason="没有缴足基本医疗保险费期间,个人账户不划入")


def _veteran(ask: Ask, nothing: dict[str, Any]) -> Outcome:
    for rule in ask.scheme.of_kind("exclusion", ask.day):
        if rule.when.get("status") == ("veteran",):
            return Outcome(nothing, reason=rule.reason, covered=False, cite=cites(rule))
    return Outcome(nothing, missing=("veteran_rule",), reason="手头的文件没有写离休人员的个人账户")


def _dates(ask: Ask, rule: Any, status: str) -> dict[str, Any]:
    """The month the band began and the month it changes next, and the posting day, where the rule fixes them."""
    found: dict[str, Any] = {}
    if rule.changes != "month_after":
        return found
    month = ages.asked_month(ask)
    if rule.posting_day and month:
        found["posting_date"] = month.replace(day=rule.posting_day.value)
    born = ask.get("born")
    if born is None or not month:
        return found
    starts = [
        _month_after(born, _start(cell)) for cell in rule.cells.values() if cell.status == status and cell.from_age
    ]
    if status == "retired" and "pension_from" in ask:
        starts.append(ask.get("pension_from"))
    found["band_from"] = max((start for start in starts if start <= month), default=None)
    found["next_change"] = min((start for start in starts if start > month), default=None)
    return found


def _month_after(born: date, age: int) -> date:
    """The month after the one in which this age is reached."""
    return date(born.year + age + born.month // 12, born.month % 12 + 1, 1)
