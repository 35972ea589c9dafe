"""Several estimates in one request: years, variants, aid on top, and what is assumed."""

import pytest

from estimator import benefits, estimate, load_schemes

SCHEMES, _ = load_schemes()
STAY = {"scheme": "henan-employee", "status": "active", "hospital_level": "tertiary", "admission_no": 1}
STAY |= {"total": "35600", "self_paid": "0", "class_b": "0", "average_wage": "60000", "as_of": "2016-11-20"}


def test_variants_stand_beside_the_stay_with_the_difference():
    answer = estimate(
        {**STAY, "variants": [{"hospital_level": "community"}, {"status": "retired"}, {"admission_no": 2}]}, SCHEMES
    )
    assert answer["member_pays"] == "11920.00"
    assert [each["difference"]["member_pays"] for each in answer["variants"]] == ["-1480.00", "-1480.00", "-2400.00"]
    assert answer["variants"][0]["changed"] == {"hospital_level": "community"}


def test_a_variant_that_is_a_range_has_no_difference():
    answer = estimate({**STAY, "variants": [{"status": None}]}, SCHEMES)
    assert answer["variants"][0]["difference"] is None
    assert answer["variants"][0]["estimate"]["status"] == "range"


@pytest.mark.parametrize(
    ("name", "value"), [("variants", {}), ("variants", [1]), ("stays", []), ("stays", "x"), ("stays", [1])]
)
def test_lists_written_wrong_are_refused(name, value):
    answer = estimate({**STAY, name: value}, SCHEMES)
    assert answer["status"] == "bad_input"
    assert answer["errors"][0]["field"] == name


def test_errors_in_a_year_name_the_stay_and_come_all_at_once():
    stays = [{"total": "-1"}, {"total": "10"}, {"total": "5", "self_paid": "6"}]
    answer = estimate({**STAY, "stays": stays}, SCHEMES)
    assert [error["field"] for error in answer["errors"]] == ["stays[0].total", "stays[2].self_paid"]


def test_stays_out_of_order_are_refused():
    answer = estimate({**STAY, "stays": [{"discharged": "2016-05-01"}, {"discharged": "2016-04-01"}]}, SCHEMES)
    assert answer["errors"][0]["field"] == "stays[1].discharged"


def test_a_new_year_starts_a_new_cap_and_a_first_admission():
    stays = [{"discharged": "2016-12-30"}, {"discharged": "2017-01-05"}]
    facts = {name: value for name, value in STAY.items() if name not in ("admission_no", "as_of")}
    answer = estimate({**facts, "fund_used": "239000", "stays": stays}, SCHEMES)
    assert [stay["fund_pays"] for stay in answer["stays"]] == ["1000.00", "23680.00"]
    assert [stay["deductible"] for stay in answer["stays"]] == ["6000.00", "6000.00"]


def test_an_unknown_stay_leaves_what_follows_honest():
    answer = estimate({**STAY, "admission_no": None, "stays": [{"total": None}, {"total": "303000"}]}, SCHEMES)
    assert answer["stays"][0]["status"] == "unknown"
    second = answer["stays"][1]
    assert (second["status"], second["low"]["fund_pays"], second["high"]["fund_pays"]) == ("range", "240000.00", "0.00")


def test_aid_goes_on_top_of_a_settlement_and_of_both_ends_of_a_range(monkeypatch):
    seen = []

    def aid(kind, request, schemes, parameters):
        del kind, schemes, parameters
        seen.append(request)
        return {"status": "ok", "assistance": "1000.00"}

    monkeypatch.setattr(benefits, "benefit", aid)
    then = {"scheme": "jiangning-aid", "age": 45, "low_income": True}
    answer = estimate({**STAY, "then": then}, SCHEMES)
    assert (answer["assistance"], answer["member_after"]) == ("1000.00", "10920.00")
    assert (seen[0]["reimbursed"], seen[0]["personal_paid"], seen[0]["age"]) == ("23680.00", "11920.00", 45)
    rough = estimate({**STAY, "status": None, "then": then}, SCHEMES)
    assert (rough["low"]["member_after"], rough["high"]["member_after"]) == ("9440.00", "10920.00")


