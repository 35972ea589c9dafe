"""`yibao api-keys add/list/revoke`: keys by which the office's own systems use the REST API; shown once."""

from __future__ import annotations

import argparse
import getpass
import json
from typing import Any

from bot.cli.errors import UsageError
from bot.cli.office import add_database, in_database
from bot.clock import utc_now
from bot.desk.errors import BadAct
from bot.desk.keys import SCOPES, add, revoke
from bot.storage.port import ApiKeyRow


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("api-keys", help="本单位系统调用接口的密钥")
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    new = acts.add_parser("add", help="新增一个,只显示一次")
    new.add_argument("name", help="给哪个系统用")
    told = ";".join(f"{scope} {about}" for scope, about in SCOPES.items())
    new.add_argument("--scope", action="append", default=[], choices=SCOPES, help=f"权限,可重复:{told}")
    acts.add_parser("revoke", help="吊销,立即失效").add_argument("name", help="名称")
    acts.add_parser("list", help="列出全部").add_argument("--json", action="store_true", help="输出 JSON")
    for one in acts.choices.values():
        add_database(one)


def run(args: argparse.Namespace) -> int:
    """Do one act."""
    by = f"shell:{getpass.getuser()}"
    try:
        if args.act == "add":
            key = in_database(args, lambda tx: add(tx, args.name, args.scope, by, utc_now()))
            print(f"已新增:{args.name},密钥 {key}(只显示这一次)")
        elif args.act == "revoke":
            in_database(args, lambda tx: revoke(tx, args.name, by, utc_now()))
            print(f"已吊销:{args.name}")
        else:
            _list(in_database(args, lambda tx: tx.api_keys()), as_json=args.json)
    except BadAct as refused:
        raise UsageError(str(refused)) from refused
    return 0


def _list(rows: list[ApiKeyRow], *, as_json: bool) -> None:
    for row in rows:
        state = "revoked" if row.revoked_at else "active"
        used = row.used_at.isoformat() if row.used_at else None
        if as_json:
            told = {"name": row.name, "scopes": row.scopes, "state": state, "used_at": used}
            print(json.dumps(told, ensure_ascii=False))
        else:
            print(
                f"{row.name}\t{'、'.join(row.scopes)}\t{'在用' if state == 'active' else '已吊销'}\t{used or '没用过'}"
            )
    if not rows and not as_json:
        print("还没有密钥。用 yibao api-keys add 新增。")
