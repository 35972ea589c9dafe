"""Scheme files: what is sound loads, and every fault is named at once with file and line."""

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from estimator import Parameter, Parameters, estimate, load_schemes
from estimator.schema import FILE, schema_text

CITY = Path(__file__).parent / "city.yaml"


def faults_of(tmp_path, text):
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    schemes, faults = load_schemes([file])
    assert all(fault.file == str(file) for fault in faults)
    return schemes, [(fault.line, fault.message) for fault in faults]


HEAD = "id: own\ntitle: 自己的\nrules:\n"
RULE = "  - {id: a, kind: account, undated: true, cite: {doc: d, article: 一}}\n"


def test_a_sound_file_adds_a_scheme(tmp_path):
    schemes, faults = faults_of(tmp_path, HEAD + RULE)
    assert not faults
    assert schemes["own"].title == "自己的"
    assert "henan-employee" in schemes


def test_an_office_s_file_takes_the_place_of_a_shipped_scheme(tmp_path):
    file = tmp_path / "henan.yaml"
    shipped = (FILE.parent / "henan-employee.yaml").read_text(encoding="utf-8")
    file.write_text(shipped.replace("first_ratio: {value: 10%}", "first_ratio: {value: 8%}"), encoding="utf-8")
    schemes, faults = load_schemes([tmp_path])
    assert not faults
    assert schemes.figure("henan-employee/deductible/first_ratio") == "8%"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("id: own\nrules: [", 3, "YAML"),
        ("- 1\n", 1, "键"),
        ("id: own\nrules: []\n", 1, "title"),
        ("id: own\nid: two\ntitle: x\nrules: []\n", 2, "写了两遍"),
        (HEAD + RULE + "colour: red\n", 5, "colour"),
        (HEAD + RULE.replace("account", "acount"), 4, "acount"),
        (HEAD + RULE.replace("undated: true, ", ""), 4, "since"),
        (HEAD + RULE.replace("undated: true", "since: 2016-01-01, until: 2015-01-01"), 4, "until"),
        (HEAD + RULE.replace("cite: {doc: d, article: 一}", "cite: []"), 4, "cite"),
        (HEAD + RULE.replace("article: 一", "artikel: 一"), 4, "artikel"),
        (HEAD + RULE + RULE, 5, "重叠"),
        (
            HEAD
            + RULE.replace("undated: true", "since: 2015-01-01, until: 2015-12-31")
            + RULE.replace("undated: true", "since: 2016-01-02"),
            5,
            "空档",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path, text, line, words):
    _, faults = faults_of(tmp_path, text)
    assert any(at == line and words in message for at, message in faults), faults


CAP = """  - id: cap
    kind: cap
    undated: true
    base: amount
    cells:
      a: {value: %s}
    cite: {doc: d, article: 一}
"""
SHARE = """  - id: share
    kind: share
    undated: true
    of: fund
    cells:
%s
    cite: {doc: d, article: 一}
"""


@pytest.mark.parametrize("value", ["10", "10%", "十元", "-5元", "1.001元", "200000000元"])
def test_a_bad_number_is_a_fault(tmp_path, value):
    _, faults = faults_of(tmp_path, HEAD + CAP % value)
    assert len(faults) == 1


@pytest.mark.parametrize(
    ("cells", "line", "words"),
    [
        ("      a: {hospital_level: tertiary, value: 50%}", 8, "没有合适的数"),
        ("      all: {value: 50%}\n      a: {hospital_level: tertiary, value: 60%}", 10, "永远用不到"),
        ("      a: {value: 50%, bands: [{value: 3%}]}", 9, "写一个"),
        ("      a: {bands: [{upto: 5元, value: 3%}]}", 9, "upto"),
        ("      a: {bands: [{upto: 5元, value: 3%}, {upto: 4元, value: 3%}, {value: 1%}]}", 9, "upto"),
    ],
)
def test_gaps_and_overlaps_of_a_table_are_found(tmp_path, cells, line, words):
    _, faults = faults_of(tmp_path, HEAD + SHARE % cells)
    assert any(at == line and words in message for at, message in faults), faults


def test_all_faults_come_at_once(tmp_path):
    broken = RULE.replace("account", "acount") + RULE.replace("undated: true, ", "") + "x: 1\n"
    _, faults = faults_of(tmp_path, HEAD + broken)
    assert len(faults) == 3


def test_a_dangling_citation_is_found_where_the_documents_are_known():
    _, faults = load_schemes([CITY], documents={"test-city-2015": {"第一条", "第二条"}})
    mine = [fault for fault in faults if fault.file == str(CITY)]
    assert [fault.message for fault in mine] == [f"test-city-2015 没有 第{n}条" for n in "三四五六"]
    assert any("没有文件 henan-employee-2001" in fault.message for fault in faults)


def test_a_missing_file_is_a_fault(tmp_path):
    _, faults = load_schemes([tmp_path / "none.yaml"])
    assert len(faults) == 1
    assert "none.yaml:1" in str(faults[0])


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("henan-employee/deductible/first_ratio", "10%"),
        ("henan-employee/deductible/later_ratio", "5%"),
        ("henan-employee/cap/times", "4倍"),
        ("henan-employee/copay/retired_community", "10%"),
        ("henan-employee/claim_limit/file_within", "3个月"),
        ("county-resident/share/tertiary_from_5_years", "60%"),
    ],
)
def test_figures_print_as_an_answer_needs_them(path, shown):
    assert load_schemes()[0].figure(path) == shown


