"""How the other benefits answer: unknown kinds, the only scheme, parameters, citations that stand in the register."""

from pathlib import Path

import pytest
import yaml

from estimator import Parameter, Parameters, benefit, estimate, load_schemes
from estimator.benefits import kind, load_kinds
from estimator.benefits.facts import FACTS

SCHEMES, _ = load_schemes()
COVERAGE = Path(__file__).parents[2] / "knowledge" / "content" / "coverage"


def test_an_unknown_kind_names_those_there_are():
    answer = benefit("pension", {}, SCHEMES)
    assert answer["status"] == "bad_input"
    assert "account-credit" in answer["errors"][0]["accepted"]


def test_every_fact_of_every_kind_can_be_read_and_has_a_label():
    for one in load_kinds().values():
        assert set(one.facts) <= FACTS.keys()
        assert one.title
        assert all(one.outputs.values())


def test_a_kind_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        kind("aid", title="又一个", facts=(), outputs={}, rule="x")(lambda _: None)


def test_the_only_scheme_with_the_rules_need_not_be_said():
    assert benefit("dialysis", {"visit_costs": [], "approved": True}, SCHEMES)["scheme"] == "beijing-employee"


def test_a_scheme_must_be_said_where_several_have_the_rules():
    answer = benefit("account-credit", {"age": 30}, SCHEMES)
    assert answer["errors"][0]["field"] == "scheme"


def test_an_unknown_scheme_and_bad_facts_are_told_together():
    answer = benefit("account-credit", {"scheme": "mars", "age": -1, "annual_wage": "x"}, SCHEMES)
    assert {error["field"] for error in answer["errors"]} == {"scheme", "age", "annual_wage"}


def test_facts_nobody_asks_for_are_named():
    assert benefit("dialysis", {"visit_costs": [], "approved": True, "age": 3}, SCHEMES)["ignored"] == ["age"]


def test_the_office_figure_is_used_and_named():
    parameters = Parameters([Parameter("henan-employee", "average_wage", "60000.00", source="示例")])
    facts = {"scheme": "henan-employee", "status": "active", "annual_wage": "300000", "age": 30}
    answer = benefit("account-credit", facts, SCHEMES, parameters=parameters)
    assert answer["monthly_base"] == "15000.00"
    assert "示例" in answer["assumptions"][0]["text"]


def test_a_broken_figure_of_the_office_is_told():
    parameters = Parameters([Parameter("henan-employee", "average_wage", "many")])
    facts = {"scheme": "henan-employee", "status": "active", "annual_wage": "300000", "age": 30}
    answer = benefit("account-credit", facts, SCHEMES, parameters=parameters)
    assert answer["errors"][0]["field"] == "parameters"


def test_aid_follows_a_settlement_in_one_request():
    stay = {"scheme": "henan-employee", "status": "active", "hospital_level": "tertiary", "admission_no": 1}
    stay |= {"total": "10000", "self_paid": "0", "class_b": "0", "average_wage": "30000", "as_of": "2016-11-20"}
    then = {"scheme": "jiangning-aid", "age": 45, "low_income": True}
    answer = estimate({**stay, "then": then}, SCHEMES)
    assert (answer["member_pays"], answer["assistance"], answer["member_after"]) == ("4400.00", "3520.00", "880.00")


def test_both_aids_follow_a_settlement():
    stay = {"scheme": "henan-employee", "status": "active", "hospital_level": "tertiary", "admission_no": 1}
    stay |= {"total": "10000", "self_paid": "0", "class_b": "0", "average_wage": "30000", "as_of": "2016-11-20"}
    then = {"scheme": "jiangning-aid", "age": 45, "low_income": True, "part": "both", "category": 1}
    answer = estimate({**stay, "then": then}, SCHEMES)
    assert (answer["assistance"], answer["member_after"]) == ("3784.00", "616.00")  # 3520 and 30% of 880


def test_cited_articles_stand_in_the_coverage_files():
    known = {}
    for file in COVERAGE.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        known[file.stem] = {str(one) for one in _articles(yaml.safe_load(text))}
    for name in ("county-resident", "jiangning-aid", "beijing-employee", "henan-employee", "enrolment-by-residence"):
        for rule in SCHEMES[name].rules:
            for cite in rule.model.cite:
                if known.get(cite.doc):
                    assert cite.article in known[cite.doc], f"{name}/{rule.model.id}: {cite.doc} {cite.article}"


def _articles(data):
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "article":
                yield value
            yield from _articles(value)
    elif isinstance(data, list):
        for value in data:
            yield from _articles(value)


def test_a_plain_new_city_needs_no_code(tmp_path):
    file = tmp_path / "lanzhou.yaml"
    file.write_text(CITY, encoding="utf-8")
    schemes, faults = load_schemes([file])
    assert not faults
    facts = {"scheme": "lanzhou", "status": "active", "annual_wage": "24000", "average_wage": "60000", "age": 50}
    answer = benefit("account-credit", facts, schemes)
    assert answer["monthly_base"] == "3500.00"  # 70% of 60000, a month
    assert answer["account_credit"] == "129.50"  # 52.50 own (1.5%) and 77.00 (2.2%)
    assert answer["band"] == "from_50"


CITY = """
id: lanzhou
title: 试验市
rules:
  - {id: contribution, kind: contribution, undated: true, employee: 1.5%, cite: {doc: a, article: 第一条}}
  - {id: base, kind: contribution_base, undated: true, lowest: 70%, highest: 250%, cite: {doc: a, article: 第二条}}
  - id: account_credit
    kind: account_credit
    undated: true
    changes: birthday
    own: true
    cells:
      young: {band: under_50, value: 1.1%}
      old: {band: from_50, from_age: 50岁, value: 2.2%}
    cite: {doc: a, article: 第三条}
"""
