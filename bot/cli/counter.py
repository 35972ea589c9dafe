"""`yibao members link / mandate / reveal`: the counter's acts on one person; a number is read from standard input.

Numbers are never arguments, since a shell keeps those in its history and shows them to others on the machine.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bot.cli.errors import UsageError
from bot.cli.office import add_database
from bot.cli.records import Records
from bot.clock import utc_now
from bot.members import counter
from bot.members.gate import GROUNDS
from bot.members.mandates import SCOPES
from bot.members.reveal import WHAT, reveal
from bot.privacy.idnumber import normal
from bot.storage.port import Tx


def add_acts(actions: Any) -> None:
    """Add the acts to `yibao members`."""
    link: argparse.ArgumentParser = actions.add_parser("link", help="柜台核对证件后,发一个一次性绑定码(15分钟)")
    mandate: argparse.ArgumentParser = actions.add_parser("mandate", help="柜台核对证件后,发一个一次性授权码")
    mandate.add_argument(
        "--basis", required=True, choices=GROUNDS, help="依据:consent 本人同意、guardian 监护人、heir 继承人"
    )
    mandate.add_argument("--scope", default="account+stays", choices=SCOPES, help="可以看什么")
    mandate.add_argument("--days", type=int, default=90, help="看多少天(默认 90,最长三年)")
    show: argparse.ArgumentParser = actions.add_parser("reveal", help="查看一个完整的号码;记入审计日志")
    show.add_argument("--what", default="phone", choices=WHAT, help="看什么")
    for one in (link, mandate):
        one.add_argument("--name", required=True, help="参保人姓名(身份证号从标准输入读)")
    for one in (link, mandate, show):
        one.add_argument("--staff", required=True, metavar="LOGIN", help="哪位工作人员办理")
        one.add_argument("--reason", required=True, help="核对了什么证件、为什么")
        add_database(one)


def run(args: argparse.Namespace, records: Records) -> int:
    """Do one act.

    Raises:
        UsageError: nobody has that login, or the number is none.
        CounterRefused, RevealRefused: why not, in words for the agent.
    """
    number = _number()
    print(records.store.run_sync(lambda tx: _act(tx, args, records, number)))
    return 0


def _number() -> str:
    if sys.stdin.isatty():
        sys.stderr.write("身份证号:")
        sys.stderr.flush()
    return sys.stdin.readline().strip()


def _act(tx: Tx, args: argparse.Namespace, records: Records, number: str) -> str:
    staff = tx.staff(login=args.staff)
    if staff is None or staff.disabled:
        raise UsageError(f"没有登录名 {args.staff};yibao staff list 列出全部")
    given: dict[str, Any] = {"staff_id": staff.id, "reason": args.reason, "now": utc_now()}
    if args.action == "reveal":
        return _reveal(tx, args, records, number, given)
    given |= {"name": args.name, "number": number}
    if args.action == "link":
        code = counter.issue(tx, records.membership, **given)
        return f"绑定码:{code}\n15分钟内由本人在对话里发给小助手,只能用一次。"
    code = counter.issue_mandate(tx, records.membership, basis=args.basis, scope=args.scope, days=args.days, **given)
    return f"授权码:{code}\n15分钟内由被授权人(先绑定他本人)在对话里发给小助手,只能用一次。"


def _reveal(tx: Tx, args: argparse.Namespace, records: Records, number: str, given: dict[str, Any]) -> str:
    whole, people = normal(number), records.membership.people(tx)
    found = None if whole is None else people.member_by_hash(records.membership.targets(whole))
    if found is None:
        raise UsageError("参保库里没有这个身份证号,或号码不对")
    return reveal(tx, records.membership, found.id, what=args.what, **given)
