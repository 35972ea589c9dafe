"""Whether a patient of a household that did not enrol as a whole is covered (county 第八条)."""

from datetime import date
from typing import Any

from estimator.benefits.ask import Ask
from estimator.benefits.outcome import Cites, Outcome
from estimator.benefits.windows import Paid, paid
from estimator.lines import cites


def covered(ask: Ask, nothing: dict[str, Any]) -> Outcome:
    """Whether the patient's cost is paid: patient and others are definite here."""
    window, late = ask.rule("enrolment_window"), ask.rule("late_payment")
    cite = cites(late)
    others = ask.get("others")
    if ask.get("patient_enrolled"):
        return _enrolled(ask, nothing, others, cite)
    student = bool(ask.assume("student", value=False, text="不是中小学生"))
    if others == "none_enrolled" and not student:
        return _no(nothing, "全家在正常缴费和补缴时间内都没有参保的,不予补缴,医疗费不予支付", cite)
    day = ask.get("patient_back_paid_on")
    if day is None:
        ask.assume("patient_back_paid_on", None, "患者还没有补缴")
        return _no(nothing, "患者没有参保也没有补缴,医疗费不予支付", cite)
    payment = paid(window, late, day, student=student)
    if payment.period == "late":
        return _no(nothing, "超过补缴时间的不予补缴,医疗费不予支付", cite)
    if others == "some_missing" and not student:
        return _no(nothing, "同户没有参保的人必须全部补缴,才可以报销", cite)
    return _from(ask, nothing, payment, (*cite, *cites(window)))


def _enrolled(ask: Ask, nothing: dict[str, Any], others: str, cite: Cites) -> Outcome:
    if others in ("all", "back_paid"):
        return _yes(nothing, "同户的人都已参保或已全部补缴", cite)
    if ask.assume("student", value=False, text="不是中小学生"):
        article = (("county-resident-scheme", "第五条"),) if ask.scheme.id == "county-resident" else ()
        return _yes(nothing, "中、小学生可以单独参保,不受家庭其他成员影响", (*cite, *article))
    return _no(nothing, "同户其他人要全部补缴完毕,患者才可以报销", cite)


def _from(ask: Ask, nothing: dict[str, Any], payment: Paid, cite: Cites) -> Outcome:
    """Covered from the first day of benefits to the end of the year that was paid for."""
    spent: date | None = ask.get("expense_on")
    found = {**nothing, "period": payment.period, "benefit_start": payment.start}
    if spent is None:
        reason = f"{payment.start}起发生的医疗费才可以报销,请说医疗费是哪天发生的"
        return Outcome(found, missing=("expense_on",), reason=reason, cite=cite)
    if payment.year is not None and spent.year > payment.year:
        reason = f"这次缴的是{payment.year}年度的费,{spent.year}年有没有缴没有说"
        return Outcome(found, missing=("patient_enrolled",), reason=reason, cite=cite)
    if spent < payment.start:
        return _no(found, f"补缴后要到{payment.start}起发生的医疗费才可以报销", cite)
    return _yes(found, f"{payment.start}起发生的医疗费可以报销", cite)


def _yes(values: dict[str, Any], note: str, cite: Cites) -> Outcome:
    return Outcome({**values, "covered": True}, notes=(note,), cite=cite)


def _no(values: dict[str, Any], reason: str, cite: Cites) -> Outcome:
    return Outcome({**values, "covered": False}, reason=reason, cite=cite)
