"""Enrolling in the county's residents' insurance: the late payment, from when benefits run, and a pupil's years."""

from typing import Any

from estimator.benefits import household, kind
from estimator.benefits.ask import Ask, Candidates, line
from estimator.benefits.facts import Facts
from estimator.benefits.outcome import Fen, Outcome
from estimator.benefits.windows import paid
from estimator.facts import Error
from estimator.lines import Line, cites
from estimator.money import show_yuan

_FACTS = (
    *("ask", "period", "adults", "minors", "normal_fee_adult", "normal_fee_minor", "paid_on", "student"),
    *("patient_enrolled", "others", "patient_back_paid_on", "expense_on"),
)
_OUTPUTS = {
    "fee": "要缴的钱",
    "period": "缴费期",
    "benefit_start": "待遇开始日",
    "covered": "能不能报销",
}
_OTHERS = ("all", "some_missing", "back_paid", "none_enrolled")


def _asked(ask: Ask) -> str:
    """What is asked: said, or as the facts show."""
    if "ask" in ask:
        return str(ask.get("ask"))
    if "patient_enrolled" in ask or "others" in ask:
        return "patient_covered"
    return "benefit_start" if "paid_on" in ask else "late_fee"


def _unsaid(ask: Ask) -> Candidates:
    if _asked(ask) == "patient_covered":
        return {"patient_enrolled": (True, False), "others": _OTHERS}
    return {}


def _check(facts: Facts) -> list[Error]:
    if facts.get("patient_enrolled") and "patient_back_paid_on" in facts:
        return [Error("patient_back_paid_on", "患者已参保,不用补缴", "patient_enrolled 写 false,或不写补缴日期")]
    return []


@kind(
    "enrolment",
    title="居民医保参保和补缴",
    facts=_FACTS,
    outputs=_OUTPUTS,
    rule="enrolment_window",
    main="fee",
    unsaid=_unsaid,
    check=_check,
)
def enrolment(ask: Ask) -> Outcome:
    """One of three questions of county 第七条 and 第八条."""
    nothing: dict[str, Any] = dict.fromkeys(_OUTPUTS)
    asked = _asked(ask)
    if asked == "patient_covered":
        return household.covered(ask, nothing)
    return _start(ask, nothing) if asked == "benefit_start" else _fee(ask, nothing)


def _start(ask: Ask, nothing: dict[str, Any]) -> Outcome:
    window, late = ask.rule("enrolment_window"), ask.rule("late_payment")
    day = ask.get("paid_on")
    if day is None:
        return Outcome(nothing, missing=("paid_on",), cite=cites(window))
    student = ask.assume("student", value=False, text="不是中小学生")
    payment = paid(window, late, day, student=student)
    notes = (late.note,) if payment.period == "late" else (window.note,) if student else ()
    used = late if payment.period == "late" else window
    found = {**nothing, "period": payment.period, "benefit_start": payment.start}
    return Outcome(found, notes=notes, cite=cites(used))


def _fee(ask: Ask, nothing: dict[str, Any]) -> Outcome:
    rule, period = ask.rule("late_payment"), ask.get("period")
    if period is None and "paid_on" in ask:
        window = ask.rule("enrolment_window")
        period = paid(window, rule, ask.get("paid_on"), student=bool(ask.get("student"))).period
    counts = {name: ask.get(name) for name in ("adults", "minors")}
    found = {**nothing, "period": period}
    missing = ["period"] if period is None else []
    if all(count is None for count in counts.values()):
        missing += list(counts)
    if missing:
        return Outcome(found, missing=tuple(missing), cite=cites(rule))
    people = {name: ask.assume(name, 0, "没有") if count is None else count for name, count in counts.items()}
    standards = _standards(ask, rule, period, people)
    lacking = tuple(name for name, fen in standards.items() if fen is None)
    if lacking:
        reason = "正常缴费期和补缴期按正常缴费标准缴,标准是多少手头的文件没有写"
        return Outcome(found, missing=lacking, reason=reason, cite=cites(rule))
    lines = _lines(rule, people, [fen or 0 for fen in standards.values()])
    return Outcome({**found, "fee": Fen(sum(one.amount for one in lines))}, tuple(lines))


def _standards(ask: Ask, rule: Any, period: str, people: dict[str, int]) -> dict[str, int | None]:
    """What an adult and a minor pay: published for a late payment, else the office's figure."""
    if period == "late":
        return {"normal_fee_adult": rule.adult.value, "normal_fee_minor": rule.minor.value}
    names = {"normal_fee_adult": people["adults"], "normal_fee_minor": people["minors"]}
    return {name: ask.figure(name) if count else 0 for name, count in names.items()}


def _lines(rule: Any, people: dict[str, int], standards: list[int]) -> list[Line]:
    labels = {"adults": "成年人", "minors": "未成年人"}
    found = []
    for (name, count), fen in zip(people.items(), standards, strict=True):
        formula = f"{show_yuan(fen)} × {count}"
        found.append(line(name, f"{labels[name]}缴费", fen * count, "member", formula, rule))
    return found


def _years(ask: Ask) -> Candidates:
    cells = ask.rule("deemed_years").cells.values()
    return {"works_in_county": (True, False), "continuous_years": (0, *(cell.years.value for cell in cells))}


@kind(
    "deemed-years",
    title="学生参保折算的职工医保视同缴费年限",
    facts=("continuous_years", "works_in_county"),
    outputs={"deemed_years": "视同缴费年限(年)"},
    rule="deemed_years",
    unsaid=_years,
)
def deemed_years(ask: Ask) -> Outcome:
    """A pupil's years that count later (county 第五条): only for work in the county."""
    rule = ask.rule("deemed_years")
    if not ask.get("works_in_county"):
        return Outcome({"deemed_years": 0}, reason="只限在本县范围内参加工作的", cite=cites(rule))
    years = ask.get("continuous_years")
    found = next((cell.deemed.value for cell in rule.cells.values() if years >= cell.years.value), 0)
    return Outcome({"deemed_years": found}, cite=cites(rule))
