"""What may be asked of a stay: the questions of `slots.yaml`, with their choices and why they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from handlers import choices
from handlers.messages import Choice

SOURCE = Path(__file__).with_name("slots.yaml")


@dataclass(frozen=True, slots=True)
class Slot:
    """A fact as it is asked for."""

    fact: str
    question: str
    why: str
    hint: str
    choices: tuple[Choice, ...]


@cache
def slots() -> dict[str, Slot]:
    """Every slot by its fact."""
    data = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {fact: _slot(fact, row) for fact, row in data.items()}


def _slot(fact: str, row: dict[str, object]) -> Slot:
    options = row.get("choices", [])
    assert isinstance(options, list)
    made = tuple(choices.make(item["label"], "set", f"{fact}={item['value']}") for item in options)
    return Slot(fact, str(row["question"]), str(row["why"]), str(row["hint"]), made)
