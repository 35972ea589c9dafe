"""Chinese punctuation: full-width between Chinese characters, half-width inside numbers and formulas."""

from __future__ import annotations

import re

WIDE = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
"""Half-width mark: its full-width twin, by code point, since editors and fonts confuse them."""
_CHINESE = "\u3400-\u9fff“”《》、。」』"
_MARK = re.compile(f"(?<=[{_CHINESE}%元年月日])[,;:?!]|[,;:?!](?=[{_CHINESE}])")
_BRACKETS = re.compile(r"\(([^()\n]*)\)")
_HAN = re.compile("[\u3400-\u9fff]")


def chinese(text: str) -> str:
    r"""Text with the punctuation a Chinese reader expects.

    >>> chinese("住院,付6.00元(60.00 × 10%)吗?") == "住院\uff0c付6.00元\uff0860.00 × 10%\uff09吗\uff1f"
    True
    """
    marked = _MARK.sub(lambda found: WIDE[found.group()], text)
    return _BRACKETS.sub(lambda found: _bracket(found, marked), marked)


def _bracket(found: re.Match[str], text: str) -> str:
    """A pair of brackets becomes wide where Chinese stands inside it or right before it."""
    before = text[found.start() - 1 : found.start()]
    wide = _HAN.search(found.group(1)) or _HAN.match(before)
    return f"\uff08{found.group(1)}\uff09" if wide else found.group()
