"""Which form of insurance a person joins, by household registration and status; the text names no city."""

from typing import Any

from estimator.benefits import kind
from estimator.benefits.ask import Ask, Candidates
from estimator.benefits.outcome import Outcome
from estimator.lines import cites

_FLAGS = ("local_hukou", "hukou_before_retirement", "city_pension", "industry_pension", "unemployment_benefit")
_FORMS = {"comprehensive": "综合医疗保险", "inpatient": "住院医疗保险"}


def _unsaid(ask: Ask) -> Candidates:
    rules = ask.scheme.of_kind("insurance_form", ask.day)
    statuses = dict.fromkeys(rule.when["status"] for rule in rules)
    status = ask.get("standing")
    asked = dict.fromkeys(name for rule in rules if status in (None, rule.when["status"]) for name in rule.when)
    found: Candidates = {} if status else {"standing": tuple(statuses)}
    found.update({name: (True, False) for name in asked if name in _FLAGS})
    return found


@kind(
    "enrolment-by-residence",
    title="按户籍和身份参加哪种医疗保险",
    facts=("standing", *_FLAGS, "employer_applied"),
    outputs={"insurance": "参加的保险", "insurance_name": "名称", "may_choose_comprehensive": "单位申请可参加综合"},
    rule="insurance_form",
    unsaid=_unsaid,
)
def by_residence(ask: Ask) -> Outcome:
    """The first rule that fits; people no rule names are said to be so."""
    rules = ask.scheme.of_kind("insurance_form", ask.day)
    said = {**ask.facts, "status": ask.get("standing")}
    rule = next((one for one in rules if all(said.get(name) == value for name, value in one.when.items())), None)
    if rule is None:
        pairs = tuple(pair for one in rules for pair in cites(one))
        nothing = dict.fromkeys(("insurance", "insurance_name", "may_choose_comprehensive"))
        return Outcome(nothing, missing=("rule",), reason="文件没有写这种情形参加哪种医疗保险", cite=pairs)
    choice = bool(rule.note)
    form = "comprehensive" if choice and ask.get("employer_applied") else rule.form
    values: dict[str, Any] = {
        "insurance": form,
        "insurance_name": _FORMS[form],
        "may_choose_comprehensive": choice,
    }
    return Outcome(values, notes=(rule.note,) if rule.note else (), cite=cites(rule))
