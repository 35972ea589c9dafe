"""Files of stays: every row comes back, errors stand apart, and two versions can be compared."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from estimator import load_schemes
from estimator.__main__ import main
from estimator.batch import BatchError, Pricer, Totals, price_csv
from estimator.compare import compare_csv
from estimator.schema import FILE, schema_text

HEADER = "id,scheme,status,hospital_level,admission_no,total,self_paid,class_b,average_wage\n"
GOOD = "1,henan-employee,active,tertiary,1,35600,0,0,60000\n"
ROWS = (
    HEADER
    + GOOD
    + "2,henan-employee,,tertiary,1,35600,0,0,60000\n"
    + "3,henan-employee,active,tertiary,1,-5,0.001,0,60000\n"
    + "4,henan-employee,active,tertiary,1,35600,0,0,\n"
    + '"5, ""five""",henan-employee,retired,community,1,"35,600.00",0,0,60000\n'
    + "6,henan-employee,active\n"
)


@pytest.fixture
def files(tmp_path):
    def write(text, encoding="utf-8"):
        (tmp_path / "in.csv").write_text(text, encoding=encoding)
        return tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "err.csv"

    return write


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SCHEMES, _ = load_schemes()


def test_every_row_is_answered_and_errors_stand_apart(files):
    source, target, errors = files(ROWS)
    seen = []
    totals = price_csv(source, target, errors, Pricer(SCHEMES), progress=seen.append)
    # row 1: (35600-6000) x 80% = 23680; row 5: x 90% = 26640
    assert totals == Totals(6, 2, 1, 1, 0, 2, member_pays=1192000 + 896000, fund_pays=2368000 + 2664000)
    assert seen == [6]
    found = rows(target)
    assert [row["outcome"] for row in found] == ["ok", "range", "bad_input", "unknown", "ok", "bad_input"]
    assert found[0]["fund_pays"] == "23680.00"
    assert (found[1]["member_low"], found[1]["member_high"], found[1]["missing"]) == ("10440.00", "11920.00", "status")
    assert found[3]["missing"] == "average_wage"
    assert found[4]["id"] == '5, "five"'
    wrong = rows(errors)
    assert [(row["line"], row["field"]) for row in wrong] == [("4", "total"), ("4", "self_paid"), ("7", "")]


def test_a_scheme_for_all_rows_may_be_given_apart(files):
    source, target, errors = files(
        "total,status,hospital_level,admission_no,self_paid,class_b,average_wage,fund_pays\n"
        "10000,active,tertiary,1,0,0,30000,1.00\n"
    )
    totals = price_csv(source, target, errors, Pricer(SCHEMES, scheme="henan-employee"))
    assert totals.fund_pays == 560000
    assert (rows(target)[0]["fund_pays"], rows(target)[0]["new_fund_pays"]) == ("1.00", "5600.00")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "total,total\n1,2\n"])
def test_a_file_that_is_no_table_of_stays_is_refused(files, text):
    with pytest.raises(BatchError):
        price_csv(*files(text), Pricer(SCHEMES))


def test_another_encoding_is_said(files):
    with pytest.raises(BatchError, match="UTF-8"):
        price_csv(*files(HEADER + GOOD.replace("1,henan", "某某单位,henan"), encoding="gb18030"), Pricer(SCHEMES))


def test_the_source_is_never_written_over(files):
    source, target, _ = files(ROWS)
    with pytest.raises(BatchError):
        price_csv(source, target, source, Pricer(SCHEMES))
    assert source.read_text(encoding="utf-8") == ROWS


def test_two_versions_are_compared_row_by_row_and_summed(files, tmp_path):
    text = (FILE.parent / "henan-employee.yaml").read_text(encoding="utf-8")
    own = tmp_path / "henan-employee.yaml"
    own.write_text(
        text.replace("active: {status: active, value: 20%}", "active: {status: active, value: 18%}"), encoding="utf-8"
    )
    changed, faults = load_schemes([own])
    assert not faults
    source, target, errors = files(ROWS)
    result = compare_csv(source, target, errors, Pricer(SCHEMES), Pricer(changed))
    # only row 1 changes: 29600 x 2% = 592 from members to the fund
    assert (result.rows, result.compared, result.changed) == (6, 2, 1)
    assert (result.member_more, result.fund_more) == (-59200, 59200)
    assert result.left_out == {"range/range": 1, "bad_input/bad_input": 2, "unknown/unknown": 1}
    first = rows(target)[0]
    assert (first["member_more"], first["fund_more"]) == ("-592.00", "592.00")
    assert len(rows(errors)) == 3


def test_the_command_prices_a_stay_and_a_file(files, capsys):
    facts = dict(zip(HEADER.strip().split(","), GOOD.strip().split(","), strict=True))
    assert main(["stay", json.dumps(facts)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["fund_pays"], answer["ignored"]) == ("23680.00", ["id"])
    assert main(["csv", *map(str, files(ROWS))]) == 0
    assert json.loads(capsys.readouterr().out)["fund_pays"] == "50320.00"
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == schema_text()


def test_the_command_says_what_is_wrong_without_a_traceback(tmp_path, capsys):
    assert main(["stay", "{"]) == 2
    assert main(["stay", "[1]"]) == 2
    assert main(["csv", str(tmp_path / "none.csv"), "a", "b"]) == 1
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: x\n", encoding="utf-8")
    assert main(["--schemes", str(bad), "stay", "{}"]) == 1
    assert "bad.yaml:1" in capsys.readouterr().err


def test_lines_of_json_are_answered_line_by_line():
    said = '{"scheme": "henan-employee", "total": "-1"}\n\n{"scheme": "x"}\n'
    run = subprocess.run(
        [sys.executable, "-m", "estimator", "stay"],
        input=said,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert [json.loads(line)["status"] for line in run.stdout.splitlines()] == ["bad_input", "bad_input"]


def test_an_unknown_benefit_is_bad_input(capsys):
    assert main(["benefit", "nonsense", "{}"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "bad_input"
