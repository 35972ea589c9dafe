"""`yibao staff add/list/disable/reset`: who may log in to the desk; a new password is shown once."""

from __future__ import annotations

import argparse
import getpass
import json
import re
import secrets
import sys
from typing import Any

from argon2 import PasswordHasher

from bot.cli.errors import UsageError
from bot.cli.office import add_database, in_database
from bot.clock import utc_now
from bot.storage.port import StaffRow, Tx, new_id

ROLES = {"agent": "客服", "supervisor": "组长", "administrator": "管理员", "oversight": "监督"}
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_SHORTEST = 10


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("staff", help="工作人员的登录")
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    add = acts.add_parser("add", help="新增一人")
    add.add_argument("login", help="登录名:小写字母、数字、. _ -")
    add.add_argument("--name", help="姓名(默认同登录名)")
    add.add_argument("--role", default="agent", choices=ROLES, help="角色(默认 agent)")
    add.add_argument("--group", action="append", default=[], help="所属组,可重复")
    for act, about in (("reset", "重设密码,并可重新启用"), ("disable", "停用,登录立即失效")):
        acts.add_parser(act, help=about).add_argument("login", help="登录名")
    for act in ("add", "reset"):
        acts.choices[act].add_argument(
            "--password-stdin", action="store_true", help="从标准输入读密码;不写则生成一个并显示一次"
        )
    acts.add_parser("list", help="列出全部人员").add_argument("--json", action="store_true", help="输出 JSON")
    for one in acts.choices.values():
        add_database(one)


def run(args: argparse.Namespace) -> int:
    """Do one act."""
    if args.act == "list":
        return _list(args)
    if args.act == "disable":
        in_database(args, lambda tx: _disable(tx, args.login))
        print(f"已停用:{args.login}")
        return 0
    if args.act == "add" and not _LOGIN.fullmatch(args.login):
        raise UsageError("登录名要用 2 到 32 个小写字母、数字、. _ -,以字母或数字开头")
    password, shown = _password(args)
    hashed = PasswordHasher().hash(password)
    in_database(args, lambda tx: _add(tx, args, hashed) if args.act == "add" else _reset(tx, args.login, hashed))
    done = "已新增" if args.act == "add" else "已重设"
    print(f"{done}:{args.login}" + (f",密码 {password}(只显示这一次)" if shown else ""))
    return 0


def _password(args: argparse.Namespace) -> tuple[str, bool]:
    if not args.password_stdin:
        return secrets.token_urlsafe(12), True
    password = sys.stdin.readline().rstrip("\n")
    if len(password) < _SHORTEST:
        raise UsageError(f"密码至少 {_SHORTEST} 个字符")
    return password, False


def _found(tx: Tx, login: str) -> StaffRow:
    row = tx.staff(login=login)
    if row is None:
        raise UsageError(f"没有登录名 {login};yibao staff list 列出全部")
    return row


def _add(tx: Tx, args: argparse.Namespace, hashed: str) -> None:
    if tx.staff(login=args.login) is not None:
        raise UsageError(f"登录名 {args.login} 已经有了;改密码用 yibao staff reset")
    tx.put_staff(StaffRow(new_id(), args.login, args.name or args.login, args.role, hashed, args.group))
    _note(tx, "staff.added", args.login, {"role": args.role, "groups": args.group})


def _reset(tx: Tx, login: str, hashed: str) -> None:
    row = _found(tx, login)
    row.password_hash, row.disabled = hashed, False
    tx.put_staff(row)
    _note(tx, "staff.reset", login, {})


def _disable(tx: Tx, login: str) -> None:
    row = _found(tx, login)
    row.disabled = True
    tx.put_staff(row)
    _note(tx, "staff.disabled", login, {})


def _note(tx: Tx, act: str, login: str, detail: dict[str, Any]) -> None:
    tx.note_audit(f"shell:{getpass.getuser()}", act, login, detail, utc_now())


def _list(args: argparse.Namespace) -> int:
    rows = in_database(args, lambda tx: tx.all_staff())
    if args.json:
        names = ("login", "name", "role", "groups", "disabled")
        told = [{name: getattr(row, name) for name in names} for row in rows]
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for row in rows:
        state = "已停用" if row.disabled else "在用"
        print(f"{row.login}\t{row.name}\t{ROLES.get(row.role, row.role)}\t{'、'.join(row.groups) or '不分组'}\t{state}")
    if not rows:
        print("还没有人。用 yibao staff add 新增第一位。")
    return 0
