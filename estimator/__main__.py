"""The estimator alone, from a terminal: `python -m estimator`, with the facts and JSON of docs/interface.md.

python -m estimator stay '{"scheme": "henan-employee", "total": "10000", …}'
python -m estimator benefit maternity '{…}'
python -m estimator csv stays.csv priced.csv errors.csv
python -m estimator schema
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from estimator import benefit, estimate, load_schemes
from estimator.batch import BatchError, Pricer, price_csv
from estimator.money import format_yuan
from estimator.scheme import Schemes

Answerer = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Wrong(Exception):
    """Wrong usage; the message (Chinese) says the remedy."""

    message: str
    status: int = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status (0 done, 1 the job failed, 2 wrong usage)."""
    asked = _parser().parse_args(arguments)
    try:
        run: int = asked.run(asked)
    except (Wrong, BatchError, OSError) as error:
        sys.stderr.write(f"{error.message if isinstance(error, Wrong) else error}\n")
        return error.status if isinstance(error, Wrong) else 1
    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m estimator", description="医保费用计算:住院结算和其他待遇")
    parser.add_argument("--schemes", action="append", default=[], metavar="PATH", help="另外的方案文件或目录")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    stay = commands.add_parser("stay", help="算一次住院(或一年的住院)")
    stay.add_argument("facts", nargs="?", help="JSON;不写就从标准输入读,一行一个")
    stay.set_defaults(run=_stay)
    other = commands.add_parser("benefit", help="算其他待遇")
    other.add_argument("kind", help="account-credit、maternity、aid、enrolment …")
    other.add_argument("facts", nargs="?", help="JSON;不写就从标准输入读,一行一个")
    other.set_defaults(run=_benefit)
    table = commands.add_parser("csv", help="算一个文件的住院")
    for name in ("source", "target", "errors"):
        table.add_argument(name, type=Path)
    table.add_argument("--scheme", help="各行没有 scheme 列时用的方案")
    table.set_defaults(run=_csv)
    schema = commands.add_parser("schema", help="打印方案文件的 JSON Schema")
    schema.set_defaults(run=_schema)
    return parser


def _load(asked: argparse.Namespace) -> Schemes:
    schemes, faults = load_schemes(asked.schemes)
    if faults:
        raise Wrong("\n".join(map(str, faults)), 1)
    return schemes


def _stay(asked: argparse.Namespace) -> int:
    schemes = _load(asked)
    return _answer(asked.facts, lambda request: estimate(request, schemes))


def _benefit(asked: argparse.Namespace) -> int:
    schemes = _load(asked)
    return _answer(asked.facts, lambda request: benefit(asked.kind, request, schemes))


def _answer(facts: str | None, answerer: Answerer) -> int:
    requests: Iterable[str] = sys.stdin if facts is None else [facts]
    for line in requests:
        if line.strip():
            sys.stdout.write(json.dumps(answerer(_read(line)), ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 0


def _read(line: str) -> Mapping[str, Any]:
    try:
        request = json.loads(line)
    except ValueError as error:
        raise Wrong(f"不是JSON:{error}") from None
    if not isinstance(request, dict):
        raise Wrong('要写成 {"scheme": …, "total": …} 的样子')
    return request


def _csv(asked: argparse.Namespace) -> int:
    totals = price_csv(asked.source, asked.target, asked.errors, Pricer(_load(asked), scheme=asked.scheme))
    found = totals._asdict()
    found.update({side: format_yuan(found[side]) for side in ("member_pays", "fund_pays")})
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0


def _schema(_: argparse.Namespace) -> int:
    from estimator.schema import schema_text  # noqa: PLC0415  (needs all rule kinds)

    sys.stdout.write(schema_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
