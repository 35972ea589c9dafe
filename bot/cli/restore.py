"""`yibao restore FILE`: put a copy back into a database, after every `yibao serve` on it was stopped."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from bot.backup import read_manifest, restore
from bot.cli.office import add_database, settings_of
from bot.cli.records import key_file
from bot.privacy.vault import Vault, VaultError


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("restore", help="从备份恢复;先停下所有 yibao serve")
    parser.add_argument("file", type=Path, help="yibao backup 做的文件")
    parser.add_argument("--replace", action="store_true", help="目标数据库里的内容不要了")
    add_database(parser)


def run(args: argparse.Namespace) -> int:
    """Put it back, and say what a person must look at."""
    os.umask(0o077)
    missing = sorted(set(read_manifest(args.file).keys) - set(_keys_at_hand(args)))
    manifest, doubted = restore(settings_of(args).database(demo=args.demo), args.file, replace=args.replace)
    print(f"已恢复 {manifest.made_at} 的备份。")
    if doubted:
        print(f"{doubted} 条当时还没发出的回复标为“不明”:可能后来已经发出,请在工作台逐条决定重发还是放弃。")
    if missing:
        print(f"还缺密钥 {'、'.join(missing)}:请把密钥文件放到 {key_file(args)},否则姓名和号码解不开。")
    return 1 if missing else 0


def _keys_at_hand(args: argparse.Namespace) -> list[str]:
    try:
        return Vault.open(key_file(args), create=False).ids
    except VaultError:
        return []
