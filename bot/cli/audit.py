"""`yibao audit verify` and `yibao audit export`: the log of who saw whose data, sealed so that changes are found."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, TextIO

from bot.cli.office import add_database
from bot.cli.records import Records, opened
from bot.clock import utc_now
from bot.privacy import chain


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("audit", help="核验和导出审计日志")
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    verify: argparse.ArgumentParser = actions.add_parser("verify", help="核验审计日志有没有被改动或删除")
    verify.add_argument("--head", help="上次核验时记下的最后封条;它必须还在")
    add_database(verify)
    export: argparse.ArgumentParser = actions.add_parser("export", help="按封存顺序导出,每行一个 JSON")
    export.add_argument("file", type=Path, nargs="?", help="写到哪个文件(默认:屏幕)")
    add_database(export)


def run(args: argparse.Namespace) -> int:
    """Verify or export; what has no seal yet is sealed first."""
    with opened(args) as records:
        if args.action == "verify":
            return _verify(records, args.head)
        _seal(records)
        if args.file is None:
            return _export(records, sys.stdout)
        with args.file.open("w", encoding="utf-8") as file:
            return _export(records, file)


def _seal(records: Records) -> None:
    while records.store.run_sync(lambda tx: chain.seal(tx.sql, records.membership.vault, utc_now())):
        pass


def _verify(records: Records, head: str | None) -> int:
    verdict = records.store.run_sync(lambda tx: chain.verify(tx.sql, records.membership.vault, head))
    for fault in verdict.faults:
        print(fault)
    print(f"已封存 {verdict.sealed} 条,未封存 {verdict.unsealed} 条,发现问题 {len(verdict.faults)} 处。")
    print(f"最后封条:{verdict.head}(请另行记下,下次用 --head 核对)")
    return 1 if verdict.faults else 0


def _export(records: Records, target: TextIO) -> int:
    def write(tx: Any) -> None:
        target.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in chain.export(tx.sql))

    records.store.run_sync(write)
    return 0
