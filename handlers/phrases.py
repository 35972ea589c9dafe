"""The phrases of `phrases.yaml`: whether a message is a cry for help, asks for a person, for a balance, and so on."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

SOURCE = Path(__file__).with_name("phrases.yaml")


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
    data: dict[str, dict[str, list[str]]] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {name: (_joined(sets["any"]), _joined(sets["none"])) for name, sets in data.items()}


def _joined(alternatives: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{item})" for item in alternatives)) if alternatives else None


def matches(name: str, text: str) -> bool:
    """Whether a text holds one of the phrases of a set and none of those that speak against it.

    Raises:
        KeyError: no such set.

    >>> matches("human", "转人工"), matches("human", "人工晶体能报吗")
    (True, False)
    """
    wanted, unwanted = _patterns()[name]
    lowered = text.lower()
    if wanted is None or not wanted.search(lowered):
        return False
    return unwanted is None or not unwanted.search(lowered)
