"""What must hold for every benefit, tried on many facts: sums, signs, limits, ranges that hold every completion."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import benefit, load_schemes
from estimator.benefits import load_kinds

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")

SCHEMES, _ = load_schemes()
KINDS = load_kinds()
TYPES = ["床位费", "药品费", "手术费", "抢救费", "常规护理费", "检查费", "治疗费", "陪护费"]


def fen(text):
    return int(text.replace(".", ""))


def yuan(number):
    return f"{number // 100}.{number % 100:02d}"


amounts = st.integers(0, 5_000_000).map(yuan)
items = st.lists(st.fixed_dictionaries({"type": st.sampled_from(TYPES), "amount": amounts}), min_size=1, max_size=6)


@st.composite
def aid_facts(draw):
    costs = draw(items)
    whole = sum(fen(item["amount"]) for item in costs)
    return {
        "scheme": "jiangning-aid",
        "part": draw(st.sampled_from(["inpatient", "serious", "both"])),
        "age": draw(st.integers(0, 100)),
        "low_income": draw(st.booleans()),
        "special_hardship": draw(st.booleans()),
        "items": costs,
        "reimbursed": yuan(draw(st.integers(0, whole))),
        "category": draw(st.integers(1, 3)),
        "insured": draw(st.booleans()),
        "assisted_ytd": yuan(draw(st.integers(0, 600_000))),
        "serious_ytd": yuan(draw(st.integers(0, 600_000))),
    }


@given(aid_facts())
def test_aid_adds_up_and_keeps_its_limits(facts):
    answer = benefit("aid", facts, SCHEMES)
    assert answer["status"] in ("ok", "not_covered")
    whole = sum(fen(item["amount"]) for item in facts["items"])
    assert sum(fen(line["amount"]) for line in answer["lines"] if line["payer"] != "none") == whole
    assert fen(answer["member_after"]) >= 0
    aided = fen(answer["assistance"] or answer["aid_total"])
    assert 0 <= aided <= {1: 1_000_000, 2: 500_000, 3: 300_000}[facts["category"]]
    if facts["part"] != "serious" and not facts["low_income"]:
        assert fen(answer["assistance"] or answer["inpatient_aid"]) == 0
    if facts["part"] == "serious":
        assert aided <= {1: 500_000, 2: 300_000, 3: 100_000}[facts["category"]]


@given(aid_facts(), st.sets(st.sampled_from(["age", "low_income", "category", "insured"]), min_size=1))
def test_a_range_of_aid_holds_the_answer_of_every_completion(facts, hidden):
    if facts["part"] == "inpatient":
        hidden = hidden - {"category"}  # with no class there is no limit of both together
    exact = benefit("aid", {**facts, "special_hardship": True}, SCHEMES)
    known = {name: value for name, value in facts.items() if name not in hidden}
    wide = benefit("aid", {**known, "special_hardship": True}, SCHEMES)
    name = "aid_total" if facts["part"] == "both" else "assistance"
    if wide["status"] == "range":
        assert fen(wide["low"][name]) <= fen(exact[name]) <= fen(wide["high"][name])
    else:
        assert wide[name] == exact[name]


@given(aid_facts(), st.integers(1, 100_000))
def test_insurance_that_pays_more_never_raises_inpatient_aid(facts, more):
    facts = {**facts, "part": "inpatient", "items": [*facts["items"], {"type": "陪护费", "amount": yuan(more)}]}
    one = benefit("aid", facts, SCHEMES)
    two = benefit("aid", {**facts, "reimbursed": yuan(fen(facts["reimbursed"]) + more)}, SCHEMES)
    assert fen(two["assistance"]) <= fen(one["assistance"])


@given(
    wage=st.integers(0, 100_000_000),
    average=st.integers(100, 20_000_000),
    age=st.integers(16, 70),
)
def test_a_henan_credit_adds_up_within_its_bounds(wage, average, age):
    facts = {"scheme": "henan-employee", "status": "active", "age": age}
    answer = benefit("account-credit", {**facts, "annual_wage": yuan(wage), "average_wage": yuan(average)}, SCHEMES)
    base = fen(answer["monthly_base"])
    assert answer["status"] == "ok"
    assert fen(answer["employee_part"]) + fen(answer["employer_part"]) == fen(answer["account_credit"])
    assert abs(base * 12 - min(max(wage, average * 6 / 10), average * 3)) <= 6
    ratio = 2 if age >= 45 else 1
    assert abs(fen(answer["employer_part"]) * 100 - base * ratio) <= 50


@given(st.dates(date(1950, 1, 1), date(2000, 12, 31)), st.integers(2001, 2030))
def test_nanchang_counts_the_year_before_and_nothing_changes_within_a_year(born, year):
    facts = {"scheme": "nanchang-employee", "status": "active", "monthly_base": "1000", "born": born.isoformat()}
    bands = {
        benefit("account-credit", {**facts, "month": f"{year}-{month:02d}"}, SCHEMES)["band"] for month in (1, 6, 12)
    }
    age = year - 1 - born.year
    assert bands == {"under_35" if age < 35 else "35_to_45" if age < 45 else "45_plus"}


@given(st.dates(date(1950, 1, 1), date(2000, 12, 31)), st.sampled_from([35, 45]))
def test_beijing_changes_the_month_after_the_birthday_month(born, turning):
    facts = {"scheme": "beijing-employee", "status": "active", "born": born.isoformat()}
    year, month = born.year + turning, born.month
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    one = benefit("account-credit", {**facts, "month": f"{year}-{month:02d}"}, SCHEMES)
    two = benefit("account-credit", {**facts, "month": f"{after[0]}-{after[1]:02d}"}, SCHEMES)
    assert one["band"] != two["band"]
    assert one["next_change"] == two["band_from"] == date(*after, 1).isoformat()


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 200), st.integers(0, 5_000_000))
def test_maternity_adds_up(before, after, days, wage):
    facts = {"scheme": "henan-employee", "months_before": before, "months_after": after, "remote_birth": "difficult"}
    answer = benefit("maternity", {**facts, "leave_days": days, "unit_monthly_average_wage": yuan(wage)}, SCHEMES)
    paid = [fen(line["amount"]) for line in answer["lines"] if line["payer"] == "fund"]
    assert sum(paid) == fen(answer["total"]) == fen(answer["prenatal"]) + 280_000 + fen(answer["allowance"])
    assert fen(answer["allowance"]) == fen(answer["daily_allowance"]) * days
    assert abs(fen(answer["daily_allowance"]) * 30 - wage) <= 15
    assert answer["claimable"] == (before >= 9 or after >= 12)


@given(st.lists(st.integers(0, 100_000), max_size=30))
def test_dialysis_pays_no_more_than_each_visit_cost(costs):
    answer = benefit("dialysis", {"visit_costs": [yuan(cost) for cost in costs], "approved": True}, SCHEMES)
    assert fen(answer["fund_pays"]) + fen(answer["cash_pays"]) == sum(costs)
    assert fen(answer["fund_pays"]) <= 47_000 * len(costs)


@given(st.dates(date(2010, 1, 1), date(2030, 12, 31)))
def test_every_payment_has_a_period_and_a_later_start(day):
    answer = benefit("enrolment", {"ask": "benefit_start", "paid_on": day.isoformat()}, SCHEMES)
    start = date.fromisoformat(answer["benefit_start"])
    assert day < start
    expected = {9: "normal", 10: "normal", 11: "normal", 12: "back_payment", 1: "back_payment", 2: "back_payment"}
    assert answer["period"] == expected.get(day.month, "late")
    if answer["period"] == "late":
        assert start - day == timedelta(days=181)
    else:
        assert start.day == 1


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_no_fact_however_odd_raises(name, data):
    odd = st.one_of(
        st.none(), st.text(max_size=5), st.integers(-5, 3000), st.booleans(), st.just([]), st.just({"low": 1})
    )
    facts = data.draw(st.dictionaries(st.sampled_from([*KINDS[name].facts, "scheme", "as_of"]), odd, max_size=5))
    answer = benefit(name, facts, SCHEMES)
    assert answer["status"] in ("ok", "range", "unknown", "not_covered", "bad_input")
    if answer["status"] == "bad_input":
        assert all(error["field"] and error["message"] and error["accepted"] for error in answer["errors"])
    if answer["status"] == "unknown":
        assert answer["missing"]


@given(
    pension=st.integers(0, 3_000_000),
    spread=st.integers(1, 500_000),
    step=st.integers(0, 100),
    scheme=st.sampled_from(["henan-employee", "nanchang-employee"]),
)
def test_an_approximate_pension_gives_a_range_that_holds_the_exact_one(pension, spread, step, scheme):
    facts = {"scheme": scheme, "status": "retired"}
    about = {"low": yuan(pension), "high": yuan(pension + spread)}
    wide = benefit("account-credit", {**facts, "monthly_pension": about}, SCHEMES)
    exact = benefit("account-credit", {**facts, "monthly_pension": yuan(pension + spread * step // 100)}, SCHEMES)
    low, high = (wide["low"] or wide)["account_credit"], (wide["high"] or wide)["account_credit"]
    assert fen(low) <= fen(exact["account_credit"]) <= fen(high)


@given(st.integers(0, 100), st.sampled_from(["henan-employee", "nanchang-employee"]), st.integers(0, 3_000_000))
def test_an_unknown_age_gives_a_range_that_holds_every_age(age, scheme, base):
    facts = {"scheme": scheme, "status": "active", "monthly_base": yuan(base), "average_wage": "60000"}
    wide = benefit("account-credit", facts, SCHEMES)
    exact = fen(benefit("account-credit", {**facts, "age": age}, SCHEMES)["account_credit"])
    assert fen((wide["low"] or wide)["account_credit"]) <= exact <= fen((wide["high"] or wide)["account_credit"])
