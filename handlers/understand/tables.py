"""Loads the word tables beside the code (`words/*.yaml`), which a clerk may extend.

A table's lists are regular expressions over normalised text. `{name}` inside one stands for another list of the same
table, or for `{number}`: a number in digits or in Chinese.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from handlers.understand.numerals import SIMPLE

_WORDS = Path(__file__).parent / "words"
_NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def table(name: str) -> Any:
    """The YAML table `words/<name>.yaml`."""
    return yaml.safe_load((_WORDS / f"{name}.yaml").read_text(encoding="utf-8"))


def any_of(words: list[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


def filled(name: str, words: list[str], **given: str) -> str:
    """The words as one pattern, with the lists they name put in their places."""

    def put(match: re.Match[str]) -> str:
        inner = given.get(match[1]) or filled(name, table(name)[match[1]], **given)
        return f"(?:{inner})"

    return _NAME.sub(put, "|".join(words))


@cache
def pattern(name: str, key: str, **given: str) -> re.Pattern[str]:
    """One list of a table as a pattern; `given` are further parts that the code knows."""
    return re.compile(filled(name, table(name)[key], number=SIMPLE, **given))
