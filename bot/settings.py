"""Every setting of an installation in one table: its name, variable, kind, default, and a line on what it does.

A value comes from the environment (`YIBAO_…`), else from the settings file (TOML, named by `YIBAO_CONFIG`, by default
`yibao.toml` in the working directory), else from the default. Everything wrong is told at once.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings_table import TABLE, TOGETHER

CONFIG_VARIABLE = "YIBAO_CONFIG"
CONFIG_FILE = "yibao.toml"


class SettingsError(Exception):
    """Settings that cannot be used: `faults` names each with its remedy."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


_BY_NAME = {setting.name: setting for setting in TABLE}


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation was told; `given` are the names that were set by somebody."""

    values: Mapping[str, Any]
    given: frozenset[str] = field(default_factory=frozenset)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    def database(self, *, demo: bool) -> str:
        """The database address; the sample database is a file of its own."""
        name = "demo.sqlite3" if demo else "yibao.sqlite3"
        return self.values["database_url"] or f"sqlite:///{self.values['data_dir'] / name}"

    def key_file(self, *, demo: bool) -> Path:
        """Where the keys lie; the sample database has its own."""
        given: Path = self.values["secret_key_file"]
        return (
            given
            if "secret_key_file" in self.given
            else self.values["data_dir"] / ("demo.key" if demo else "secret.key")
        )

    @property
    def overlay(self) -> Path | None:
        """The office's content directory, None where none is set."""
        return self.values["content_dir"] if "content_dir" in self.given else None


def load(environment: Mapping[str, str] | None = None, **overrides: str | None) -> Settings:
    """Read environment and file; `overrides` (from the command line) beat both where they are not None.

    Raises:
        SettingsError: with every fault.
    """
    environment = os.environ if environment is None else environment
    faults: list[str] = []
    texts = _from_file(environment, faults)
    known = {setting.variable: setting.name for setting in TABLE}
    for variable in sorted(environment):
        if variable in known and environment[variable] != "":
            texts[known[variable]] = (variable, environment[variable])
        elif variable.startswith("YIBAO_") and variable not in known and variable not in _OTHERS:
            faults.append(f"{variable}:没有这个设置,yibao serve --help 列出全部设置")
    texts |= {name: (f"--{name}", value) for name, value in overrides.items() if value is not None}
    values = {setting.name: setting.read(setting.default) for setting in TABLE}
    for name, (where, text) in texts.items():
        try:
            values[name] = _BY_NAME[name].read(text)
        except ValueError as fault:
            shown = "(不显示)" if _BY_NAME[name].secret else repr(text)
            faults.append(f"{where} = {shown}:{fault}")
    faults += _incomplete(values)
    if faults:
        raise SettingsError(faults)
    return Settings(values, frozenset(texts))


def _incomplete(values: Mapping[str, Any]) -> list[str]:
    """What is given in part, or lacks what it needs."""
    halves = (names for names in TOGETHER if len({bool(values[name]) for name in names}) > 1)
    faults = [f"{'、'.join(_BY_NAME[name].variable for name in names)}:要么都填,要么都不填" for names in halves]
    if values["wechat_appid"] and not values["wechat_answers_only"] and not values["wechat_secret"]:
        faults.append("YIBAO_WECHAT_SECRET:要填;公众号没有客服消息权限时,改设 YIBAO_WECHAT_ANSWERS_ONLY=true")
    if values["telegram_webhook"] and not (values["public_url"] and values["telegram_secret"]):
        faults.append("YIBAO_TELEGRAM_WEBHOOK:还要填 YIBAO_PUBLIC_URL 和 YIBAO_TELEGRAM_SECRET,或改用轮询")
    return faults


_OTHERS = frozenset({CONFIG_VARIABLE, "YIBAO_TEXTS", "YIBAO_TEST_PG"})


def _from_file(environment: Mapping[str, str], faults: list[str]) -> dict[str, tuple[str, str]]:
    path = Path(environment.get(CONFIG_VARIABLE, CONFIG_FILE))
    if CONFIG_VARIABLE not in environment and not path.exists():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        faults.append(f"{path}:读不了设置文件({type(fault).__name__}),请检查 {CONFIG_VARIABLE}")
        return {}
    except tomllib.TOMLDecodeError as fault:
        faults.append(f"{path}:不是 TOML({fault})")
        return {}
    faults.extend(f"{path}:{name} 不是设置的名字" for name in data if name not in _BY_NAME)
    return {name: (f"{path}:{name}", _as_text(value)) for name, value in data.items() if name in _BY_NAME}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def markdown() -> str:
    """The table for the documentation."""
    rows = ["| variable | in the file | kind | default | what it does |", "| --- | --- | --- | --- | --- |"]
    for setting in TABLE:
        default = f"`{setting.default}`" if setting.default else ""
        rows.append(
            f"| `{setting.variable}` | `{setting.name}` | {setting.kind} | {default} "
            f"| {setting.english} · {setting.chinese} |"
        )
    return "\n".join(rows) + "\n"


def help_text() -> str:
    """The table for `--help`."""
    width = max(len(setting.variable) for setting in TABLE)
    lines = [f"  {setting.variable:<{width}}  {setting.chinese}(默认 {setting.default or '空'})" for setting in TABLE]
    return "\n".join([f"设置(环境变量,或 {CONFIG_VARIABLE} 指的 TOML 文件,默认 {CONFIG_FILE}):", *lines])