@pytest.mark.parametrize("path", ["", "henan-employee", "x/y", "henan-employee/x", "henan-employee/cap/x/y"])
def test_a_figure_that_does_not_exist_is_a_lookup_error(path):
    with pytest.raises(LookupError):
        load_schemes()[0].figure(path)


def test_a_figure_before_its_rule_does_not_exist():
    with pytest.raises(LookupError):
        load_schemes()[0].figure("henan-employee/cap/times", on=date(2001, 11, 30))


def test_every_listed_figure_can_be_printed():
    schemes, _ = load_schemes()
    for scheme in schemes.values():
        for path in scheme.figures():
            assert schemes.figure(path)


def test_the_editors_schema_is_what_the_kinds_give():
    assert FILE.read_text(encoding="utf-8") == schema_text(), "python -m estimator schema > the file"
    assert json.loads(schema_text())["properties"]["rules"]


def test_rules_and_the_wage_are_those_of_the_day_of_discharge(tmp_path):
    text = CITY.read_text(encoding="utf-8")
    later = text.replace('whole: {value: "100000元"}', 'whole: {value: "1000元"}')
    cap = later[later.index("  - id: cap") : later.index("  - id: first_self_pay")].replace("2015-01-01", "2016-07-01")
    two = text.replace(
        "id: cap\n    kind: cap\n    since: 2015-01-01",
        "id: cap\n    kind: cap\n    since: 2015-01-01\n    until: 2016-06-30",
    )
    file = tmp_path / "city.yaml"
    file.write_text(two.replace("  - id: first_self_pay", cap + "  - id: first_self_pay"), encoding="utf-8")
    schemes, faults = load_schemes([file])
    assert not faults
    facts = {"scheme": "test-city", "status": "active", "hospital_level": "primary", "admission_no": 1}
    facts |= {"total": "10300", "self_paid": "0", "class_b": "0", "admitted": "2016-06-25"}
    before, after = (estimate({**facts, "discharged": day}, schemes) for day in ("2016-06-30", "2016-07-01"))
    assert before["fund_pays"] == "8015.00"  # 9,700 x 80% + 300 x 85%
    assert after["fund_pays"] == "1000.00"


WAGE = {"scheme": "henan-employee", "status": "active", "hospital_level": "tertiary", "admission_no": 1}
WAGE |= {"total": "10000", "self_paid": "0", "class_b": "0"}


def test_a_yearly_parameter_is_never_carried_into_the_next_year():
    schemes, _ = load_schemes()
    office = Parameters(
        [Parameter("henan-employee", "average_wage", "30000.00", date(2016, 1, 1), None, "省统计局2016")]
    )
    this = estimate({**WAGE, "discharged": "2016-12-31"}, schemes, parameters=office)
    after = estimate({**WAGE, "discharged": "2017-01-01"}, schemes, parameters=office)
    assert this["fund_pays"] == "5600.00"
    assert any(item["fact"] == "average_wage" and "省统计局2016" in item["text"] for item in this["assumptions"])
    assert (after["status"], after["missing"]) == ("unknown", ["average_wage"])


def test_a_fact_of_the_request_beats_the_parameter_and_a_sample_is_called_one():
    schemes, _ = load_schemes()
    office = Parameters([Parameter("henan-employee", "average_wage", "60000.00", None, None, "示例")])
    sample = estimate(WAGE, schemes, parameters=office)
    assert sample["deductible"] == "6000.00"
    assert "示例" in sample["lines"][0]["formula"]
    assert estimate({**WAGE, "average_wage": "30000"}, schemes, parameters=office)["deductible"] == "3000.00"


def test_a_parameter_written_wrong_is_said():
    office = Parameters([Parameter("henan-employee", "average_wage", "lots")])
    answer = estimate(WAGE, load_schemes()[0], parameters=office)
    assert answer["errors"][0]["field"] == "parameters"


def test_configured_points_and_class_b_share_are_used():
    schemes, _ = load_schemes()
    office = Parameters(
        [
            Parameter("henan-employee", "referral_extra_points", "0.05"),
            Parameter("henan-employee", "class_b_self_ratio", "0.1"),
        ]
    )
    facts = {**WAGE, "average_wage": "30000", "class_b": "1000", "referred_out": True}
    answer = estimate(facts, schemes, parameters=office)
    # 10000 - 100 - 3000 = 6900, x 25% = 1725
    assert (answer["status"], answer["class_b_self_pay"], answer["copay"]) == ("ok", "100.00", "1725.00")


def test_the_package_is_imported_quickly_and_without_pydantic():
    code = "import sys, time; t = time.perf_counter(); import estimator; t = time.perf_counter() - t; "
    code += "print(t, 'pydantic' in sys.modules)"
    best = min(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(3)
    )
    assert float(best[0]) < 0.3
    assert best[1] == "False"


def test_the_estimator_needs_nothing_of_the_other_packages():
    code = "import estimator.settle, estimator.batch, estimator.benefits, sys; "
    code += "print([n for n in ('knowledge', 'handlers', 'bot', 'sqlalchemy', 'aiohttp') if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_loading_takes_well_under_a_second():
    start = time.perf_counter()
    load_schemes()
    assert time.perf_counter() - start < 1
