"""`yibao chat --jsonl`: state, profile and time are kept between the lines of a conversation; bad lines are named."""

import io
import json
import sys

import pytest

from bot.cli.main import main

FIRST = {
    "conversation": "c1",
    "text": "住院花了2万,三级医院,第一次,没有自费和乙类",
    "profile": {"scheme": "henan-employee", "average_wage": 60000, "status": "active"},
    "now": "2016-11-20T09:30:00+08:00",
}


def talk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: object) -> list[dict]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    monkeypatch.setattr(sys, "stdin", io.StringIO(text + "\n"))
    main(["chat", "--jsonl"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_profile_and_time_of_the_first_line_hold_for_the_conversation(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    told = talk(
        monkeypatch, capsys, FIRST, {"conversation": "c1", "text": "改成退休"}, {"conversation": "c2", "text": "你好"}
    )
    # 6,000 + 14,000 × 20% = 8,800; retired 6,000 + 14,000 × 15% = 8,100
    assert [told[0]["estimate"]["member_pays"], told[1]["estimate"]["member_pays"]] == ["8800.00", "8100.00"]
    assert told[1]["estimate"]["as_of"] == "2016-11-20"
    assert told[2]["scheme"] is None


def test_every_line_is_answered_also_a_broken_one(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    told = talk(monkeypatch, capsys, "garbage", {"conversation": "c1", "text": "你好", "now": "gestern"}, FIRST)
    assert [line.get("status") for line in told] == ["bad_input", "bad_input", None]
    assert told[2]["intent"] == "estimate"
