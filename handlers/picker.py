"""A message made readable: control characters gone, white space folded; and what kind of unreadable it may be."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"[ \t\u3000\u00a0]+")
_LINES = re.compile(r"\n{3,}")
_WORD = re.compile(r"\w", re.UNICODE)
_READABLE = re.compile(r"[\u3400-\u9fffA-Za-z0-9⟦]")


def readable(text: str) -> str:
    r"""Text without control and formatting characters, spaces folded, widths made one.

    >>> readable("起付\u200b线\x00  多少")
    '起付线 多少'
    """
    plain = unicodedata.normalize("NFKC", text.replace("\r", "\n"))
    kept = "".join(c for c in plain if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return _LINES.sub("\n\n", _SPACE.sub(" ", kept)).strip()


def unreadable(text: str) -> str | None:
    """Why a text cannot be read as a question: `empty`, `emoji`, `script`; None when it can."""
    if not text:
        return "empty"
    if _READABLE.search(text):
        return None
    return "script" if _WORD.search(text) else "emoji"
