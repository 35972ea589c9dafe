"""`yibao estimate --csv`: a file of stays priced, or priced under two versions of a scheme and compared."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress

from estimator import load_schemes
from estimator.batch import BatchError, Pricer, price_csv
from estimator.compare import Comparison, compare_csv
from handlers.wording import money


class Files(NamedTuple):
    """What is read, what is written, and where the rows go that cannot be taken."""

    source: Path
    target: Path
    errors: Path


def run(args: argparse.Namespace, pricer: Pricer) -> int:
    """Price the file; exit status 1 when a row could not be taken, 2 when the file is no table of stays."""
    target = args.out or args.csv.with_suffix(".priced.csv")
    files = Files(args.csv, target, target.with_suffix(".errors.csv"))
    try:
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("计算中", total=None)

            def step(done: int) -> None:
                bar.update(task, completed=done)

            return _compare(files, pricer, args.compare, step) if args.compare else _price(files, pricer, step)
    except (BatchError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _price(files: Files, pricer: Pricer, step: Callable[[int], None]) -> int:
    totals = price_csv(*files, pricer, progress=step)
    counts = f"算准{totals.priced},范围{totals.ranges},缺数{totals.unknown},不支付{totals.not_covered},有错{totals.bad}"
    print(f"共{totals.rows}行:{counts}")
    print(f"个人付合计 {money(totals.member_pays)} 元,统筹基金付合计 {money(totals.fund_pays)} 元 → {files.target}")
    if totals.bad:
        sys.stderr.write(f"有{totals.bad}行没有算,原因和改法见 {files.errors}\n")
    return 1 if totals.bad else 0


def _compare(files: Files, pricer: Pricer, schemes_path: Path, step: Callable[[int], None]) -> int:
    schemes, faults = load_schemes([schemes_path])
    if faults:
        raise BatchError("\n".join(map(str, faults)))
    found = compare_csv(*files, pricer, Pricer(schemes, pricer.parameters, pricer.scheme), progress=step)
    print("\n".join(_compared(found)))
    print(f"→ {files.target}")
    return 0


def _compared(found: Comparison) -> list[str]:
    return [
        f"共{found.rows}行,比较了{found.compared}行,其中{found.changed}行有变化",
        f"个人付:{money(found.member_old)} → {money(found.member_new)} 元,多 {money(found.member_more)} 元",
        f"统筹基金付:{money(found.fund_old)} → {money(found.fund_new)} 元,多 {money(found.fund_more)} 元",
        *(f"没有比较({outcome}):{count}行" for outcome, count in found.left_out.items()),
    ]
