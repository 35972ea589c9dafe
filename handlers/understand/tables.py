"""Loads the word tables beside the code (`words/*.yaml`), which a clerk may extend."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_WORDS = Path(__file__).parent / "words"


@cache
def table(name: str) -> Any:
    """The YAML table `words/<name>.yaml`."""
    return yaml.safe_load((_WORDS / f"{name}.yaml").read_text(encoding="utf-8"))


def any_of(words: list[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


@cache
def pattern(name: str, key: str) -> re.Pattern[str]:
    """One entry of a table whose values are lists of patterns."""
    return re.compile("|".join(table(name)[key]))
