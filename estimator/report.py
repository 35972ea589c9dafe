"""The JSON of an estimate: every field of docs/interface.md, in its order."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from estimator.case import Case, Matter, Option
from estimator.coverage import Finding
from estimator.facts import Error
from estimator.lines import Line, citations, cites
from estimator.money import format_ratio, format_yuan
from estimator.price import Amounts, uncovered
from estimator.question import next_question
from estimator.ranges import Settlement, turning_points
from estimator.working import Basis, Cite, lines_of, uncovered_lines

Answer = dict[str, Any]
_NAMES = Amounts._fields


def answer_of(scheme: Any, day: date, status: str, amounts: Iterable[str | None]) -> Answer:
    """An answer with every field; an amount that isn't known is null."""
    answer: Answer = {"scheme": scheme, "as_of": day.isoformat(), "status": status}
    answer.update(zip(_NAMES, amounts, strict=True))
    answer.update(
        {
            "low": None,
            "high": None,
            "missing": [],
            "next_question": None,
            "assumptions": [],
            "lines": [],
            "citations": [],
        }
    )
    return answer


_NOTHING = (None,) * len(_NAMES)


def empty(scheme: Any, day: date, status: str) -> Answer:
    """An answer without amounts."""
    return answer_of(scheme, day, status, _NOTHING)


def bad_input(request: Mapping[str, Any], day: date, errors: list[Error]) -> Answer:
    """The answer to facts that cannot be taken: every error at once."""
    answer = empty(request.get("scheme"), day, "bad_input")
    answer["errors"] = [error.json() for error in errors]
    return answer


def unknown(matter: Matter, missing: Iterable[str], reason: str, cite: Cite) -> Answer:
    """The answer where what is missing leaves not even a bound."""
    answer = empty(matter.scheme, matter.day, "unknown")
    for name, fact in (("total", "total"), ("out_of_catalogue", "self_paid")):
        if isinstance(matter.facts.get(fact), int):
            answer[name] = format_yuan(matter.facts[fact])
    answer.update(missing=list(missing), reason=reason, citations=citations(cite))
    return answer


def not_covered(matter: Matter, finding: Finding) -> Answer:
    """The answer where the pooled fund doesn't pay: who does, and why."""
    facts = matter.facts
    answer = empty(matter.scheme, matter.day, "not_covered")
    answer.update(fund_pays="0.00", reason=finding.reason, citations=citations(finding.cite))
    total, balance, out = facts.get("total"), facts.get("account_balance", 0), facts.get("self_paid", 0)
    if not isinstance(total, int):
        return answer
    known = finding.account and isinstance(balance, int) and isinstance(out, int)
    amounts = uncovered(total, min(balance, total - out) if known else 0)
    answer["total"] = format_yuan(total)
    if finding.payer == "member":
        for name in ("member_pays", "account_pays", "cash_pays"):
            answer[name] = format_yuan(getattr(amounts, name))
    if matter.lines:
        answer["lines"] = [line.json() for line in uncovered_lines(finding, amounts)]
    return answer


def settled(matter: Matter, one: Settlement) -> Answer:
    """The answer where everything is known."""
    answer = answer_of(matter.scheme, matter.day, "ok", map(format_yuan, one.amounts))
    if matter.lines:
        _show(answer, _lines(matter, one))
    return answer


def _show(answer: Answer, lines: list[Line]) -> None:
    answer["lines"] = [line.json() for line in lines]
    answer["citations"] = citations(pair for line in lines for pair in line.cite)


def ranged(matter: Matter, case: Case, found: list[Settlement]) -> Answer:
    """The answer over several possible settlements: the least and the greatest, and the bounds of every amount."""
    low = min(found, key=lambda one: (one.amounts.member_pays, one.amounts.cash_pays))
    high = max(found, key=lambda one: (one.amounts.member_pays, one.amounts.cash_pays))
    amounts = [one.amounts for one in found] + turning_points(case, matter.facts)
    every = list(zip(*amounts, strict=True))
    least, most = [min(values) for values in every], [max(values) for values in every]
    if least == most:
        return settled(matter, low)
    bounds = [(format_yuan(one), format_yuan(other)) for one, other in zip(least, most, strict=True)]
    answer = answer_of(matter.scheme, matter.day, "range", (one if one == other else None for one, other in bounds))
    answer["low"], answer["high"] = _end(matter, low), _end(matter, high)
    answer["bounds"] = {
        name: {"low": one, "high": other}
        for name, (one, other) in zip(_NAMES, bounds, strict=True)
        if name != "member_pays"
    }
    asked = matter.doubt.missing if matter.doubt else ()
    answer["missing"] = [*asked, *case.missing, *case.parameters]
    answer["next_question"] = next_question(case, matter.facts, matter.doubt)
    answer["citations"] = answer["high"]["citations"]
    return answer


def _lines(matter: Matter, one: Settlement) -> list[Line]:
    if one.option is not None:
        return lines_of(one.option.plan, one.option.cell, _basis(matter, one, one.option), one.amounts)
    return uncovered_lines(matter.doubt, one.amounts) if matter.doubt else []


def _end(matter: Matter, one: Settlement) -> Answer:
    """One complete settlement of a range, with the facts it holds for."""
    end: Answer = dict(zip(_NAMES, map(format_yuan, one.amounts), strict=True))
    _show(end, _lines(matter, one) if matter.lines else [])
    end["facts"] = _completion(one)
    if one.option is None and matter.doubt:
        end["reason"] = matter.doubt.reason
    return end


def _completion(one: Settlement) -> Answer:
    if one.option is None:
        return {"total": format_yuan(one.corner[0])}
    status, level, admission, years = one.option.key
    total, out, class_b, ratio = one.corner
    return {
        **({"status": status} if status else {}),
        "hospital_level": level,
        "admission_no": admission,
        **({"paid_years": years} if len(one.option.plan.years) > 1 else {}),
        "total": format_yuan(total),
        "self_paid": format_yuan(out),
        "class_b": format_yuan(class_b),
        "class_b_self_ratio": format_ratio(ratio),
        "fund_used": format_yuan(one.used),
        "account_balance": format_yuan(one.balance),
    }


def _basis(matter: Matter, one: Settlement, option: Option) -> Basis:
    facts, rules, plan = matter.facts, matter.rules, option.plan
    _, _, class_b, ratio = one.corner
    share_cite, points = plan.cite["share"], ""
    if facts.get("referred_out") and rules.first_of("referral"):
        share_cite = (*share_cite, *cites(rules.first_of("referral")))
        points = plan.points
    scope, first = rules.first_of("scope"), rules.first_of("first_self_pay")
    items = tuple((amount, ratio if own is None else own) for amount, own in facts.get("class_b_items", ()))
    return Basis(
        key=option.key,
        class_b=class_b,
        ratio=ratio,
        items=items,
        used=one.used,
        out_cite=cites(scope) if scope else share_cite,
        class_b_cite=cites(first) if first else share_cite,
        share_cite=share_cite,
        points=points,
    )
