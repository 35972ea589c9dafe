"""Settings: where a value comes from, and that everything wrong is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError, help_text, load, markdown
from bot.settings_table import TABLE


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_anything_the_defaults_hold() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.https, settings.log_level) == ("127.0.0.1", 8080, False, "INFO")
    assert settings.database(demo=False) == "sqlite:///data/yibao.sqlite3"
    assert settings.database(demo=True) == "sqlite:///data/demo.sqlite3"
    assert settings.key_file(demo=False) == Path("data/secret.key")
    assert settings.overlay is None
    assert settings.given == frozenset()


def test_the_command_line_beats_the_environment_and_that_the_file(tmp_path: Path) -> None:
    (tmp_path / "yibao.toml").write_text('port = 1\nhost = "0.0.0.0"\nhttps = true\norigins = ["a.cn", "b.cn"]\n')
    settings = load({"YIBAO_PORT": "2", "YIBAO_LOG_LEVEL": "debug"}, port="3", host=None)
    assert (settings.port, settings.host, settings.https) == (3, "0.0.0.0", True)
    assert settings.origins == {"a.cn", "b.cn"}
    assert settings.log_level == "DEBUG"
    assert load({"YIBAO_PORT": "2"}).port == 2
    assert load({}).port == 1


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "yibao.toml").write_text('prot = 8080\nsession_minutes = "long"\n')
    environment = {
        "YIBAO_PORT": "99999",
        "YIBAO_HTTPS": "perhaps",
        "YIBAO_DATABASE_URL": "mysql://root:geheim@db/x",
        "YIBAO_LOG_FORMAT": "xml",
        "YIBAO_NOSUCH": "1",
        "YIBAO_SMS_URL": "https://sms",
    }
    with pytest.raises(SettingsError) as told:
        load(environment)
    text = str(told.value)
    for name in ("prot", "session_minutes", "YIBAO_PORT", "HTTPS", "DATABASE_URL", "LOG_FORMAT", "NOSUCH", "SMS_TOKEN"):
        assert name in text
    assert len(told.value.faults) == 8
    assert "geheim" not in text


def test_a_broken_or_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load({"YIBAO_CONFIG": "none.toml"})
    (tmp_path / "bad.toml").write_text("port = = 1")
    with pytest.raises(SettingsError, match=r"bad\.toml:不是 TOML"):
        load({"YIBAO_CONFIG": "bad.toml"})


def test_an_empty_variable_is_as_if_it_were_not_there() -> None:
    assert load({"YIBAO_PORT": ""}).port == 8080


def test_help_and_documentation_name_every_setting() -> None:
    for setting in TABLE:
        assert f"| `{setting.variable}` |" in markdown()
        assert setting.variable in help_text()
        assert setting.chinese
        assert setting.english
        setting.read(setting.default)
