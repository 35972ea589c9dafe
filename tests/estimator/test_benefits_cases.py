"""The other benefits worked out by hand, in tables a clerk can read and add to."""

from pathlib import Path

import pytest
import yaml

from estimator import benefit, load_schemes

SCHEMES, FAULTS = load_schemes()
HERE = Path(__file__).parent
CASES = [
    pytest.param(table["kind"], {**table["base"], **case["facts"]}, case["expect"], id=f"{table['kind']}-{number}")
    for file in sorted(HERE.glob("benefit_cases_*.yaml"))
    for table in yaml.safe_load(file.read_text(encoding="utf-8"))
    for number, case in enumerate(table["cases"], start=1)
]


def found(answer, path):
    for step in path.split("."):
        if step == "len":
            return len(answer)
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer


def test_the_shipped_schemes_have_no_fault():
    assert not FAULTS


def test_there_are_enough_cases_each_with_its_reason():
    assert len(CASES) >= 150
    for file in HERE.glob("benefit_cases_*.yaml"):
        for table in yaml.safe_load(file.read_text(encoding="utf-8")):
            assert all(case["why"] for case in table["cases"])


@pytest.mark.parametrize(("kind", "facts", "expect"), CASES)
def test_a_case_worked_out_by_hand(kind, facts, expect):
    answer = benefit(kind, facts, SCHEMES)
    assert {path: found(answer, path) for path in expect} == expect
    if answer["status"] != "bad_input" and "的文件里没有写" not in answer.get("reason", ""):
        assert answer["citations"], "no number without a citation"
