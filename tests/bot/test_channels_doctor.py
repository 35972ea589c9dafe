"""`yibao doctor` and `yibao wechat menu`: an operator learns what to do next, and no secret is shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from channels_fakes import FakeWeixin

from bot.channels.build import configured
from bot.channels.checkup import look
from bot.channels.wechat.account import WechatKeys, api_of
from bot.channels.wechat.menu import MenuError, read_menu
from bot.cli.main import main
from bot.runtime import Runtime
from bot.settings import SettingsError, load

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PUBLIC = {"YIBAO_PUBLIC_URL": "https://yb.example.cn", "YIBAO_HTTPS": "true"}
WECHAT = {"YIBAO_WECHAT_APPID": "wx1", "YIBAO_WECHAT_SECRET": "s3cret", "YIBAO_WECHAT_TOKEN": "geheim"}
WECOM = {
    "YIBAO_WECOM_CORPID": "ww1",
    "YIBAO_WECOM_SECRET": "s3cret",
    "YIBAO_WECOM_TOKEN": "geheim",
    "YIBAO_WECOM_AES_KEY": KEY,
}
TELEGRAM = {"YIBAO_TELEGRAM_TOKEN": "123:TEST"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def platform() -> AsyncIterator[tuple[FakeWeixin, str]]:
    fake = FakeWeixin()
    app = fake.app()
    hook = {"url": "https://old", "last_error_message": "Connection refused", "pending_update_count": 400}
    for method, result in (("getMe", {"id": 1, "username": "yb_bot"}), ("getWebhookInfo", hook)):

        async def answer(_request: web.Request, result: Any = result) -> web.Response:
            return web.json_response({"ok": True, "result": result})

        app.router.add_get(f"/bot123:TEST/{method}", answer)
    async with TestServer(app) as server:
        yield fake, str(server.make_url("")).rstrip("/")


async def told(environment: dict[str, str], *, online: bool = True) -> list[str]:
    found = await look(load(environment), online=online)
    return [f"{one.mark} {one.about} {one.says}" for one in found]


async def test_all_is_well(platform: tuple[FakeWeixin, str]) -> None:
    _, url = platform
    urls = {"YIBAO_WECHAT_URL": url, "YIBAO_WECOM_URL": url}
    lines = await told({**PUBLIC, **WECHAT, **WECOM, "YIBAO_WECHAT_AES_KEY": KEY, **urls})
    assert all(line.startswith("ok") for line in lines), lines
    assert any("https://yb.example.cn/channels/wechat" in line for line in lines)
    assert any("https://yb.example.cn/channels/wecom" in line for line in lines)


async def test_what_is_wrong_is_named_with_what_to_do(platform: tuple[FakeWeixin, str]) -> None:
    fake, url = platform
    fake.faults["stable_token"] = [40164]
    fake.faults["gettoken"] = [40001]
    both = {**WECHAT, **WECOM, "YIBAO_WECHAT_URL": url, "YIBAO_WECOM_URL": url}
    text = "\n".join(await told({**both, "YIBAO_WECHAT_AES_KEY": "short"}))
    for expected in ("YIBAO_PUBLIC_URL", "白名单", "43 位", "请核对密钥"):
        assert expected in text
    assert "s3cret" not in text
    assert "geheim" not in text


async def test_telegram(platform: tuple[FakeWeixin, str]) -> None:
    _, url = platform
    text = "\n".join(await told({**PUBLIC, **TELEGRAM, "YIBAO_TELEGRAM_URL": url}))
    for expected in ("@yb_bot", "还登记着 webhook", "Connection refused", "积压 400"):
        assert expected in text
    wrong = "\n".join(await told({"YIBAO_TELEGRAM_TOKEN": "9:WRONG", "YIBAO_TELEGRAM_URL": url}))
    assert "bad Telegram" in wrong
    assert "WRONG" not in wrong
    away = "\n".join(await told({**TELEGRAM, "YIBAO_TELEGRAM_URL": "http://127.0.0.1:9"}))
    assert "HTTPS_PROXY" in away


async def test_a_port_the_platforms_do_not_call_is_named() -> None:
    lines = await told({**WECHAT, "YIBAO_PUBLIC_URL": "https://yb.example.cn:8443"}, online=False)
    assert any("80 和 443" in line for line in lines)


def test_the_command_tells_and_its_status_says_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--offline"]) == 0
    assert "没有配置;只有网页和终端" in capsys.readouterr().out
    for name, value in WECHAT.items():
        monkeypatch.setenv(name, value)
    assert main(["doctor", "--offline", "--json"]) == 1
    assert {one["mark"] for one in json.loads(capsys.readouterr().out)} == {"ok", "warn", "bad"}
    monkeypatch.delenv("YIBAO_WECHAT_TOKEN")
    assert main(["doctor", "--offline"]) == 1
    assert "要么都填" in capsys.readouterr().out


def test_settings_given_in_part_are_refused() -> None:
    with pytest.raises(SettingsError, match="WECOM_SECRET"):
        load({"YIBAO_WECOM_CORPID": "ww1"})
    with pytest.raises(SettingsError, match="ANSWERS_ONLY"):
        load({"YIBAO_WECHAT_APPID": "wx1", "YIBAO_WECHAT_TOKEN": "t"})
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        load({**TELEGRAM, "YIBAO_TELEGRAM_WEBHOOK": "true"})
    with pytest.raises(SettingsError, match="AES_KEY"):
        configured(load({**WECHAT, "YIBAO_WECHAT_AES_KEY": "short"}), _Nothing())  # type: ignore[arg-type]


class _Nothing(Runtime):
    """A runtime of nothing."""

    def __init__(self) -> None:
        self.store = self.clock = None  # type: ignore[assignment]


MENU = """
- name: 算一算
  buttons:
    - {name: 住院自己付多少, choice: "do:estimate"}
    - {name: 网页版, url: "https://yb.example.cn"}
- {name: 转人工, choice: "do:human"}
"""


async def test_a_menu_goes_to_the_platform(platform: tuple[FakeWeixin, str], tmp_path: Path) -> None:
    fake, url = platform
    (tmp_path / "menu.yaml").write_text(MENU)
    api = api_of(WechatKeys("wx1", "s3cret", "t", base=url))
    await api.post("/cgi-bin/menu/create", read_menu(tmp_path / "menu.yaml"))
    await api.close()
    (sent,) = fake.bodies("menu/create")
    assert sent["button"][0]["sub_button"][0] == {"type": "click", "name": "住院自己付多少", "key": "do:estimate"}
    assert sent["button"][1] == {"type": "click", "name": "转人工", "key": "do:human"}


def test_every_fault_of_a_menu_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "menu.yaml"
    path.write_text(
        "- {name: 一二三四五六, choice: 'do:human'}\n- {name: 好, choice: nosuch}\n- {name: 链, url: 'ftp://x'}\n"
    )
    with pytest.raises(MenuError) as fault:
        read_menu(path)
    assert len(str(fault.value).splitlines()) == 3
    assert main(["wechat", "menu", str(path)]) == 2
    assert "nosuch" in capsys.readouterr().err
    path.write_text("[1, 2, 3, 4]")
    with pytest.raises(MenuError, match="1 到 3 栏"):
        read_menu(path)
    path.write_text(MENU)
    assert main(["wechat", "menu", str(path), "--check"]) == 0
