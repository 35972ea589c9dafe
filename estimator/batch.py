"""Pricing a file of stays: a row is a stay; what cannot be priced goes to a file of its own, and nothing is lost."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from estimator.facts import FACTS
from estimator.money import format_yuan, parse_yuan
from estimator.parameters import NO_PARAMETERS, Parameters
from estimator.price import Amounts
from estimator.quick import Quick
from estimator.scheme import Schemes
from estimator.settle import one_stay

Progress = Callable[[int], None]
Result = dict[str, Any]
Fault = dict[str, str]
AMOUNTS = Amounts._fields
RESULT = ("outcome", *AMOUNTS[1:], "member_low", "member_high", "missing", "reason")
ERROR_FIELDS = ("line", "field", "message", "accepted")
STEP = 1000  # rows between two calls of the progress function
_KNOWN = frozenset({"scheme", *FACTS})


class BatchError(ValueError):
    """A file that is no table of stays; the message (Chinese) says what to do."""


class Totals(NamedTuple):
    """What a priced file adds up to: numbers of rows, and fen over the rows with one exact answer."""

    rows: int
    priced: int
    ranges: int
    unknown: int
    not_covered: int
    bad: int
    member_pays: int
    fund_pays: int


class Priced(NamedTuple):
    """A row's result columns, its errors, and its amounts where they are exact."""

    columns: Result
    faults: list[Fault]
    amounts: Amounts | None = None


class Pricer:
    """Prices rows under one version of the schemes and the office's figures."""

    def __init__(self, schemes: Schemes, parameters: Parameters = NO_PARAMETERS, scheme: str | None = None) -> None:
        self.schemes = schemes
        self.parameters = parameters
        self.scheme = scheme  # of the rows that name none
        self._quick = Quick(schemes, parameters)

    def amounts(self, facts: Mapping[str, Any]) -> Amounts | None:
        """The amounts of a stay that is known exactly and covered; None where only the full answer can say."""
        return self._quick.amounts(facts)

    def result(self, said: dict[str, str]) -> Priced:
        """What a row's facts come to."""
        facts = {"scheme": self.scheme, **said} if self.scheme else said
        amounts = self._quick.amounts(facts)
        if amounts is not None:
            found: Result = dict(zip(AMOUNTS, map(format_yuan, amounts), strict=True))
            found["outcome"] = "ok"
            return Priced(found, [], amounts)
        answer = one_stay(facts, self.schemes, self.parameters, lines=False)
        found = {name: answer[name] for name in AMOUNTS}
        found.update(outcome=answer["status"], missing=" ".join(answer["missing"]), reason=answer.get("reason", ""))
        if answer["status"] == "range":
            found.update(member_low=answer["low"]["member_pays"], member_high=answer["high"]["member_pays"])
        return Priced(found, answer.get("errors", []))


class Table:
    """A CSV file of stays: its header, and its rows with the facts in them.

    Raises:
        BatchError: the header has no `total`, or a name twice.
    """

    def __init__(self, source: TextIO) -> None:
        self._reader = csv.reader(source)
        self.header = [name.strip() for name in next(self._reader, [])]
        if "total" not in self.header:
            raise BatchError("表头要有 total(总费用)一列;各列用事实的名字,如 scheme,status,hospital_level,total")
        twice = sorted(name for name, times in Counter(self.header).items() if name in _KNOWN and times > 1)
        if twice:
            raise BatchError(f"表头里 {'、'.join(twice)} 写了两遍,删去一列")
        self._places = [(place, name) for place, name in enumerate(self.header) if name in _KNOWN]

    def rows(self) -> Iterator[tuple[int, list[str], dict[str, str] | None]]:
        """Each row: its line, its cells, and its facts (an empty cell is absent); None where its width is wrong."""
        width = len(self.header)
        for cells in self._reader:
            if not cells:
                continue
            fits = len(cells) == width
            facts = {name: cell for place, name in self._places if (cell := cells[place].strip())} if fits else None
            yield self._reader.line_num, cells, facts


class Files(NamedTuple):
    """The three files of a run: the stays read, the rows written, the errors written."""

    table: Table
    out: Any
    errors: Any

    def write(self, cells: list[str], result: list[str | None]) -> None:
        """Write a row with its result beside it; cells beyond the header stand after the result."""
        width = len(self.table.header)
        padding = [""] * (width - len(cells))
        self.out.writerow([*cells[:width], *padding, *result, *cells[width:]])

    def complain(self, line: int, faults: list[Fault]) -> None:
        """Write the errors of a row."""
        self.errors.writerows([line, *(fault[name] for name in ERROR_FIELDS[1:])] for fault in faults)


@contextmanager
def opened(source: Path, target: Path, errors: Path) -> Iterator[Files]:
    """Open the three files of a run.

    Raises:
        BatchError: two of them are one file, or the source is no table of stays or isn't UTF-8.
    """
    if len({source.resolve(), target.resolve(), errors.resolve()}) < len((source, target, errors)):
        raise BatchError("读的文件、结果文件和错误文件要是三个不同的文件")
    try:
        with source.open(encoding="utf-8-sig", newline="") as read:
            table = Table(read)
            with (
                target.open("w", encoding="utf-8", newline="") as out,
                errors.open("w", encoding="utf-8", newline="") as wrong,
            ):
                files = Files(table, csv.writer(out), csv.writer(wrong))
                files.errors.writerow(ERROR_FIELDS)
                yield files
    except UnicodeDecodeError as error:
        raise BatchError("文件不是UTF-8编码,另存为UTF-8的CSV再来") from error


WRONG_WIDTH: Fault = {"field": "", "message": "这一行的列数与表头不同", "accepted": "与表头一样多的列"}
BAD = Priced({"outcome": "bad_input"}, [WRONG_WIDTH])


def price_csv(source: Path, target: Path, errors: Path, pricer: Pricer, *, progress: Progress | None = None) -> Totals:
    """Price every row of a CSV file.

    Args:
        source: the stays; UTF-8, the columns named as facts, other columns are carried over.
        target: every row again, with the result beside it (a result named like a column of the file gets `new_`).
        errors: one line for each error: line of the source, field, what is wrong, what is accepted.
        pricer: under which schemes and figures.
        progress: called now and then with the number of rows done.

    Raises:
        BatchError: the source is no table of stays, or isn't UTF-8.
        OSError: a file cannot be read or written.
    """
    counts: Counter[str] = Counter()
    with opened(source, target, errors) as files:
        header = files.table.header
        files.write(header, [f"new_{name}" if name in header else name for name in RESULT])
        for line, cells, facts in files.table.rows():
            priced = pricer.result(facts) if facts is not None else BAD
            files.write(cells, [priced.columns.get(name) for name in RESULT])
            files.complain(line, priced.faults)
            _count(counts, priced)
            if progress and counts["rows"] % STEP == 0:
                progress(counts["rows"])
    if progress:
        progress(counts["rows"])
    names = ("rows", "ok", "range", "unknown", "not_covered", "bad_input", "member_pays", "fund_pays")
    return Totals(*(counts[name] for name in names))


def _count(counts: Counter[str], priced: Priced) -> None:
    counts[priced.columns["outcome"]] += 1
    counts["rows"] += 1
    if priced.amounts is not None:
        counts["member_pays"] += priced.amounts.member_pays
        counts["fund_pays"] += priced.amounts.fund_pays
    elif priced.columns["outcome"] == "ok":
        counts["member_pays"] += parse_yuan(priced.columns["member_pays"])
        counts["fund_pays"] += parse_yuan(priced.columns["fund_pays"])
