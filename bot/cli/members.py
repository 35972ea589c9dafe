"""`yibao members import FILE`: load members and their insured relations; `link`, `mandate`, `reveal`: the counter."""

from __future__ import annotations

import argparse
from typing import Any

from bot.cli import counter, importing
from bot.cli.office import add_database
from bot.cli.records import opened
from bot.members.intake.people import MembersIntake


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("members", help="导入参保人员;柜台发绑定码和授权码")
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    into: argparse.ArgumentParser = actions.add_parser("import", help="从 CSV 或 Excel 导入参保人员")
    importing.add_options(into)
    into.add_argument(
        "--scheme",
        action="append",
        default=[],
        metavar="方案 或 文件里的写法=方案",
        help="例如 --scheme henan-employee,或 --scheme 职工=henan-employee --scheme 居民=county-resident",
    )
    add_database(into)
    counter.add_acts(actions)


def run(args: argparse.Namespace) -> int:
    """Import members, or do one act of the counter."""
    with opened(args) as records:
        if args.action != "import":
            return counter.run(args, records)
        schemes = dict(_pair(one) for one in args.scheme)
        return importing.bring_in(args, records, MembersIntake(records.membership, schemes))


def _pair(option: str) -> tuple[str, str]:
    """`职工=henan-employee` by its word; a scheme alone is for every row."""
    word, equals, scheme = option.partition("=")
    return (word.strip(), scheme.strip()) if equals else ("", word.strip())
