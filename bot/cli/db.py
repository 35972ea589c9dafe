"""`yibao db upgrade`: bring the database's tables to this version."""

from __future__ import annotations

import argparse
from typing import Any

from bot.cli.office import add_database, settings_of
from bot.storage.opening import open_store
from bot.storage.schema import upgrade


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("db", help="数据库升级")
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    add_database(acts.add_parser("upgrade", help="把表升级到本版本;可以重复运行"))


def run(args: argparse.Namespace) -> int:
    """Upgrade."""
    store = open_store(settings_of(args).database(demo=args.demo), size=1, create=False)
    try:
        before, after = store.run_sync(upgrade)
    finally:
        store.close_sync()
    print(f"已是最新:{after}" if before == after else f"已升级:{before or '空库'} → {after}")
    return 0
