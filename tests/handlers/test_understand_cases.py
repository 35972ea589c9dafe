"""Several hundred messages in the voices of members, with the facts a person reads in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml

from handlers.understand import Understood, understand

CASES = Path(__file__).parent / "understand_cases"
TODAY = date(2016, 11, 20)
MONEY = {
    "total", "self_paid", "class_b", "fund_used", "account_balance", "average_wage", "base_deductible", "base_cap",
}  # fmt: skip


def _yuan(value: Any) -> str:
    return f"{Decimal(str(value)):.2f}"


def _value(fact: str, value: Any) -> Any:
    if isinstance(value, dict):
        value = [value["low"], value["high"]]
    if fact in MONEY:
        return tuple(_yuan(one) for one in value) if isinstance(value, list) else _yuan(value)
    return value


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    return {fact: _value(fact, value) for fact, value in facts.items()}


def load() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, row) for path in sorted(CASES.glob("*.yaml")) for row in yaml.safe_load(path.read_text("utf-8"))
    ]


def read(row: dict[str, Any]) -> Understood:
    today = date.fromisoformat(row["today"]) if "today" in row else TODAY
    return understand(row["say"], today=today, asking=row.get("asking", ()), known=row.get("known"))


def differences(row: dict[str, Any]) -> dict[str, Any]:
    understood = read(row)
    told: dict[str, Any] = {
        "facts": _facts(understood.facts),
        "others": {who: _facts(facts) for who, facts in understood.others},
    }
    wanted: dict[str, Any] = {
        "facts": _facts(row["facts"]),
        "others": {who: _facts(facts) for who, facts in row.get("others", {}).items()},
    }
    for name in ("subject", "correction", "what_if", "question", "wants_price"):
        if name in row:
            told[name], wanted[name] = getattr(understood, name), row[name]
    for name in ("denied", "moves"):
        if name in row:
            told[name], wanted[name] = set(getattr(understood, name)), set(row[name])
    return {name: (told[name], wanted[name]) for name in wanted if told[name] != wanted[name]}


@pytest.mark.parametrize(
    ("source", "row"), load(), ids=lambda value: value["say"] if isinstance(value, dict) else value
)
def test_a_message_means_what_a_person_reads_in_it(source: str, row: dict[str, Any]) -> None:
    assert differences(row) == {}, source


DESCRIPTIONS = [row for source, row in load() if source not in ("answers", "seventh_round")]
TO_TRADITIONAL = opencc.OpenCC("s2t")


def f1_of(change: Callable[[str], str]) -> float:
    """How well facts are read when every description is said another way: F1 over single facts."""
    right = told = wanted = 0
    for row in DESCRIPTIONS:
        facts = _facts(read({**row, "say": change(row["say"])}).facts)
        expected = _facts(row["facts"])
        right += sum(1 for fact, value in facts.items() if expected.get(fact) == value)
        told += len(facts)
        wanted += len(expected)
    return 2 * right / (told + wanted)


@pytest.mark.parametrize(
    ("name", "change", "floor"),
    [
        ("traditional characters", TO_TRADITIONAL.convert, 0.99),
        ("spaces for commas", lambda said: re.sub("[，。；、]", " ", said), 0.99),
        ("no punctuation, as a transcript", lambda said: re.sub(r"[，。；、？！…](?!\d)", "", said), 0.98),
        ("full-width digits", lambda said: said.translate({48 + digit: 65296 + digit for digit in range(10)}), 0.99),
    ],
)
def test_descriptions_keep_their_meaning_said_another_way(
    name: str, change: Callable[[str], str], floor: float
) -> None:
    assert f1_of(change) >= floor, name
