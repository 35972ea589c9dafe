"""Several estimates in one request: the stays of a year in order, variants beside one another, aid on top."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from estimator.assumptions import assumption
from estimator.desk import Desk
from estimator.facts import Error, Facts, read_facts
from estimator.money import Interval, format_yuan, parse_yuan
from estimator.parameters import Parameters
from estimator.price import Amounts
from estimator.report import Answer, bad_input, empty
from estimator.scheme import Schemes
from estimator.settle import DAYS, one_stay, scheme_and_day

_SUMS = Amounts._fields
_RANK = ("ok", "not_covered", "range", "unknown", "bad_input")


def several(request: Mapping[str, Any], schemes: Schemes, parameters: Parameters, *, lines: bool = True) -> Answer:
    """Answer a request of more than one stay, or with aid on top."""
    if "variants" in request:
        return variants(request, schemes, parameters, lines=lines)
    price = year if "stays" in request else one_stay
    rest = {name: value for name, value in request.items() if name != "then"}
    answer = price(rest, schemes, parameters, lines=lines)
    if request.get("then") is None or answer["status"] == "bad_input":
        return answer
    from estimator.aided import Aid  # noqa: PLC0415  (only aid needs the other benefits)

    return Aid(request["then"], schemes, parameters).on_top(answer)


def _common(request: Mapping[str, Any], but: str) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != but}


def year(request: Mapping[str, Any], schemes: Schemes, parameters: Parameters, *, lines: bool = True) -> Answer:
    """Price stays in order, carrying the fund's payments, the admissions and the account; a new year starts anew."""
    stays = request["stays"]
    if not isinstance(stays, list | tuple) or not all(isinstance(stay, Mapping) for stay in stays) or not stays:
        wrong = Error("stays", "不是住院的列表,或者是空的", '列表,如 [{"total": "10000.00"}]')
        return bad_input(request, scheme_and_day(request, {}, schemes)[0], [wrong])
    common = _common(request, "stays")
    read, errors = [], []
    for index, stay in enumerate(stays):
        facts, wrong_facts, _ = read_facts({**common, **stay})
        day, more = scheme_and_day(request, facts, schemes)
        read.append((facts, day))
        errors += [error._replace(field=f"stays[{index}].{error.field}") for error in wrong_facts + more]
    errors += _out_of_order(read)
    if errors:
        return bad_input(request, read[-1][1], errors)
    desk = Desk(schemes, parameters, str(request["scheme"]), lines=lines)
    carried = Carried()
    answers = [carried.price(desk, facts, day, stay) for (facts, day), stay in zip(read, stays, strict=True)]
    answer = empty(request["scheme"], read[-1][1], max((one["status"] for one in answers), key=_RANK.index))
    for name in _SUMS:
        if all(one[name] is not None for one in answers):
            answer[name] = format_yuan(sum(parse_yuan(one[name]) for one in answers))
    if all(one.get("admission_no") is None for one in (common, stays[0])):
        answer["assumptions"] = [assumption("admission_no", 1, "第一段算本年度第一次住院")]
    answer["bounds"] = _bounds(answers)
    answer["missing"] = list(dict.fromkeys(name for one in answers for name in one["missing"]))
    answer["next_question"] = next((one["next_question"] for one in answers if one["next_question"]), None)
    answer["citations"] = list({str(cite): cite for one in answers for cite in one["citations"]}.values())
    answer["stays"] = answers
    return answer


def _out_of_order(read: list[tuple[Facts, date]]) -> list[Error]:
    """Stays that are not in the order of their discharge: what is carried would be wrong."""
    return [
        Error(f"stays[{index}].discharged", "早于前一次住院", "按出院先后排列")
        for index, ((_, one), (facts, two)) in enumerate(pairwise(read), start=1)
        if two < one and "discharged" in facts
    ]


def _bounds(answers: list[Answer]) -> Answer:
    """The sums between which the year lies, where every stay has bounds."""
    found: Answer = {}
    for name in _SUMS:
        ends = [_ends_of(one, name) for one in answers]
        if any(one["status"] == "range" for one in answers) and all(ends):
            low, high = (sum(parse_yuan(end[side]) for end in ends if end) for side in (0, 1))
            found[name] = {"low": format_yuan(low), "high": format_yuan(high)}
    return found


