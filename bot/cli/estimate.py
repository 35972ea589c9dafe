"""`yibao estimate`: one stay priced from options, stays as JSON lines, or a file of stays."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Any

from bot.cli import lines, stays
from bot.parameters import office_parameters
from estimator import Parameters, Schemes, estimate, load_schemes
from estimator.batch import Pricer
from estimator.facts import FACTS, accepted
from handlers.wording import money


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("estimate", help="算一次住院自己付多少;--jsonl 每行一个 JSON")
    parser.add_argument("--scheme", help="参保方案,例如 henan-employee")
    for name in FACTS:
        if name != "class_b_items":
            options = dict.fromkeys(["--" + name.replace("_", "-"), "--" + name])
            parser.add_argument(*options, dest=name, help=accepted(name).replace("%", "%%"))
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--jsonl", action="store_true", help="每行读一个 JSON 对象,每行写一个")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="算一个文件的住院,每行一次")
    parser.add_argument("--out", type=Path, metavar="FILE", help="结果写到哪里(默认 FILE 旁边的 .priced.csv)")
    parser.add_argument(
        "--compare", type=Path, metavar="SCHEMES", help="另一版方案文件或目录:每行按两版各算一次,合计差额"
    )
    parser.add_argument("--demo", action="store_true", help="用示例平均工资 60,000.00(只供试用)")


def run(args: argparse.Namespace) -> int:
    """Price what was asked; exit status 2 when the facts cannot be taken."""
    schemes = shipped_schemes()
    parameters = Parameters(office_parameters(demo=args.demo))
    price = partial(estimate, schemes=schemes, parameters=parameters)
    if args.jsonl:
        return lines.each(price)
    if args.csv:
        return stays.run(args, Pricer(schemes, parameters, args.scheme))
    facts = {name: getattr(args, name, None) for name in ("scheme", *FACTS)}
    result = price({name: value for name, value in facts.items() if value is not None})
    if args.json:
        lines.write(result)
    else:
        print("\n".join(shown(result)))
    return 2 if result["status"] == "bad_input" else 0


def shipped_schemes() -> Schemes:
    """The shipped schemes; a fault in them ends the command with its place."""
    schemes, faults = load_schemes()
    if faults:
        sys.exit("\n".join(map(str, faults)))
    return schemes


def shown(result: dict[str, Any]) -> list[str]:
    """A result for reading: the figure first, then each line with its article."""
    if result["status"] == "bad_input":
        return [f"{error['field']}:{error['message']};请写{error['accepted']}" for error in result["errors"]]
    if result["status"] == "range":
        low, high = result["low"]["member_pays"], result["high"]["member_pays"]
        return [f"个人付 {money(low)} 到 {money(high)} 元;还差 {'、'.join(result['missing'])}"]
    if result["status"] != "ok":
        return [result.get("reason") or f"算不出:缺 {'、'.join(result['missing'])}"]
    return [
        f"个人付 {money(result['member_pays'])} 元,统筹基金付 {money(result['fund_pays'])} 元",
        *(_line(line) for line in result["lines"]),
    ]


def _line(line: dict[str, Any]) -> str:
    cited = "、".join(f"{cite['doc']} {cite['article']}" for cite in line["citations"])
    return f"  {line['label']} {money(line['amount'])} 元 = {line['formula']}  [{cited}]"
