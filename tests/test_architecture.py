"""The arrows of docs/structure.md: bot → handlers → {estimator, knowledge}, and nothing the other way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "estimator": {"estimator"},
    "knowledge": {"knowledge"},
    "handlers": {"handlers", "estimator", "knowledge"},
    "bot": {"bot", "handlers", "estimator", "knowledge"},
}
OUTSIDE = {"telegram", "aiohttp", "sqlalchemy"}
MODULES = [path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py")]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_run_one_way(path: Path):
    package = path.relative_to(ROOT).parts[0]
    ours = imported(path) & set(MAY_IMPORT)
    assert ours <= MAY_IMPORT[package], f"{path} imports {ours - MAY_IMPORT[package]}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_bot_knows_channels_and_databases(path: Path):
    if path.relative_to(ROOT).parts[0] != "bot":
        assert not imported(path) & OUTSIDE


def test_no_mark_of_unfinished_work():
    marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert not [mark for mark in marks if mark in text], path
