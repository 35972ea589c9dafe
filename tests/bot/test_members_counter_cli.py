"""The counter's commands give out codes, read numbers from standard input only, and refuse in one line."""

import io
import re

import pytest
from members_office import WANG

from bot.cli.main import main


@pytest.fixture
def office(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("YIBAO_DATA_DIR", str(tmp_path))
    for words in ("keys create", "staff add counter --role agent"):
        assert main(words.split()) == 0
    people = tmp_path / "people.csv"
    row = f"{WANG.name},{WANG.number},{WANG.phone},在职,2015-01-01"
    people.write_text(f"姓名,身份证号,手机号,人员状态,参保日期\n{row}\n", encoding="utf-8")
    assert main(["members", "import", str(people), "--scheme", "henan-employee"]) == 0
    capsys.readouterr()

    def run(*words, number=WANG.number):
        monkeypatch.setattr("sys.stdin", io.StringIO(number + "\n"))
        status = main(["members", *words, "--staff", "counter", "--reason", "核对身份证原件"])
        told = capsys.readouterr()
        return status, told.out + told.err

    return run


def test_a_code_is_given_out_for_papers_seen(office):
    status, told = office("link", "--name", WANG.name)
    assert status == 0
    assert re.search(r"绑定码:YB(-\w{4}){4}", told)
    status, told = office("mandate", "--name", WANG.name, "--basis", "guardian")
    assert status == 0
    assert re.search(r"授权码:YB(-\w{4}){4}", told)


def test_a_refusal_is_one_line_and_fails(office):
    for number, name, part in ((WANG.number, "别人", "没有这个姓名"), ("123", WANG.name, "身份证号不对")):
        status, told = office("link", "--name", name, number=number)
        assert status == 1
        assert part in told
        assert told.count("\n") == 1
        assert number not in told or number == "123"


def test_a_phone_is_shown_with_a_reason(office):
    assert office("reveal") == (0, WANG.phone + "\n")
    status, told = office("reveal", number="11010519491231002X")
    assert (status, "没有这个身份证号" in told) == (2, True)
