"""The JSON of an estimate: every field of docs/interface.md, in its order."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from estimator.coverage import Finding
from estimator.dayrules import DayRules
from estimator.facts import Error, Facts
from estimator.lines import citations, cites
from estimator.money import format_ratio, format_yuan
from estimator.price import Amounts
from estimator.ranges import Settlement
from estimator.working import Basis, lines_of, uncovered_lines

Answer = dict[str, Any]
_NO_AMOUNTS: Answer = dict.fromkeys(Amounts._fields)


def answer_of(scheme: Any, day: date, status: str, amounts: Amounts | None) -> Answer:
    """An answer with every field, the amounts shown where they are known."""
    shown = _NO_AMOUNTS
    if amounts is not None:
        shown = {name: format_yuan(fen) for name, fen in zip(Amounts._fields, amounts, strict=True)}
    return {
        "scheme": scheme,
        "as_of": day.isoformat(),
        "status": status,
        **shown,
        "low": None,
        "high": None,
        "missing": [],
        "next_question": None,
        "assumptions": [],
        "lines": [],
        "citations": [],
    }


def bad_input(request: Mapping[str, Any], day: date, errors: list[Error]) -> Answer:
    """The answer to facts that cannot be taken: every error at once."""
    answer = answer_of(request.get("scheme"), day, "bad_input", None)
    answer["errors"] = [error.json() for error in errors]
    return answer


def settlement_json(
    one: Settlement, facts: Facts, rules: DayRules, *, lines: bool, doubt: Finding | None = None, ends: bool = False
) -> Answer:
    """The lines and citations of a settlement; at the end of a range also the facts it holds for."""
    found: Answer = {}
    made = []
    if lines and one.option is not None:
        made = lines_of(one.option.plan, one.option.cell, _basis(one, facts, rules), one.amounts)
    elif lines and doubt is not None:
        made = uncovered_lines(doubt, one.amounts)
    found["lines"] = [line.json() for line in made]
    found["citations"] = citations(pair for line in made for pair in line.cite)
    if ends:
        found["facts"] = _completion(one)
        if one.option is None and doubt is not None:
            found["reason"] = doubt.reason
    return found


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


def _basis(one: Settlement, facts: Facts, rules: DayRules) -> Basis:
    assert one.option is not None
    plan = one.option.plan
    _, _, class_b, ratio = one.corner
    share_cite, points = plan.cite["share"], ""
    referral = rules.first_of("referral")
    if referral and facts.get("referred_out"):
        share_cite = (*share_cite, *cites(referral))
        points = plan.points
    scope, first = rules.first_of("scope"), rules.first_of("first_self_pay")
    items = tuple((amount, ratio if own is None else own) for amount, own in facts.get("class_b_items", ()))
    return Basis(
        key=one.option.key,
        class_b=class_b,
        ratio=ratio,
        items=items,
        used=one.used,
        out_cite=cites(scope) if scope else share_cite,
        class_b_cite=cites(first) if first else share_cite,
        share_cite=share_cite,
        points=points,
    )
