"""What the office's commands share: which database they work on, and one transaction on it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TypeVar

from bot import demo as sample
from bot.settings import Settings, load
from bot.storage.opening import open_store
from bot.storage.port import Tx

T = TypeVar("T")


def add_database(parser: argparse.ArgumentParser) -> None:
    """`--demo` and `--database`."""
    parser.add_argument("--demo", action="store_true", help="用示例数据库")
    parser.add_argument("--database", metavar="URL", help="数据库地址(默认见 YIBAO_DATABASE_URL)")


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings, with what the command line says over them."""
    return load(database_url=args.database)


def in_database(args: argparse.Namespace, work: Callable[[Tx], T]) -> T:
    """Run one transaction on the office's database; makes its tables where they are missing."""
    os.umask(0o077)  # database, keys and index are the office's alone
    store = open_store(settings_of(args).database(demo=args.demo), size=1)
    try:
        store.run_sync(lambda tx: sample.mark(tx, demo=args.demo))
        return store.run_sync(work)
    finally:
        store.close_sync()
