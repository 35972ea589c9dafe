"""JSON lines for the command line: one object in, one object out, a broken line named and the rest still done."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO


def read(source: TextIO) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """(line number, object, what is wrong) for each line that is not blank; the object is None when it is broken."""
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            yield number, None, f"第{number}行不是 JSON:{error.msg},请每行写一个 JSON 对象"
            continue
        yield (number, data, "") if isinstance(data, dict) else (number, None, f"第{number}行要写成 JSON 对象 {{…}}")


def write(data: dict[str, Any], target: TextIO | None = None) -> None:
    """One line, Chinese as it is, flushed at once so that a caller can talk back and forth."""
    out = target or sys.stdout
    out.write(json.dumps(data, ensure_ascii=False) + "\n")
    out.flush()


def each(work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Run `work` on every line of standard input; exit status 1 when a line was broken."""
    status = 0
    for number, data, wrong in read(sys.stdin):
        if data is None:
            errors = [{"field": f"line {number}", "message": wrong, "accepted": "一个 JSON 对象"}]
            write({"status": "bad_input", "errors": errors})
            status = 1
        else:
            write(work(data))
    return status
