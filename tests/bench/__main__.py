"""`make bench`: one table of what every `*_bench.py` beside this file measures, with goals and peers."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
HEADINGS = ("what", "measured", "goal", "peer or limit")


def measured(path: Path) -> Iterable[tuple[str, ...]]:
    """The rows of one file: (name, measured[, goal[, peer]])."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module.rows() if hasattr(module, "rows") else module.bench()


def line(row: tuple[str, ...]) -> str:
    """One row of the Markdown table."""
    return "| " + " | ".join((*row, "", "", "")[:4]) + " |"


def main(names: list[str]) -> None:
    """Print the table, of all files or of those named (`turns`, `search`, …)."""
    print(line(HEADINGS))
    print("| --- | --- | --- | --- |")
    for path in sorted(HERE.glob("*_bench.py")):
        if not names or path.stem.removesuffix("_bench") in names:
            for row in measured(path):
                print(line(tuple(row)), flush=True)


main(sys.argv[1:])
