"""The office's commands: what they print, what they change, and how they refuse."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bot.cli.main import COMMANDS, main
from bot.storage.opening import open_store

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YIBAO_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        status = main(words)
    except SystemExit as end:
        status = int(end.code or 0)
    told = capsys.readouterr()
    return status, told.out, told.err


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--help")[0] == 0
    for name in COMMANDS:
        status, out, _ = run(capsys, name, "--help")
        assert status == 0
        assert f"yibao {name}" in out


@pytest.mark.parametrize("words", [(), ("nosuch",), ("staff",), ("serve", "--nosuch"), ("db", "sideways")])
def test_wrong_usage_is_one_line_with_a_remedy(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "--help" in err


def test_a_parameter_is_set_and_listed_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("parameters", "set", "average_wage", "45403", "--year", "2015", "--source", "2016年公报")
    assert run(capsys, *words)[0] == 0
    status, out, _ = run(capsys, "parameters", "list", "--json")
    assert status == 0
    row = json.loads(out)[0]
    assert (row["value"], row["since"], row["until"]) == (
        "45403.00",
        "2016-01-01",
        "2016-12-31",
    )  # 上年度: the wage of 2015 serves 2016
    assert row["source"] == "2016年公报"
    assert "2016年公报" in run(capsys, "parameters", "list")[1]


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("average_wage", "many", "--year", "2015"), "60000.00"),
        (("average_wage", "-5", "--year", "2015"), "不是金额"),
        (("average_wage", "1.234", "--year", "2015"), "两位小数"),
        (("average_wage", "5", "--year", "15"), "四位年份"),
        (("average_wage", "5"), "二选一"),
        (("base_cap", "5", "--since", "2015-02-30"), "2015-01-01"),
        (("base_cap", "5", "--since", "2015-02-01", "--until", "2015-01-01"), "--until"),
        (("base_cap", "5", "--year", "2015", "--scheme", "mars"), "henan-employee"),
        (("referral_extra_points", "5", "--year", "2015"), "0.05"),
        (("nosuch", "5", "--year", "2015"), "average_wage"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], remedy: str
) -> None:
    status, _, err = run(capsys, "parameters", "set", *words, "--source", "x")
    assert status == 2
    assert remedy in err
    assert err.count("\n") == 1
    assert run(capsys, "parameters", "list", "--json")[1] == "[]\n"


def test_staff_are_added_listed_reset_and_disabled(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    status, out, _ = run(capsys, "staff", "add", "wang", "--name", "王芳", "--role", "supervisor", "--group", "一组")
    assert status == 0
    password = re.search(r"密码 (\S+)\(", out)
    assert password is not None
    store = open_store(f"sqlite:///{place}/data/yibao.sqlite3")
    row = store.run_sync(lambda tx: tx.staff(login="wang"))
    assert row is not None
    assert PasswordHasher().verify(row.password_hash, password[1])
    assert (row.name, row.role, row.groups) == ("王芳", "supervisor", ["一组"])
    assert run(capsys, "staff", "add", "wang")[0] == 2
    assert run(capsys, "staff", "disable", "wang")[0] == 0
    assert json.loads(run(capsys, "staff", "list", "--json")[1])[0]["disabled"] is True
    assert run(capsys, "staff", "reset", "wang")[0] == 0
    assert json.loads(run(capsys, "staff", "list", "--json")[1])[0]["disabled"] is False
    assert run(capsys, "staff", "reset", "li")[0] == 2
    assert run(capsys, "staff", "add", "王芳")[0] == 2
    acts = [entry["act"] for entry in store.run_sync(lambda tx: list(tx.audit()))]
    store.close_sync()
    assert acts == ["staff.reset", "staff.disabled", "staff.added"]


def test_an_upgrade_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert "空库 →" in run(capsys, "db", "upgrade")[1]
    assert "已是最新" in run(capsys, "db", "upgrade")[1]


def test_bad_settings_are_all_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIBAO_PORT", "x")
    monkeypatch.setenv("YIBAO_LOG_LEVEL", "loud")
    status, _, err = run(capsys, "db", "upgrade")
    assert status == 2
    assert "YIBAO_PORT" in err
    assert "YIBAO_LOG_LEVEL" in err


def test_a_fault_of_ours_is_one_line_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.db.run", lambda _args: 1 // 0)
    status, _, err = run(capsys, "db", "upgrade")
    assert status == 1
    assert err.startswith("yibao db: 程序出错(ZeroDivisionError)")
    assert err.count("\n") == 1


@pytest.mark.slow
def test_serve_prints_its_addresses_answers_and_ends_cleanly(place: Path) -> None:
    command = [sys.executable, "-m", "bot.cli.main", "serve", "--demo", "--port", "0"]
    with (
        (place / "log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT) as server,
    ):
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert found is not None
        with urllib.request.urlopen(f"{found[0]}/readyz", timeout=5) as answer:
            assert answer.status == 200
        second = subprocess.run(
            [*command[:-1], found[0].rpartition(":")[2]],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
            timeout=60,
        )
        server.terminate()
        began = time.monotonic()
        rest = server.stdout.read()
        assert server.wait(10) == 0
        assert time.monotonic() - began < 6
    assert second.returncode == 1
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr
    assert "shili-kefu" in rest
    for line in (place / "log").read_text().splitlines():
        json.loads(line)


def test_a_stay_is_priced_with_the_wage_the_office_entered(capsys: pytest.CaptureFixture[str]) -> None:
    facts = (
        "--scheme henan-employee --status active --hospital-level tertiary --admission-no 1 --self-paid 0 --class-b 0"
    )
    words = ("estimate", *facts.split(), "--total", "10000", "--discharged", "2016-06-01")
    assert "没有公布" in run(capsys, *words)[1]
    run(capsys, "parameters", "set", "average_wage", "40000", "--year", "2015", "--source", "2016年公报")
    # 4,000 + (10,000 - 4,000) × 20% = 5,200
    assert "5,200.00" in run(capsys, *words)[1]
