"""Pricing one stay whose facts have been read: covered or not, known or a range, with everything it rests on."""

from datetime import date
from typing import Any

from estimator.assumptions import assumed
from estimator.case import Case, Matter, make_case, plans_of
from estimator.coverage import Finding, judge, settle_by
from estimator.dayrules import DayRules, rules_on
from estimator.facts import Error, Facts
from estimator.lines import citations
from estimator.money import MoneyError, parse_ratio, parse_yuan
from estimator.parameters import Parameters
from estimator.plan import Given
from estimator.price import price
from estimator.ranges import Settlement, settlements
from estimator.report import Answer, bad_input, not_covered, ranged, settled, unknown
from estimator.scheme import Schemes
from estimator.working import class_b_self

_YUAN = ("average_wage", "base_deductible", "base_cap")
FIGURES = (*_YUAN, "class_b_self_ratio", "referral_extra_points")


class Desk:
    """Prices stays of one scheme."""

    def __init__(self, schemes: Schemes, parameters: Parameters, scheme: str, *, lines: bool = True) -> None:
        self.schemes = schemes
        self.parameters = parameters
        self.scheme = scheme
        self.lines = lines

    def figures(self, facts: Facts, day: date) -> dict[str, Given]:
        """The office's figures for a stay: what the request says, else the parameter of the day.

        Raises:
            MoneyError: a parameter's value is not an amount or ratio.
        """
        found: dict[str, Given] = {}
        for name in FIGURES:
            if name in facts:
                if name != "class_b_self_ratio":
                    found[name] = Given(facts[name])
            elif parameter := self.parameters.at(self.scheme, name, day):
                read = parse_yuan if name in _YUAN else parse_ratio
                found[name] = Given(read(parameter.value), parameter.source)
        return found

    def stay(self, facts: Facts, day: date) -> Answer:
        """Price one stay."""
        rules = rules_on(self.schemes, self.scheme, day)
        finding = judge(rules, facts, day)
        try:
            matter = Matter(self.scheme, facts, day, rules, self.figures(facts, day), finding, self.lines)
        except MoneyError as error:
            wrong = Error("parameters", f"本单位登记的数写错了:{error}", "用 yibao parameters set 改正")
            return bad_input({"scheme": self.scheme}, day, [wrong])
        if finding and finding.certain:
            return _not_priced(matter, finding)
        return _priced(matter)


def _not_priced(matter: Matter, finding: Finding) -> Answer:
    if finding.status == "unknown":
        return unknown(matter, finding.missing, finding.reason, finding.cite)
    return not_covered(matter, finding)


def _priced(matter: Matter) -> Answer:
    facts, rules = matter.facts, matter.rules
    plans = plans_of(facts, rules, matter.figures)
    lacking = plans[0].missing
    if split_needed(facts, rules):
        lacking = [*lacking, "stays"]
    if lacking or "total" not in facts:
        return _too_little(matter, lacking)
    case = make_case(facts, rules, matter.figures, plans)
    answer = _worked_out(matter, case)
    answer["assumptions"] = assumed(facts, rules, matter.figures, case.missing)
    if "claim_filed" in facts and (due := settle_by(rules, facts)):
        answer["settle_by"] = {**due, "cite": citations(due["cite"])}
    return answer


def _worked_out(matter: Matter, case: Case) -> Answer:
    facts = matter.facts
    only = case.options[0]
    if case.missing or len(case.options) > 1 or matter.doubt:
        return ranged(matter, case, settlements(case, facts, matter.doubt))
    total, out, class_b, ratio, used, balance = exact(case)
    first = class_b_self(facts, class_b, ratio)
    amounts = price(only.cell, total, out, first, used=used, balance=balance)
    one = Settlement(amounts, only, (total, out, class_b, ratio), used, balance)
    return settled(matter, one)


def exact(case: Case) -> tuple[int, int, int, int, int, int]:
    """The amounts of a case with nothing missing: total, out, class B, ratio, used, balance."""
    found: Any = case[:6]
    return found  # type: ignore[no-any-return]


def split_needed(facts: Facts, rules: DayRules) -> bool:
    """Whether a remote resident's stay runs over New Year and has to be settled in two parts."""
    admitted, discharged = facts.get("admitted"), facts.get("discharged")
    if not (admitted and discharged and facts.get("remote_resident") and rules.first_of("year_split")):
        return False
    crosses: bool = admitted.year < discharged.year
    return crosses


def _too_little(matter: Matter, lacking: list[str]) -> Answer:
    """A stay that cannot even be bounded: without a total, or without a figure of the office."""
    facts, rules = matter.facts, matter.rules
    plan = rules.plan({})
    asks = {
        "total": True,
        "status": plan.statuses != ("",),
        "hospital_level": True,
        "admission_no": len(plan.admissions) > 1,
        "paid_years": len(plan.years) > 1,
        "self_paid": True,
        "class_b": rules.first_of("first_self_pay") is not None,
    }
    missing = [*lacking, *(fact for fact, asked in asks.items() if asked and fact not in facts)]
    reason = "缺少没有公布、也没有登记的数,不能算" if lacking else "没有说总费用,不能算"
    if "stays" in lacking:
        reason = "异地安置人员跨年度住院,要在12月31日和出院时各结算一次,请分成两段说"
    answer = unknown(matter, missing, reason, ())
    if "stays" in lacking or "total" not in facts:
        answer["next_question"] = "stays" if "stays" in lacking else "total"
    return answer
