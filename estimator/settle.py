"""Answering a request: read the facts, judge what is covered, price, and put the answer together."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from estimator.assumptions import assumed
from estimator.case import Case, make_case, plans_of
from estimator.coverage import Finding, judge, settle_by
from estimator.dayrules import DayRules, rules_on
from estimator.facts import Error, Facts, read_facts
from estimator.lines import citations
from estimator.money import MoneyError, format_yuan, parse_ratio, parse_yuan
from estimator.parameters import Parameters
from estimator.plan import Given
from estimator.price import Amounts, price, uncovered
from estimator.ranges import Settlement, next_question, settlements
from estimator.report import Answer, answer_of, bad_input, settlement_json
from estimator.scheme import Schemes, today
from estimator.working import class_b_self


def settle(request: Mapping[str, Any], schemes: Schemes, parameters: Parameters, *, lines: bool = True) -> Answer:
    """Answer any request of `estimate`: one stay, a year of stays, or variants."""
    from estimator import together  # noqa: PLC0415  (most requests are one stay)

    if "stays" in request:
        return together.year(request, schemes, parameters, lines=lines)
    if "variants" in request:
        return together.variants(request, schemes, parameters, lines=lines)
    facts, errors, ignored = read_facts(request)
    day, more = scheme_and_day(request, facts, schemes)
    if errors or more:
        return bad_input(request, day, errors + more)
    answer = Desk(schemes, parameters, str(request["scheme"]), lines=lines).stay(facts, day)
    if ignored:
        answer["ignored"] = ignored
    if request.get("then") is not None:
        answer = together.then(answer, request["then"], schemes, parameters)
    return answer


def day_of(facts: Facts) -> date:
    """The day whose law holds: discharge, else admission, else `as_of`, else today."""
    for name in ("discharged", "admitted", "as_of"):
        if name in facts:
            found: date = facts[name]
            return found
    return today()


def scheme_and_day(request: Mapping[str, Any], facts: Facts, schemes: Schemes) -> tuple[date, list[Error]]:
    """The day of a request, and what is wrong with its scheme or day."""
    day = day_of(facts)
    name = request.get("scheme")
    if not isinstance(name, str) or name not in schemes:
        what = "没有说是哪个参保办法" if name is None else f"没有方案 {name}"
        return day, [Error("scheme", what, "、".join(sorted(schemes)))]
    since = schemes[name].since
    if since and day < since:
        field = next((one for one in ("discharged", "admitted", "as_of") if one in facts), "as_of")
        return day, [Error(field, f"{schemes[name].title}自{since}起施行,{day}还没有", f"{since}及以后的日期")]
    return day, []


_YUAN = ("average_wage", "base_deductible", "base_cap")
_RATIOS = ("class_b_self_ratio", "referral_extra_points")


class Desk:
    """What prices stays of one scheme: the schemes, the office's figures, and whether lines are wanted."""

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
        for name in (*_YUAN, *_RATIOS):
            if name in facts:
                if name != "class_b_self_ratio":
                    found[name] = Given(facts[name])
                continue
            parameter = self.parameters.at(self.scheme, name, day)
            if parameter is not None:
                read = parse_yuan if name in _YUAN else parse_ratio
                found[name] = Given(read(parameter.value), parameter.source)
        return found

    def stay(self, facts: Facts, day: date) -> Answer:
        """Price one stay whose facts have been read."""
        rules = rules_on(self.schemes, self.scheme, day)
        finding = judge(rules, facts, day)
        if finding and finding.certain:
            return self._not_priced(facts, day, finding)
        try:
            figures = self.figures(facts, day)
        except MoneyError as error:
            wrong = Error("parameters", f"本单位登记的数写错了:{error}", "用 yibao parameters set 改正")
            return bad_input({"scheme": self.scheme}, day, [wrong])
        lacking = plans_of(facts, rules, figures)[0].missing
        if _split_needed(facts, rules):
            lacking = [*lacking, "stays"]
        if lacking or "total" not in facts:
            return self._unknown(facts, day, rules, lacking)
        case = make_case(facts, rules, figures)
        answer = self._priced(case, facts, day, rules, finding)
        answer["assumptions"] = assumed(facts, rules, figures, case.missing)
        due = settle_by(rules, facts)
        if due:
            answer["settle_by"] = {**due, "cite": citations(due["cite"])}
        return answer

    def _priced(self, case: Case, facts: Facts, day: date, rules: DayRules, doubt: Finding | None) -> Answer:
        if not case.missing and len(case.options) == 1 and doubt is None:
            option = case.options[0]
            corner = (case.total, case.out, case.class_b, case.ratio)
            first = class_b_self(facts, case.class_b, case.ratio)  # type: ignore[arg-type]
            amounts = price(option.cell, case.total, case.out, first, case.used, case.balance)  # type: ignore[arg-type]
            one = Settlement(amounts, option, corner, case.used, case.balance)  # type: ignore[arg-type]
            answer = answer_of(self.scheme, day, "ok", amounts)
            answer.update(settlement_json(one, facts, rules, lines=self.lines))
            return answer
        found = settlements(case, facts, doubt)
        return self._range(case, facts, day, rules, found, doubt)

    def _range(
        self, case: Case, facts: Facts, day: date, rules: DayRules, found: list[Settlement], doubt: Finding | None
    ) -> Answer:
        low = min(found, key=lambda one: (one.amounts.member_pays, one.amounts.cash_pays))
        high = max(found, key=lambda one: (one.amounts.member_pays, one.amounts.cash_pays))
        least = Amounts(*map(min, zip(*(one.amounts for one in found), strict=True)))
        most = Amounts(*map(max, zip(*(one.amounts for one in found), strict=True)))
        if least == most:
            answer = answer_of(self.scheme, day, "ok", least)
            answer.update(settlement_json(low, facts, rules, lines=self.lines))
            return answer
        answer = answer_of(self.scheme, day, "range", None)
        for name, one, other in zip(Amounts._fields, least, most, strict=True):
            answer[name] = format_yuan(one) if one == other else None
        answer["low"] = self._end(low, facts, rules, doubt)
        answer["high"] = self._end(high, facts, rules, doubt)
        answer["bounds"] = {
            name: {"low": format_yuan(one), "high": format_yuan(other)}
            for name, one, other in zip(Amounts._fields, least, most, strict=True)
            if name != "member_pays"
        }
        answer["missing"] = [*(doubt.missing if doubt else ()), *case.missing, *case.parameters]
        answer["next_question"] = next_question(case, facts, doubt)
        answer["citations"] = answer["high"]["citations"]
        return answer

    def _end(self, one: Settlement, facts: Facts, rules: DayRules, doubt: Finding | None) -> Answer:
        shown = {name: format_yuan(fen) for name, fen in zip(Amounts._fields, one.amounts, strict=True)}
        return {**shown, **settlement_json(one, facts, rules, lines=self.lines, doubt=doubt, ends=True)}

    def _not_priced(self, facts: Facts, day: date, finding: Finding) -> Answer:
        answer = answer_of(self.scheme, day, finding.status, None)
        answer["reason"] = finding.reason
        answer["citations"] = citations(finding.cite)
        if finding.status == "unknown":
            answer["missing"] = list(finding.missing)
            _show_known(answer, facts)
            return answer
        answer["fund_pays"] = "0.00"
        total = facts.get("total")
        if isinstance(total, int):
            from estimator.working import uncovered_lines  # noqa: PLC0415

            covered = 0
            balance = facts.get("account_balance", 0)
            if finding.account and isinstance(balance, int) and isinstance(facts.get("self_paid", 0), int):
                covered = min(balance, total - facts.get("self_paid", 0))
            amounts = uncovered(total, covered)
            answer["total"] = format_yuan(total)
            if finding.payer == "member":
                answer["member_pays"] = answer["total"]
                answer["account_pays"] = format_yuan(amounts.account_pays)
                answer["cash_pays"] = format_yuan(amounts.cash_pays)
            answer["lines"] = [line.json() for line in uncovered_lines(finding, amounts)] if self.lines else []
        return answer

    def _unknown(self, facts: Facts, day: date, rules: DayRules, lacking: list[str]) -> Answer:
        answer = answer_of(self.scheme, day, "unknown", None)
        _show_known(answer, facts)
        asked = [] if "total" in facts else ["total"]
        plan = rules.plan({})
        statuses = plan.statuses
        if statuses != ("",) and "status" not in facts:
            asked.append("status")
        asked += [
            name for name in _ASKED if name not in facts and (name != "class_b" or rules.first_of("first_self_pay"))
        ]
        if len(plan.admissions) > 1 and "admission_no" not in facts:
            asked.append("admission_no")
        if len(plan.years) > 1 and "paid_years" not in facts:
            asked.append("paid_years")
        answer["missing"] = [*lacking, *asked]
        if "total" not in facts:
            answer["next_question"] = "total"
        elif "stays" in lacking:
            answer["next_question"] = "stays"
        answer["reason"] = _REASON
        return answer


_ASKED = ("hospital_level", "self_paid", "class_b")
_REASON = "缺少没有公布或还没有说的数,不能算"


def _split_needed(facts: Facts, rules: DayRules) -> bool:
    """Whether a remote resident's stay runs over New Year and has to be settled in two parts."""
    admitted, discharged = facts.get("admitted"), facts.get("discharged")
    if not (facts.get("remote_resident") and admitted and discharged and rules.first_of("year_split")):
        return False
    crosses: bool = admitted.year < discharged.year
    return crosses


def _show_known(answer: Answer, facts: Facts) -> None:
    for name, fact in (("total", "total"), ("out_of_catalogue", "self_paid")):
        if isinstance(facts.get(fact), int):
            answer[name] = format_yuan(facts[fact])
