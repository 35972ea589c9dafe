"""What a settlement takes for granted because nobody said otherwise, and the doubts a member should hear."""

from functools import lru_cache
from typing import Any

from estimator.dayrules import DayRules
from estimator.facts import Facts
from estimator.money import format_ratio, format_yuan, show_ratio
from estimator.plan import Given

Assumption = dict[str, Any]


def assumption(fact: str, value: Any, text: str) -> Assumption:
    """One assumption: the fact, the value taken, and a sentence."""
    return {"fact": fact, "value": value, "text": text}


_ALWAYS = (
    assumption("accident", value="none", text="不是交通肇事、工伤、生育等另有规定的情形"),
    assumption("remote", value=False, text="在参保地住院"),
    assumption("outpatient", value=False, text="是住院,不是门诊"),
)
_ARREARS = assumption("unit_in_arrears", value=False, text="单位没有欠费")
_USED = assumption("fund_used", "0.00", "本年度统筹基金此前支付按0元算")
_BALANCE = assumption("account_balance", "0.00", "个人账户余额按0元算")
_REFERRED = assumption("referred_out", value=False, text="不是经批准转往外地住院")
_CONTINUITY = (
    assumption("interrupted", value=False, text="缴费没有中断过"),
    assumption("household_incomplete", value=False, text="同一户口簿的人都已参保"),
    assumption("student", value=False, text="不是中小学生"),
)


@lru_cache(maxsize=256)
def defaults(rules: DayRules) -> tuple[Assumption, ...]:
    """What a scheme assumes where a fact is absent."""
    found = [*_ALWAYS]
    if "unit_in_arrears" in rules.triggers:
        found.append(_ARREARS)
    if rules.first_of("cap"):
        found.append(_USED)
    if rules.first_of("account"):
        found.append(_BALANCE)
    if rules.first_of("referral"):
        found.append(_REFERRED)
    if rules.first_of("continuity"):
        found += _CONTINUITY
    return tuple(found)


def assumed(facts: Facts, rules: DayRules, figures: dict[str, Given], missing: tuple[str, ...]) -> list[Assumption]:
    """The assumptions of one estimate; what is `missing` was not assumed."""
    found = [item for item in defaults(rules) if item["fact"] not in facts and item["fact"] not in missing]
    found += [_from_office(name, given) for name, given in figures.items() if given.source is not None]
    if len(facts) != len(facts.keys() - _SPECIAL):
        found += _notes(facts, rules)
    deductible = rules.first_of("deductible")
    if deductible and deductible.announced in figures and facts.get("admission_no", 1) > 1:
        found.append(assumption("base_deductible", None, "有公布的起付标准就按公布数,第二次住院也不再另减"))
    return found


_SPECIAL = {"hospital_level", "remote", "remote_resident", "interrupted", "household_incomplete", "first_contribution"}
_NAMES = {
    "average_wage": "上年度职工平均工资",
    "base_deductible": "公布的起付标准",
    "base_cap": "公布的最高支付限额",
    "class_b_self_ratio": "乙类先行自付比例",
    "referral_extra_points": "转外地住院提高的个人负担",
}
_RATIOS = {"class_b_self_ratio", "referral_extra_points"}


def _from_office(name: str, given: Given) -> Assumption:
    ratio = name in _RATIOS
    value = format_ratio(given.value) if ratio else format_yuan(given.value)
    shown = show_ratio(given.value) if ratio else value + "元"
    return assumption(name, value, f"{_NAMES[name]}用{shown}({given.source or '本单位登记的数'})")


def _notes(facts: Facts, rules: DayRules) -> list[Assumption]:
    found = []
    stay = rules.first_of("stay")
    level = facts.get("hospital_level")
    if stay and level in stay.same_level:
        found.append(assumption("hospital_level", stay.same_level[level], stay.note))
    if facts.get("remote_resident") and "claim_filed" not in facts and rules.first_of("claim_limit"):
        limit = rules.first_of("claim_limit").file_within
        found.append(assumption("claim_filed", None, f"材料在出院{limit}内报送"))
    if facts.get("remote_resident") and "claim_filed" in facts and "discharged" not in facts:
        found.append(assumption("discharged", None, "没有说出院日期,按没有超过报送期限算"))
    if facts.get("remote") and rules.first_of("referral") and not facts.get("remote_resident"):
        found.append(assumption("remote", value=True, text="在外地住院先自己垫付,再按规定报销;符合报销条件才按这样算"))
    if rules.first_of("continuity") and facts.get("interrupted") and "years_since_reenrolment" not in facts:
        found.append(assumption("years_since_reenrolment", 0, "中断后再参保视同新参保,年数按0年算"))
    first, admitted = facts.get("first_contribution"), facts.get("admitted")
    if (
        rules.first_of("waiting")
        and first
        and admitted
        and (admitted.year, admitted.month) <= (first.year, first.month)
    ):
        found.append(assumption("admitted", None, "入院时待遇还没有开始,按出院那天的待遇算;之前的费用请与医保中心核对"))
    return found
