"""`yibao wechat menu FILE`: put the menu of the official account on the platform, or only check the file."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from bot.cli.errors import UsageError
from bot.settings import load


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("wechat", help="公众号的菜单")
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    menu = acts.add_parser("menu", help="按文件设置菜单")
    menu.add_argument("file", type=Path, help="YAML 文件,写法见 docs/channels/wechat.md")
    menu.add_argument("--check", action="store_true", help="只检查,不上传")


def run(args: argparse.Namespace) -> int:
    """Check, and upload unless told otherwise."""
    from bot.channels.wechat.menu import MenuError, read_menu  # noqa: PLC0415  (--help needs none of this)

    try:
        menu = read_menu(args.file)
    except MenuError as fault:
        raise UsageError(str(fault)) from None
    if args.check:
        print(json.dumps(menu, ensure_ascii=False, indent=2))
        return 0
    settings = load()
    if not settings.wechat_appid or not settings.wechat_secret:
        raise UsageError("没有配置公众号:请设 YIBAO_WECHAT_APPID、YIBAO_WECHAT_SECRET 和 YIBAO_WECHAT_TOKEN")
    asyncio.run(_upload(settings, menu))
    print("菜单已设置;已关注的人要过一会儿才看到新的。")
    return 0


async def _upload(settings: Any, menu: dict[str, Any]) -> None:
    from bot.channels.build import wechat_keys  # noqa: PLC0415
    from bot.channels.wechat.account import api_of  # noqa: PLC0415

    api = api_of(wechat_keys(settings))
    try:
        await api.post("/cgi-bin/menu/create", menu)
    finally:
        await api.close()
