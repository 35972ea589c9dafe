"""`yibao benefit` at a terminal: options are facts, JSON in and out, errors in one line each."""

import io
import json

import pytest

from bot.cli.main import main


def run(capsys, *words):
    status = main(["benefit", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_benefit_for_reading(capsys):
    status, out, _ = run(
        capsys, "maternity", "--scheme", "henan-employee", "--months-before", "9", "--remote-birth", "normal"
    )
    assert status == 0
    assert "合计:3200.00" in out
    assert "henan-base-maternity-2016 3" in out


def test_a_benefit_as_json(capsys):
    status, out, _ = run(capsys, "dialysis", "--visit-costs", '["500"]', "--approved", "true", "--json")
    assert status == 0
    assert json.loads(out)["fund_pays"] == "470.00"


def test_bad_facts_are_told_one_line_each(capsys):
    status, out, err = run(capsys, "account-credit", "--scheme", "henan-employee", "--age", "-1", "--annual-wage", "x")
    assert status == 2
    assert not out
    assert [line.split(":")[0] for line in err.splitlines()] == ["--annual-wage", "--age"]


def test_json_lines(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"continuous_years": 10, "works_in_county": true}\n{}\nnope\n'))
    status, out, _ = run(capsys, "deemed-years", "--jsonl")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["status"] for answer in answers] == ["ok", "range", "bad_input"]
    assert answers[0]["deemed_years"] == 3
    assert status == 1


def test_the_sample_wage_is_used_and_named(capsys):
    _, out, _ = run(capsys, "contribution", "--scheme", "henan-employee", "--annual-wage", "300000", "--demo")
    assert "15000.00" in out
    assert "示例" in out


def test_the_help_lists_every_kind_with_its_facts(capsys):
    with pytest.raises(SystemExit):
        run(capsys, "--help")
    out = capsys.readouterr().out
    assert "exam-approval" in out
    assert "filed_after_days" in out


def test_an_unknown_kind_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as left:
        run(capsys, "pension")
    assert left.value.code == 2
