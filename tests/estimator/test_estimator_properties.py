"""What must hold for every stay of every scheme: the settlement balances, and a range contains every completion."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estimator import estimate, load_schemes
from estimator.batch import Pricer
from estimator.facts import FACTS
from estimator.money import format_yuan
from estimator.price import Amounts

SCHEMES, _ = load_schemes([Path(__file__).parent / "city.yaml"])
AMOUNTS = Amounts._fields
LEVELS = ["community", "primary", "secondary", "tertiary"]
DAY = {"as_of": "2016-11-20"}

# Where money changes: deductibles, band ends and caps of the figures below, each with a fen to either side.
EDGES = [0, 15_000, 30_000, 40_000, 80_000, 130_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_500_000, 12_000_000]
EDGES += [12_300_000, 15_300_000, 1_000_080_00]
amounts = st.one_of(
    st.integers(0, 20_000_000),
    st.sampled_from(EDGES).flatmap(lambda edge: st.integers(max(0, edge - 2), edge + 2)),
)
ratios = st.sampled_from(["0", "0.05", "0.1", "0.333333", "1"])


def fen(text):
    sign = -1 if text.startswith("-") else 1
    return sign * int(text.replace(".", "").replace("-", ""))


@st.composite
def stays(draw):
    """A stay with every fact known, in one of the priced schemes."""
    scheme = draw(st.sampled_from(["henan-employee", "county-resident", "test-city"]))
    total = draw(amounts)
    out = draw(st.one_of(st.just(0), st.integers(0, total)))
    class_b = draw(st.one_of(st.just(0), st.integers(0, total - out))) if scheme != "county-resident" else 0
    facts = {
        "scheme": scheme,
        **DAY,
        "status": draw(st.sampled_from(["active", "retired"])),
        "hospital_level": draw(st.sampled_from(LEVELS)),
        "admission_no": draw(st.integers(1, 3)),
        "paid_years": draw(st.integers(0, 7)),
        "total": format_yuan(total),
        "self_paid": format_yuan(out),
        "class_b": format_yuan(class_b),
        "class_b_self_ratio": draw(ratios) if scheme != "test-city" else "0.1",
        "fund_used": format_yuan(draw(st.one_of(st.just(0), amounts))),
        "account_balance": format_yuan(draw(st.one_of(st.just(0), amounts))),
        "average_wage": draw(st.sampled_from(["30000", "33333.33"])),
    }
    if scheme == "county-resident":
        facts.update(base_deductible=draw(st.sampled_from(["800", "333.33"])), base_cap="50000")
    return facts


def priced(facts):
    answer = estimate(facts, SCHEMES)
    assert answer["status"] == "ok", answer
    return answer


@given(stays())
def test_a_settlement_balances_and_its_lines_add_up(facts):
    answer = priced(facts)
    paid = {name: fen(answer[name]) for name in AMOUNTS}
    assert min(paid.values()) >= 0
    assert paid["fund_pays"] + paid["member_pays"] == paid["total"]
    assert paid["account_pays"] + paid["cash_pays"] == paid["member_pays"]
    assert paid["out_of_catalogue"] + paid["class_b_self_pay"] + paid["in_scope"] == paid["total"]
    assert paid["deductible"] + paid["copay"] + paid["fund_before_cap"] == paid["in_scope"]
    assert paid["fund_before_cap"] - paid["over_cap"] == paid["fund_pays"]
    by_payer = {"member": 0, "fund": 0}
    for line in answer["lines"]:
        by_payer[line["payer"]] += fen(line["amount"])
        assert line["citations"]
    assert by_payer == {"member": paid["member_pays"], "fund": paid["fund_pays"]}


def cap_of(facts):
    if facts["scheme"] == "henan-employee":
        return 4 * fen(facts["average_wage"] if "." in facts["average_wage"] else facts["average_wage"] + ".00")
    if facts["scheme"] == "county-resident":
        return 5_500_000 if facts["paid_years"] >= 5 else 5_000_000
    return 10_000_000


@given(stays())
def test_the_fund_never_pays_above_its_cap_in_the_year(facts):
    left = max(0, cap_of(facts) - fen(facts["fund_used"]))
    assert fen(priced(facts)["fund_pays"]) <= left


@given(stays(), st.integers(1, 3_000_000))
def test_a_higher_bill_never_lowers_what_the_member_pays(facts, more):
    higher = {**facts, "total": format_yuan(fen(facts["total"]) + more)}
    one, two = priced(facts), priced(higher)
    assert fen(two["member_pays"]) >= fen(one["member_pays"])
    assert fen(two["fund_pays"]) >= fen(one["fund_pays"])


@given(stays())
def test_the_same_result_from_single_sequence_batch_and_variant(facts):
    alone = priced(facts)
    pricer = Pricer(SCHEMES)
    assert tuple(fen(alone[name]) for name in AMOUNTS) == pricer.amounts(facts)
    row = pricer.result({name: str(value) for name, value in facts.items()})
    assert not row.faults
    assert [row.columns[name] for name in AMOUNTS] == [alone[name] for name in AMOUNTS]
    year = estimate({**facts, "stays": [{}]}, SCHEMES)
    assert [year["stays"][0][name] for name in AMOUNTS] == [alone[name] for name in AMOUNTS]
    variant = estimate({**facts, "variants": [{}]}, SCHEMES)["variants"][0]
    assert variant["estimate"]["fund_pays"] == alone["fund_pays"]
    assert variant["difference"] == {"member_pays": "0.00", "fund_pays": "0.00"}


HIDEABLE = ["status", "hospital_level", "admission_no", "paid_years", "self_paid", "class_b", "class_b_self_ratio"]
APPROXIMATE = ["total", "self_paid", "class_b", "fund_used", "account_balance"]


@settings(max_examples=400)
@given(stays(), st.sets(st.sampled_from(HIDEABLE)), st.sets(st.sampled_from(APPROXIMATE)), st.data())
def test_a_range_contains_the_exact_answer_of_every_completion(facts, hidden, vague, data):
    exact = priced(facts)
    asked = {name: value for name, value in facts.items() if name not in hidden}
    for name in vague - hidden:
        value = fen(asked[name])
        low = data.draw(st.integers(max(0, value - 2_000_000), value), label=f"{name} low")
        high = data.draw(st.integers(value, value + 2_000_000), label=f"{name} high")
        asked[name] = {"low": format_yuan(low), "high": format_yuan(high), "said": "大约"}
    answer = estimate(asked, SCHEMES)
    assert answer["status"] in ("ok", "range")
    for name in AMOUNTS:
        if answer["status"] == "ok" or answer[name] is not None:
            assert answer[name] == exact[name]
        elif name == "member_pays":
            assert fen(answer["low"][name]) <= fen(exact[name]) <= fen(answer["high"][name])
        else:
            bound = answer["bounds"][name]
            assert fen(bound["low"]) <= fen(exact[name]) <= fen(bound["high"]), name
    if answer["status"] == "range":
        assert set(answer["missing"]) <= hidden | vague
        assert answer["next_question"] in answer["missing"]


@given(stays(), st.sets(st.sampled_from(HIDEABLE), min_size=1))
def test_both_ends_of_a_range_are_settlements_that_their_own_facts_give(facts, hidden):
    answer = estimate({name: value for name, value in facts.items() if name not in hidden}, SCHEMES)
    assume(answer["status"] == "range")
    for side in ("low", "high"):
        end = answer[side]
        again = priced({**facts, **end["facts"]})
        assert [again[name] for name in AMOUNTS] == [end[name] for name in AMOUNTS]
        assert sum(fen(line["amount"]) for line in end["lines"]) == fen(end["total"])


@given(stays(), st.sets(st.sampled_from(HIDEABLE), min_size=2), st.data())
def test_answering_a_question_never_widens_the_range(facts, hidden, data):
    asked = {name: value for name, value in facts.items() if name not in hidden}
    before = estimate(asked, SCHEMES)
    assume(before["status"] == "range")
    name = data.draw(st.sampled_from(sorted(hidden)))
    after = estimate({**asked, name: facts[name]}, SCHEMES)
    if after["status"] == "ok":
        low = high = fen(after["member_pays"])
    else:
        low, high = fen(after["low"]["member_pays"]), fen(after["high"]["member_pays"])
    assert fen(before["low"]["member_pays"]) <= low <= high <= fen(before["high"]["member_pays"])


@given(stays(), st.sampled_from(["0.01", "0.05", "0.2", "0.9"]))
def test_an_unpublished_raise_of_the_copay_is_inside_its_range(facts, points):
    facts = {**facts, "scheme": "henan-employee", "referred_out": True}
    raised = priced({**facts, "referral_extra_points": points})
    answer = estimate(facts, SCHEMES)
    if answer["status"] == "ok":
        assert answer["member_pays"] == raised["member_pays"]
        return
    for name in AMOUNTS:
        low = answer["low"][name] if name == "member_pays" else answer["bounds"][name]["low"]
        high = answer["high"][name] if name == "member_pays" else answer["bounds"][name]["high"]
        assert fen(low) <= fen(raised[name]) <= fen(high)


@given(stays(), st.booleans(), st.booleans(), st.sets(st.sampled_from(["selected_hospital", "emergency", "status"])))
def test_a_doubt_whether_a_stay_is_covered_is_inside_its_range(facts, chosen, urgent, hidden):
    facts = {**facts, "scheme": "henan-employee", "remote_resident": True}
    facts.update(selected_hospital=chosen, emergency=urgent)
    exact = estimate(facts, SCHEMES)
    assert exact["status"] == ("ok" if chosen or urgent else "not_covered")
    rough = estimate({name: value for name, value in facts.items() if name not in hidden}, SCHEMES)
    low, high = (rough["low"], rough["high"]) if rough["status"] == "range" else (rough, rough)
    assert fen(low["member_pays"]) <= fen(exact["member_pays"]) <= fen(high["member_pays"])
    assert sum(fen(line["amount"]) for line in high["lines"]) == fen(high["total"])


@given(st.lists(stays(), min_size=2, max_size=4), st.data())
def test_a_year_of_stays_carries_cap_admissions_and_account(several, data):
    first = several[0]
    common = {name: first[name] for name in ("scheme", "status", "average_wage", "account_balance", "paid_years")}
    common.update({name: first[name] for name in ("base_deductible", "base_cap") if name in first})
    parts = ("hospital_level", "total", "self_paid", "class_b", "class_b_self_ratio")
    each = [{name: stay[name] for name in parts} for stay in several]
    year = estimate({**common, **DAY, "stays": each}, SCHEMES)
    used, balance = 0, fen(first["account_balance"])
    for number, (stay, answer) in enumerate(zip(each, year["stays"], strict=True), start=1):
        carried = {"admission_no": number, "fund_used": format_yuan(used), "account_balance": format_yuan(balance)}
        alone = priced({**common, **DAY, **stay, **carried})
        assert [answer[name] for name in AMOUNTS] == [alone[name] for name in AMOUNTS]
        used += fen(answer["fund_pays"])
        balance -= fen(answer["account_pays"])
    assert fen(year["fund_pays"]) == used <= cap_of({**first, "fund_used": "0.00"})
    hidden = data.draw(st.sampled_from(["hospital_level", "self_paid", "class_b"]))
    vague = estimate({**common, **DAY, "stays": [{**each[0], hidden: None}, *each[1:]]}, SCHEMES)
    for exact, rough in zip(year["stays"], vague["stays"], strict=True):
        low, high = (rough["low"], rough["high"]) if rough["status"] == "range" else (rough, rough)
        assert fen(low["member_pays"]) <= fen(exact["member_pays"]) <= fen(high["member_pays"])


@given(st.dictionaries(st.sampled_from(["total", "self_paid", "as_of", "age", "status", "admitted", "x"]), st.text()))
def test_no_text_makes_it_raise(said):
    answer = estimate({"scheme": "henan-employee", **said}, SCHEMES)
    assert answer["status"] in ("ok", "range", "unknown", "not_covered", "bad_input")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["low", "high", "amount", "ratio"]), inner)
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*FACTS, "stays", "variants", "then", "scheme"]), json_values))
def test_no_json_makes_it_raise(said):
    answer = estimate({"scheme": "henan-employee", "total": "1000", **said}, SCHEMES)
    assert answer["status"] in ("ok", "range", "unknown", "not_covered", "bad_input")


@pytest.mark.parametrize("day", [date(2001, 12, 1), date(2016, 2, 29), date(2026, 11, 22)])
def test_a_day_is_kept_in_the_answer(day):
    assert estimate({"scheme": "henan-employee", "as_of": day.isoformat()}, SCHEMES)["as_of"] == day.isoformat()
