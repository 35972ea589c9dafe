"""`yibao accounts import FILE`: load ledger rows or settled stays; `check`: compare balances with the ledger."""

from __future__ import annotations

import argparse
from typing import Any

from bot.cli import importing
from bot.cli.office import add_database
from bot.cli.records import Records, opened
from bot.members.intake.batch import Intake
from bot.members.intake.checks import balances_that_differ
from bot.members.intake.kinds import STAYS, WORDS
from bot.members.intake.ledger import MovementsIntake, StaysIntake
from bot.members.intake.reading import columns_of
from bot.members.prefill import yuan


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("accounts", help="导入个人账户台账和住院结算,核对余额")
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    into: argparse.ArgumentParser = actions.add_parser(
        "import", help="从 CSV 或 Excel 导入账户收支;有“入院日期”列的按住院结算导入"
    )
    importing.add_options(into)
    into.add_argument(
        "--type",
        default="每月划入",
        choices=sorted(WORDS),
        metavar="类型",
        help="没有“业务类型”列时算哪一类(默认每月划入)",
    )
    add_database(into)
    add_database(actions.add_parser("check", help="核对每个账户的余额与台账合计"))


def run(args: argparse.Namespace) -> int:
    """Import or check."""
    with opened(args) as records:
        if args.action == "check":
            return _check(records)
        return importing.bring_in(args, records, _intake(args, records))


def _intake(args: argparse.Namespace, records: Records) -> Intake:
    if args.file.is_file() and "admitted" in columns_of(args.file, STAYS):
        return StaysIntake(records.membership)
    return MovementsIntake(records.membership, WORDS[args.type])


def _check(records: Records) -> int:
    count, differ = records.store.run_sync(lambda tx: balances_that_differ(tx.sql))
    for member_id, kept, added_up in differ[:20]:
        print(f"账户 {member_id}:余额 {yuan(kept)},台账合计 {yuan(added_up)}")
    print(f"核对 {count} 个账户,不符 {len(differ)} 个。")
    return 1 if differ else 0
