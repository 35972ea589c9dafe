"""`yibao serve`: the main job. Opens the database, serves the pages, prints the addresses, and stops cleanly."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from typing import Any

from bot.settings import Settings, help_text, load


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser(
        "serve",
        help="启动:网页、工作台和已配置的渠道",
        epilog=help_text().replace("%", "%%"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--demo", action="store_true", help="用示例数据库:示例参保人、登录和平均工资,不接真实渠道")
    parser.add_argument("--host", help="监听地址(默认 127.0.0.1)")
    parser.add_argument("--port", help="监听端口(默认 8080)")


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from bot import log  # noqa: PLC0415  (--help needs none of this)

    os.umask(0o077)  # database, keys and index are the office's alone
    settings = load(host=args.host, port=args.port)
    log.setup(settings.log_level, settings.log_format)
    return asyncio.run(_serve(settings, demo=args.demo))


async def _serve(settings: Settings, *, demo: bool) -> int:
    from bot.app import build  # noqa: PLC0415
    from bot.serving import serving  # noqa: PLC0415

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(build(settings, demo=demo)) as address:
        print("\n".join(address), flush=True)
        await stop.wait()
    return 0
