"""`yibao doctor`: for the installation and each configured channel, what is right and what is missing."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.cli.office import settings_of
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.channels.checkup import Finding

MARKS = {"ok": "✓", "warn": "!", "bad": "✗"}


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("doctor", help="检查本机和各渠道:哪些已好,还缺什么")
    parser.add_argument("--offline", action="store_true", help="不访问各平台,只看设置")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--database", metavar="URL", help="数据库地址(默认见 YIBAO_DATABASE_URL)")


def run(args: argparse.Namespace) -> int:
    """Look and tell; exit status 1 when something is broken."""
    found = _findings(args)
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            print(f"{MARKS[one.mark]} {one.about}:{one.says}")
        print(_summary(found))
    return 1 if any(one.mark == "bad" for one in found) else 0


def _findings(args: argparse.Namespace) -> list[Finding]:
    from bot.channels.checkup import Finding, look  # noqa: PLC0415  (--help needs none of this)

    try:
        settings = settings_of(args)
    except SettingsError as fault:
        return [Finding("bad", "设置", one) for one in fault.faults]
    return [_database(settings), _keys(settings), *asyncio.run(look(settings, online=not args.offline))]


def _database(settings: Settings) -> Finding:
    from bot.channels.checkup import Finding  # noqa: PLC0415
    from bot.storage.opening import open_store  # noqa: PLC0415
    from bot.storage.port import StorageError  # noqa: PLC0415

    address = settings.database(demo=False)
    kind = "SQLite" if address.startswith("sqlite") else "PostgreSQL"
    if kind == "SQLite" and not (settings.data_dir / "yibao.sqlite3").exists() and not settings.database_url:
        return Finding("warn", "数据库", "还没有,第一次运行 yibao serve 时建立")
    try:
        store = open_store(address, size=1, create=False)
        try:
            store.run_sync(lambda tx: tx.meta("sample"))
        finally:
            store.close_sync()
    except (StorageError, ValueError) as fault:
        return Finding("bad", "数据库", str(fault))
    except Exception as fault:  # noqa: BLE001  (any driver's own error; the remedy is the same)
        return Finding("bad", "数据库", f"打不开({type(fault).__name__}),请运行 yibao db upgrade")
    return Finding("ok", "数据库", f"{kind} 能打开")


def _keys(settings: Settings) -> Finding:
    from bot.channels.checkup import Finding  # noqa: PLC0415

    path = settings.key_file(demo=False)
    if not path.exists():
        return Finding("warn", "密钥", f"{path} 还没有,第一次运行 yibao serve 时建立;请另存一份备份")
    loose = path.stat().st_mode & 0o077
    if loose:
        return Finding("bad", "密钥", f"{path} 别人也能读,请运行 chmod 600 {path}")
    return Finding("ok", "密钥", f"{path} 只有本用户能读")


def _summary(found: list[Finding]) -> str:
    bad, warn = (sum(one.mark == mark for one in found) for mark in ("bad", "warn"))
    if bad:
        return f"有 {bad} 项要改好才能用(✗),{warn} 项建议看一下(!)。"
    return f"可以用;{warn} 项建议看一下(!)。" if warn else "都好。"
