"""Answering a request: read the facts, find the scheme and the day, then one stay, a year of stays, or variants."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from estimator.desk import Desk
from estimator.facts import Error, Facts, read_facts
from estimator.parameters import Parameters
from estimator.report import Answer, bad_input
from estimator.scheme import Schemes, today

DAYS = ("discharged", "admitted", "as_of")


def settle(request: Mapping[str, Any], schemes: Schemes, parameters: Parameters, *, lines: bool = True) -> Answer:
    """Answer any request of `estimate`: one stay, a year of stays, or variants."""
    if "stays" in request or "variants" in request or request.get("then") is not None:
        from estimator import together  # noqa: PLC0415  (most requests are one stay)

        return together.several(request, schemes, parameters, lines=lines)
    return one_stay(request, schemes, parameters, lines=lines)


def one_stay(request: Mapping[str, Any], schemes: Schemes, parameters: Parameters, *, lines: bool = True) -> Answer:
    """Price the one stay of a request."""
    facts, errors, ignored = read_facts(request)
    day, more = scheme_and_day(request, facts, schemes)
    if errors or more:
        return bad_input(request, day, errors + more)
    answer = Desk(schemes, parameters, request["scheme"], lines=lines).stay(facts, day)
    if ignored:
        answer["ignored"] = ignored
    return answer


def day_of(facts: Facts) -> date:
    """The day whose law holds: discharge, else admission, else `as_of`, else today."""
    for name in DAYS:
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
        field = next((one for one in DAYS if one in facts), "as_of")
        return day, [Error(field, f"{schemes[name].title}自{since}起施行,{day}还没有", f"{since}及以后的日期")]
    return day, []
