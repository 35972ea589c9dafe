"""`yibao backup FILE`: copy the database whole while it runs, and say which keys the copy needs."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from bot.backup import backup, manifest_of
from bot.cli.office import add_database, settings_of
from bot.cli.records import key_file
from bot.clock import utc_now
from bot.privacy.vault import Vault


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("backup", help="备份数据库;运行中也可以做")
    parser.add_argument("file", type=Path, help="备份文件;旁边另有一个 .json 写明时间、校验和、所需密钥")
    add_database(parser)


def run(args: argparse.Namespace) -> int:
    """Make the copy."""
    os.umask(0o077)
    keys = Vault.open(key_file(args), create=False).ids
    manifest = backup(settings_of(args).database(demo=args.demo), args.file, keys, utc_now())
    print(f"已备份到 {args.file}({args.file.stat().st_size:,} 字节,步骤 {manifest.schema})")
    print(f"说明在 {manifest_of(args.file)}")
    print(f"恢复时需要密钥 {'、'.join(keys)}。密钥文件 {key_file(args)} 不在备份里,请另存在别处。")
    return 0
