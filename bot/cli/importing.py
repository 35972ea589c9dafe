"""What the two import commands share: options, preview, progress bar, the file of bad rows, the closing line."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot.cli.records import Records
from bot.clock import utc_now
from bot.members.intake.batch import Intake, Outcome, preview, run
from bot.members.intake.reading import BadFile

SHOWN = 10
MakeIntake = Callable[[Records], Intake]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of every import."""
    parser.add_argument("file", type=Path, help="CSV(UTF-8 或 GBK)或 Excel(.xlsx)文件")
    parser.add_argument("--preview", action="store_true", help="只看前几行认得对不对,什么也不写")
    parser.add_argument("--accept-valid", action="store_true", help="有问题的行跳过,其余照样导入")
    parser.add_argument("--batch", help="批次名;改正后的文件用同一个批次名,只补没导入的行")
    parser.add_argument("--bad", type=Path, help="问题行清单写到哪里(默认:文件名.bad.csv)")


def bring_in(args: argparse.Namespace, records: Records, intake: Intake) -> int:
    """Preview or run an import; exit status 1 when bad rows stopped it.

    Raises:
        BadFile: There is no such file, or it is no table.
    """
    if not args.file.is_file():
        raise BadFile(f"找不到文件 {args.file}。")
    if args.preview:
        return _preview(preview(intake, args.file, records.store), intake.columns)
    with _bar() as bar:
        task = bar.add_task(args.file.name, total=_lines(args.file))
        outcome = run(
            records.store,
            intake,
            args.file,
            name=args.batch,
            accept_valid=args.accept_valid,
            clock=utc_now,
            progress=lambda line: bar.update(task, completed=line),
        )
    return _close(args, outcome)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _lines(path: Path) -> int | None:
    """How many lines a CSV file has; unknown for Excel."""
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        return None
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _preview(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> int:
    """The first rows: line, and what is wrong or what was understood; locked values are not shown."""
    hidden = {"batch", "line", "error", "row_key", "first"}
    for row in rows[:SHOWN]:
        cells = dict(zip(columns, row, strict=True))
        told = {name: value for name, value in cells.items() if name not in hidden and _tellable(name, value)}
        words = cells["error"] or ",".join(f"{name}={value}" for name, value in told.items())
        print(f"第{cells['line']}行:{words}")
    bad = sum(row[columns.index("error")] is not None for row in rows)
    print(f"前 {len(rows)} 行里有问题的 {bad} 行。没有写入任何数据。")
    return 1 if bad else 0


def _tellable(name: str, value: object) -> bool:
    return value is not None and not isinstance(value, bytes) and not name.endswith(("hash", "id"))


def _close(args: argparse.Namespace, outcome: Outcome) -> int:
    if outcome.already:
        print(f"批次 {outcome.name} 已经导入过({outcome.rows} 行),没有改动。")
        return 0
    if outcome.bad:
        place = args.bad or args.file.with_name(f"{args.file.name}.bad.csv")
        _write_bad(place, outcome.bad)
        print(f"有问题的 {len(outcome.bad)} 行,清单见 {place}。")
    if outcome.bad and not args.accept_valid:
        print("没有导入。请改正后再导入,或加 --accept-valid 先导入其余的行。")
        return 1
    print(f"批次 {outcome.name}:共 {outcome.rows} 行,已导入 {outcome.applied} 行。")
    return 0


def _write_bad(path: Path, bad: Sequence[tuple[int, str]]) -> None:
    """Line, problem and remedy; the cells themselves are not repeated, since they are personal."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["行号", "问题", "怎么改"])
        for line, words in bad:
            problem, _, remedy = words.partition(";")
            rows.writerow([line, problem, remedy])
