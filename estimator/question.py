"""Which question to ask next: the unknown fact whose answer narrows what the member may pay most."""

from collections.abc import Iterable
from typing import Any

from estimator.case import Case, Option
from estimator.corners import corners, ends
from estimator.coverage import Finding
from estimator.facts import Facts
from estimator.money import Interval
from estimator.price import member_pays
from estimator.working import class_b_self

Span = tuple[int, int]  # the least and the most the member may pay, in fen
Spans = dict[Option, Span]
_PLACES = {"status": 0, "hospital_level": 1, "admission_no": 2, "paid_years": 3}  # where a key holds the fact
_AMOUNTS = {
    "total": "total",
    "self_paid": "out",
    "class_b": "class_b",
    "class_b_self_ratio": "ratio",
    "fund_used": "used",
    "account_balance": "balance",
}


def next_question(case: Case, facts: Facts, doubt: Finding | None) -> str | None:
    """The unknown fact whose answer leaves the narrowest range on average; the first asked wins a tie."""
    asked = [*(doubt.missing if doubt else ()), *case.missing]
    if len(asked) < 2:  # noqa: PLR2004  (nothing to choose between)
        return asked[0] if asked else None
    spans = _spans(case, facts)
    return min(asked, key=lambda fact: _left(case, facts, fact, doubt, spans))


def _spans(case: Case, facts: Facts) -> Spans:
    """The span of each cell the stay may fall in; empty where no such bill exists."""
    found: Spans = {}
    bills = [
        (total, out, class_b_self(facts, class_b, ratio))
        for total, out, class_b, ratio in corners(case.total, case.out, case.class_b, case.ratio)[:2]
    ]
    used = ends(case.used)
    if not bills:
        return found
    (total, out, first), (most_total, most_out, most_first) = bills[0], bills[-1]
    for option in case.options:
        least = member_pays(option.cell, total, out, first, used=used[0])
        most = member_pays(option.cell, most_total, most_out, most_first, used=used[-1])
        found[option] = (least, most)
    return found


def _width(spans: Iterable[Span]) -> int:
    low, high = zip(*spans, strict=True)
    return int(max(high) - min(low))


def _left(case: Case, facts: Facts, fact: str, doubt: Finding | None, spans: Spans) -> int:
    """The width left on average (times 6, so that halves and thirds stay whole) once a fact is known."""
    outside = [(end, end) for end in ends(case.total)] if doubt else []  # what is paid where nothing is covered
    if doubt and fact in doubt.missing:
        other = _width(outside) if len(doubt.missing) == 1 else _width([*spans.values(), *outside])
        return 3 * (_width(spans.values()) + other)
    widths = [_width([*each.values(), *outside]) for each in _answered(case, facts, fact, spans) if each]
    return 6 * sum(widths) // len(widths)


def _answered(case: Case, facts: Facts, fact: str, spans: Spans) -> list[Spans]:
    """The spans after each answer: each value of a choice; the ends and the middle of an amount."""
    if fact in _PLACES:
        place = _PLACES[fact]
        groups: dict[Any, Spans] = {}
        for option, span in spans.items():
            groups.setdefault(option.key[place], {})[option] = span
        return list(groups.values())
    name = _AMOUNTS[fact]
    value = getattr(case, name)
    if not isinstance(value, Interval):
        return [spans]
    changes: list[dict[str, Any]] = [{name: each} for each in (value.low, (value.low + value.high) // 2, value.high)]
    return [_spans(case._replace(**change), facts) for change in changes]
