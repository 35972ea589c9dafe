"""`yibao benefit KIND`: the computations beside the hospital stay; every fact is an option."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli import lines
from bot.parameters import office_parameters
from estimator import Parameters, benefit, load_schemes
from estimator.benefits import Kind, load_kinds
from estimator.benefits.facts import FACTS

if TYPE_CHECKING:
    from estimator import Schemes

_STATUS = {
    "ok": "算出",
    "range": "只能给出范围",
    "unknown": "算不出",
    "not_covered": "不付",
    "bad_input": "填写有误",
}
_OPTIONS = frozenset({"command", "kind", "run", "json", "jsonl", "demo", "content"})


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser(
        "benefit",
        help="算个人账户划入、缴费、生育、救助、参保补缴等",
        description="算住院以外的待遇。每种计算的事实见下,`yibao benefit 种类 --help` 看怎么填。",
        epilog=_list(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND", title="种类")
    for kind in load_kinds().values():
        _add_kind(kinds, kind)


def _list() -> str:
    """All kinds with their facts and what comes out."""
    rows = ["各种计算:"]
    for kind in load_kinds().values():
        rows.append(f"\n  {kind.name}  {kind.title}")
        rows.append(f"    事实:{', '.join(['scheme', *kind.facts])}")
        rows.append(f"    结果:{', '.join(kind.outputs)}")
    return "\n".join(rows)


def _add_kind(kinds: Any, kind: Kind) -> None:
    parser: argparse.ArgumentParser = kinds.add_parser(kind.name, help=kind.title, description=kind.title)
    parser.add_argument("--scheme", help="参保办法,例如 henan-employee")
    for name in (*kind.facts, "as_of"):
        fact = FACTS[name]
        text = f"{fact.label}:{fact.accepted}".replace("%", "%%")
        options = dict.fromkeys(["--" + name.replace("_", "-"), "--" + name])
        parser.add_argument(*options, dest=name, metavar="值", help=text)
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--jsonl", action="store_true", help="每行读一个 JSON 对象,每行写一个")
    parser.add_argument("--demo", action="store_true", help="用示例平均工资(只供试用)")
    parser.add_argument("--content", type=Path, help="单位自己的知识目录,用其中 schemes/ 的方案")


def run(args: argparse.Namespace) -> int:
    """Work it out; 2 where what was filled in cannot be taken."""
    schemes = _schemes(args.content)
    if schemes is None:
        return 1
    parameters = Parameters(office_parameters(demo=args.demo))
    if args.jsonl:
        return lines.each(lambda request: benefit(args.kind, request, schemes, parameters=parameters))
    request = {name: value for name, value in vars(args).items() if name not in _OPTIONS and value is not None}
    answer = benefit(args.kind, request, schemes, parameters=parameters)
    bad = answer["status"] == "bad_input"
    if args.json:
        lines.write(answer)
    elif bad:
        for error in answer["errors"]:
            sys.stderr.write(f"--{error['field'].replace('_', '-')}:{error['message']};可以填:{error['accepted']}\n")
    else:
        sys.stdout.write(_said(load_kinds()[args.kind], answer))
    return 2 if bad else 0


def _schemes(content: Path | None) -> Schemes | None:
    own = [content / "schemes"] if content and (content / "schemes").is_dir() else []
    schemes, faults = load_schemes(own)
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return None if faults else schemes


def _said(kind: Kind, answer: dict[str, Any]) -> str:
    """The answer as a person reads it: outcome, working, what is missing, what was assumed, the basis."""
    rows = [f"{kind.title}:{_STATUS[answer['status']]}"]
    for name, label in kind.outputs.items():
        if answer.get(name) is not None:
            rows.append(f"  {label}:{_value(answer[name])}")
        elif name in answer.get("bounds", {}):
            ends = answer["bounds"][name]
            rows.append(f"  {label}:{ends['low']} 到 {ends['high']}")
    rows += [f"  = {one['label']} {one['amount']}({one['formula']})" for one in answer["lines"]]
    if answer.get("reason"):
        rows.append(f"  原因:{answer['reason']}")
    labels = [FACTS[name].label if name in FACTS else name for name in answer["missing"]]
    rows += [f"  还缺:{'、'.join(labels)}"] if labels else []
    rows += [f"  假定:{item['text']}" for item in answer["assumptions"]]
    rows += [f"  说明:{note}" for note in answer["notes"]]
    basis = "、".join(f"{cite['doc']} {cite['article']}" for cite in answer["citations"])
    return "\n".join([*rows, f"  依据:{basis}", ""])


def _value(value: Any) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