@pytest.mark.parametrize(
    ("then", "field"),
    [(5, "then"), ({"scheme": "mars"}, "then.scheme"), ({"scheme": "jiangning-aid", "age": -1}, "then.age")],
)
def test_aid_asked_for_wrongly_is_refused(then, field):
    answer = estimate({**STAY, "then": then}, SCHEMES)
    assert (answer["status"], answer["errors"][0]["field"]) == ("bad_input", field)


def test_aid_by_hand_eighty_per_cent_up_to_the_yearly_cap():
    # 13000 - 6000 = 7000 x 80% = 5600 by the fund, 7400 left; x 80% = 5920, at most 5000 under 60 and 4000 from 60
    facts = {**STAY, "total": "13000"}
    young = estimate({**facts, "then": {"scheme": "jiangning-aid", "age": 59, "low_income": True}}, SCHEMES)
    old = estimate({**facts, "then": {"scheme": "jiangning-aid", "age": 60, "low_income": True}}, SCHEMES)
    assert (young["member_pays"], young["assistance"], young["member_after"]) == ("7400.00", "5000.00", "2400.00")
    assert (old["assistance"], old["member_after"]) == ("4000.00", "3400.00")
    assert any(item["fact"] == "then" for item in young["assumptions"])


def test_aid_with_unknown_facts_is_a_range_of_two_settlements():
    answer = estimate({**STAY, "then": {"scheme": "jiangning-aid", "low_income": True}}, SCHEMES)
    assert (answer["status"], answer["missing"]) == ("range", ["age"])
    assert (answer["low"]["member_after"], answer["high"]["member_after"]) == ("6920.00", "7920.00")
    both = estimate({**STAY, "status": None, "then": {"scheme": "jiangning-aid"}}, SCHEMES)
    assert both["low"]["member_after"] == "5440.00"  # 10440 less 5000
    assert both["high"]["member_after"] == "11920.00"  # not on low income: none


def test_a_stay_that_is_unknown_gets_no_aid():
    answer = estimate({**STAY, "average_wage": None, "then": {"scheme": "jiangning-aid", "age": 5}}, SCHEMES)
    assert (answer["status"], answer.get("assistance")) == ("unknown", None)


def test_absent_facts_that_are_assumed_are_listed():
    listed = {item["fact"] for item in estimate(STAY, SCHEMES)["assumptions"]}
    assert listed == {
        "fund_used",
        "account_balance",
        "accident",
        "remote",
        "referred_out",
        "outpatient",
        "unit_in_arrears",
    }


def test_facts_that_are_said_are_not_listed_as_assumed():
    said = {"fund_used": "0", "account_balance": "0", "accident": "none", "remote": False, "referred_out": False}
    assert estimate({**STAY, **said, "outpatient": False, "unit_in_arrears": "否"}, SCHEMES)["assumptions"] == []


def test_a_community_hospital_of_the_county_says_that_the_text_names_only_levels():
    facts = {"scheme": "county-resident", "hospital_level": "community", "paid_years": 1, "total": "1000"}
    facts |= {"self_paid": "0", "base_deductible": "100", "base_cap": "1000"}
    notes = {item["fact"]: item["text"] for item in estimate(facts, SCHEMES)["assumptions"]}
    assert "一级" in notes["hospital_level"]
    assert {"interrupted", "household_incomplete", "student"} <= notes.keys()


def test_unknown_names_are_told_as_ignored():
    assert estimate({**STAY, "self_payed": "1"}, SCHEMES)["ignored"] == ["self_payed"]


def test_amounts_alone_carry_no_lines():
    answer = estimate(STAY, SCHEMES, lines=False)
    assert (answer["fund_pays"], answer["lines"]) == ("23680.00", [])
