"""`yibao keys create / rotate / list`: the keys that lock members' data, kept outside the database."""

from __future__ import annotations

import argparse
from typing import Any

from bot.cli.office import add_database
from bot.cli.records import key_file, opened
from bot.privacy.rotation import forget_old, relock
from bot.privacy.vault import Vault, VaultError


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("keys", help="管理加密密钥")
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    add_database(actions.add_parser("create", help="新装时建立密钥文件;已有则不动"))
    add_database(actions.add_parser("list", help="列出密钥编号"))
    rotate: argparse.ArgumentParser = actions.add_parser("rotate", help="换一把新密钥,并把全部人员数据重新加密")
    rotate.add_argument("--resume", action="store_true", help="不再换新,只把上次没做完的重新加密做完")
    rotate.add_argument("--forget-old", action="store_true", help="确认没有数据再用旧密钥后,从文件里去掉旧密钥")
    add_database(rotate)


def run(args: argparse.Namespace) -> int:
    """Create, list or rotate."""
    return {"create": _create, "list": _list, "rotate": _rotate}[args.action](args)


def _create(args: argparse.Namespace) -> int:
    path = key_file(args)
    if path.exists():
        raise VaultError(f"密钥文件 {path} 已经有了,没有改动。")
    Vault.open(path, create=True)
    print(f"已建立密钥文件 {path}。请马上另存一份:丢了它,库里的姓名和号码再也解不开。")
    return 0


def _list(args: argparse.Namespace) -> int:
    vault = Vault.open(key_file(args), create=False)
    for key in vault.ids:
        print(f"{key}{'(使用中)' if key == vault.current else ''}")
    return 0


def _rotate(args: argparse.Namespace) -> int:
    with opened(args) as records:
        vault = records.membership.vault
        if args.forget_old:
            gone = forget_old(records.store, vault)
            print(f"已去掉旧密钥:{'、'.join(gone) or '无'}。")
            return 0
        if not args.resume:
            vault.rotate()
        count = relock(records.store, records.membership)
        print(f"现在使用密钥 {vault.current},重新加密 {count} 人。请把密钥文件 {key_file(args)} 另存一份。")
        return 0
