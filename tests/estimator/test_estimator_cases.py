"""Stays worked out by hand, in tables a clerk can read and add to."""

from pathlib import Path

import pytest
import yaml

from estimator import estimate, load_schemes

SCHEMES, FAULTS = load_schemes()
HERE = Path(__file__).parent


def cases():
    for file in sorted(HERE.glob("cases_*.yaml")):
        table = yaml.safe_load(file.read_text(encoding="utf-8"))
        for number, case in enumerate(table["cases"], start=1):
            yield pytest.param({**table["base"], **case["facts"]}, case["expect"], id=f"{file.stem}-{number}")


def found(answer, path):
    for step in path.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer


def settlements(answer):
    if "stays" in answer:
        for stay in answer["stays"]:
            yield from settlements(stay)
    elif answer["status"] == "range":
        yield from (answer["low"], answer["high"])
    elif answer["status"] in ("ok", "not_covered") and answer["total"]:
        yield answer


def fen(text):
    return int(text.replace(".", ""))


def test_the_shipped_schemes_have_no_fault():
    assert FAULTS == []


@pytest.mark.parametrize(("request_", "expect"), list(cases()))
def test_a_hand_worked_stay_is_answered_to_the_fen(request_, expect):
    answer = estimate(request_, SCHEMES)
    assert {path: found(answer, path) for path in expect} == expect


@pytest.mark.parametrize(("request_", "expect"), list(cases()))
def test_the_lines_of_a_hand_worked_stay_add_up_and_cite(request_, expect):
    del expect
    for settlement in settlements(estimate(request_, SCHEMES)):
        lines = settlement["lines"]
        assert sum(fen(line["amount"]) for line in lines) == fen(settlement["total"])
        assert all(line["formula"] and line["citations"] and line["label"] for line in lines)
