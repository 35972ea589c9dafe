"""The commands that load members, check balances, verify the log and change keys, as an office runs them."""

import csv
import json

import pytest
from members_office import NOW
from test_members_import import CREDITS, MEMBERS, number, write

from bot.cli.main import main
from bot.privacy.vault import Vault
from bot.storage.opening import open_store


@pytest.fixture
def yibao(tmp_path, monkeypatch, capsys):
    """Run a command in an empty directory; gives exit status, output and complaints."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_an_office_loads_its_members_and_a_month(yibao, tmp_path):
    status, _, err = yibao("members", "import", write(tmp_path / "m.csv", MEMBERS, "gbk"), "--scheme", "henan-employee")
    assert (status, "yibao keys create" in err) == (1, True)
    assert yibao("keys", "create")[0] == 0
    status, out, _ = yibao("members", "import", tmp_path / "m.csv", "--scheme", "henan-employee", "--preview")
    assert status == 0
    assert "没有写入任何数据" in out
    assert "甲一" not in out
    assert number(1) not in out
    status, out, _ = yibao("members", "import", tmp_path / "m.csv", "--scheme", "henan-employee")
    assert (status, "已导入 3 行" in out) == (0, True)
    status, out, _ = yibao("accounts", "import", write(tmp_path / "a.csv", CREDITS))
    assert (status, "已导入 2 行" in out) == (0, True)
    assert "没有改动" in yibao("accounts", "import", tmp_path / "a.csv")[1]
    status, out, _ = yibao("accounts", "check")
    assert (status, out) == (0, "核对 2 个账户,不符 0 个。\n")


def test_bad_rows_are_listed_in_a_file_without_personal_data(yibao, tmp_path):
    yibao("keys", "create")
    path = write(tmp_path / "m.csv", MEMBERS + f"丁四,{number(4)},,,,不知道,2016-11-20\n")
    status, out, _ = yibao("members", "import", path, "--scheme", "henan-employee")
    assert status == 1
    assert "没有导入" in out
    with (tmp_path / "m.csv.bad.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["行号", "问题", "怎么改"],
            ["6", "人员状态认不出", "请写:在职、退休、居民或停保"],
        ]
    status, out, _ = yibao("members", "import", path, "--scheme", "henan-employee", "--accept-valid")
    assert (status, "共 4 行,已导入 3 行" in out) == (0, True)


def test_words_of_the_file_may_name_schemes(yibao, tmp_path):
    yibao("keys", "create")
    text = (
        f"姓名,身份证号,险种,人员状态,参保日期\n甲一,{number(1)},职工,在职,2016-1-1\n乙二,{number(2)},居民,,2016-1-1\n"
    )
    path = write(tmp_path / "m.csv", text)
    options = ["--scheme", "职工=henan-employee", "--scheme", "居民=county-resident"]
    assert yibao("members", "import", path, *options)[0] == 0


def test_wrong_usage_and_bad_files_get_one_line(yibao, tmp_path):
    yibao("keys", "create")
    status, _, err = yibao("members", "import", tmp_path / "none.csv")
    assert (status, err.count("\n")) == (1, 1)
    status, _, err = yibao("accounts", "import", write(tmp_path / "a.csv", "a\n1\n"))
    assert (status, "身份证号、入账日期、金额" in err) == (1, True)
    with pytest.raises(SystemExit) as stop:
        yibao("members")
    assert stop.value.code == 2


def test_the_log_is_exported_and_verified(yibao, tmp_path):
    yibao("keys", "create")
    store = open_store(f"sqlite:///{tmp_path}/data/yibao.sqlite3")
    store.run_sync(lambda tx: tx.note_audit("staff:1", "reveal", "member:7", {"why": "核对"}, NOW))
    store.close_sync()
    assert yibao("audit", "export", tmp_path / "log.jsonl")[0] == 0
    (line,) = [json.loads(one) for one in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (line["act"], line["detail"]) == ("reveal", {"why": "核对"})
    status, out, _ = yibao("audit", "verify", "--head", line["seal"])
    assert (status, "已封存 1 条,未封存 0 条,发现问题 0 处" in out) == (0, True)
    store = open_store(f"sqlite:///{tmp_path}/data/yibao.sqlite3")
    store.run_sync(lambda tx: tx.sql.exec_driver_sql("UPDATE audit SET actor = 'staff:2'"))
    store.close_sync()
    status, out, _ = yibao("audit", "verify")
    assert (status, "编号 1 的审计记录被改动" in out) == (1, True)


def test_keys_rotate_and_old_ones_go(yibao, tmp_path):
    yibao("keys", "create")
    assert yibao("keys", "create")[0] == 1
    yibao("members", "import", write(tmp_path / "m.csv", MEMBERS), "--scheme", "henan-employee")
    status, out, _ = yibao("keys", "rotate")
    assert (status, "k2,重新加密 3 人" in out) == (0, True)
    assert "重新加密 0 人" in yibao("keys", "rotate", "--resume")[1]
    assert yibao("keys", "list")[1] == "k1\nk2(使用中)\n"
    assert "k1" in yibao("keys", "rotate", "--forget-old")[1]
    assert Vault.open(tmp_path / "data" / "secret.key", create=False).ids == ["k2"]
