"""Every sentence a member reads: named Jinja2 templates of `wording.yaml`, loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, Template

from handlers.typeset import chinese

SOURCE = Path(__file__).with_name("wording.yaml")


def environment() -> Environment:
    """Jinja2 for plain text: an unknown name is a mistake, nothing is escaped (channels escape for themselves)."""
    return Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701


@cache
def templates() -> dict[str, Template]:
    """All sentences, compiled."""
    jinja = environment()
    jinja.filters["money"] = money
    texts: dict[str, str] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {key: jinja.from_string(text.strip()) for key, text in texts.items()}


def say(key: str, **values: Any) -> str:
    """The sentence under `key`, filled.

    Raises:
        KeyError: no such sentence (a programmer's mistake).
    """
    text = templates()[key].render(**values).strip()
    return text if text.startswith("<svg") else chinese(text)


def money(yuan: str | int) -> str:
    """Yuan with separators: `"4400.00"` and 440000 (fen) both read 4,400.00.

    >>> money("4400.00"), money(440050)
    ('4,400.00', '4,400.50')
    """
    text = yuan if isinstance(yuan, str) else f"{'-' if yuan < 0 else ''}{abs(yuan) // 100}.{abs(yuan) % 100:02d}"
    whole, _, fen = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{(fen + '00')[:2]}"