def _ends_of(one: Answer, name: str) -> tuple[str, str] | None:
    if one[name] is not None:
        return one[name], one[name]
    if one["status"] != "range":
        return None
    if name == "member_pays":
        return one["low"][name], one["high"][name]
    return one["bounds"][name]["low"], one["bounds"][name]["high"]


class Carried:
    """What one stay leaves to the next in the same insured year."""

    def __init__(self) -> None:
        self.year: int | None = None
        self.admissions = 0
        self.used: int | Interval | None = None
        self.balance: int | Interval | None = None

    def price(self, desk: Desk, facts: Facts, day: Any, stay: Mapping[str, Any]) -> Answer:
        """Price the next stay with what is carried, and carry on."""
        dated = any(name in facts for name in DAYS)
        if dated and self.year is not None and day.year != self.year:
            self.admissions, self.used = 0, 0
            facts = {name: value for name, value in facts.items() if name in stay or name not in _OF_THE_YEAR}
        self.year = day.year if dated else self.year
        if self.admissions == 0:
            self.admissions = facts.get("admission_no", 1)
        elif stay.get("admission_no") is not None:
            self.admissions = facts["admission_no"]
        else:
            self.admissions += 1
        facts = {**facts, "admission_no": self.admissions}
        if self.used is not None and stay.get("fund_used") is None:
            facts["fund_used"] = self.used
        if self.balance is not None and stay.get("account_balance") is None:
            facts["account_balance"] = self.balance
        answer = desk.stay(facts, day)
        self.used = _after(facts.get("fund_used", 0), _paid(answer, "fund_pays"))
        if "account_balance" in facts:
            self.balance = _less(facts["account_balance"], _paid(answer, "account_pays"))
        return answer


_OF_THE_YEAR = frozenset({"admission_no", "fund_used"})


def _paid(answer: Answer, name: str) -> int | Interval:
    """What was paid, an interval where the stay has a range, anything where it is unknown."""
    if answer[name] is not None:
        return parse_yuan(answer[name])
    if answer["status"] == "not_covered":
        return 0
    ends = _ends_of(answer, name)
    total = answer["total"]
    if ends is None:
        return Interval(0, parse_yuan(total) if total is not None else _ANY)
    return Interval(parse_yuan(ends[0]), parse_yuan(ends[1]))


_ANY = 10**9


def _both(value: int | Interval) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value.low, value.high)


def _joined(low: int, high: int) -> int | Interval:
    return low if low == high else Interval(low, high)


def _after(used: int | Interval, paid: int | Interval) -> int | Interval:
    (low, high), (least, most) = _both(used), _both(paid)
    return _joined(low + least, high + most)


def _less(balance: int | Interval, paid: int | Interval) -> int | Interval:
    (low, high), (least, most) = _both(balance), _both(paid)
    return _joined(max(0, low - most), max(0, high - least))


def variants(request: Mapping[str, Any], schemes: Schemes, parameters: Parameters, *, lines: bool = True) -> Answer:
    """The stay as it is, and beside it as it would be with other facts: `variants` is a list of changed facts."""
    changes = request["variants"]
    common = _common(request, "variants")
    answer = several(common, schemes, parameters, lines=lines)
    if not isinstance(changes, list | tuple) or not all(isinstance(change, Mapping) for change in changes):
        wrong = Error("variants", "不是改动的列表", '列表,如 [{"hospital_level": "community"}]')
        return bad_input(request, scheme_and_day(request, {}, schemes)[0], [wrong])
    answer["variants"] = []
    for change in changes:
        other = several({**common, **change}, schemes, parameters, lines=lines)
        answer["variants"].append(
            {"changed": dict(change), "difference": _difference(answer, other), "estimate": other}
        )
    return answer


def _difference(one: Answer, other: Answer) -> dict[str, str] | None:
    """How much more (or less) member and fund pay in the variant; None where either is a range or not priced."""
    if any(answer.get(name) is None for answer in (one, other) for name in ("member_pays", "fund_pays")):
        return None
    return {name: format_yuan(parse_yuan(other[name]) - parse_yuan(one[name])) for name in ("member_pays", "fund_pays")}
