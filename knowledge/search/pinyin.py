"""How text sounds: each character's syllable without tone, with the sounds that people mix up merged."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "pinyin.txt"
_LATIN = re.compile(r"[a-z]+")
_BASE = 0xE800  # private-use area: one sign a syllable
_LONGEST = 6
_MIN_RUN = 4
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))


def fuzzy(syllable: str) -> str:
    """A syllable with zh/z, ch/c, sh/s, n/l at its start and ng/n at its end merged."""
    for long, short in _INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


@lru_cache(maxsize=1)
def rows() -> tuple[tuple[str, str], ...]:
    """Each syllable with its characters."""
    lines = (line.split(" ") for line in _TABLE.read_text("utf-8").splitlines())
    return tuple((syllable, signs) for syllable, signs in lines)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[int, str], dict[str, str]]:
    """Signs by character code, and signs by written syllable."""
    merged = {name: number for number, name in enumerate(sorted({fuzzy(row[0]) for row in rows()}))}
    by_syllable = {row[0]: chr(_BASE + merged[fuzzy(row[0])]) for row in rows()}
    by_code = {ord(sign): by_syllable[syllable] for syllable, signs in rows() for sign in signs}
    return by_code, by_syllable


def sound(text: str) -> str:
    """A bare text as a string of syllable signs; Latin runs that read as pinyin become syllables too."""
    by_code, _ = _tables()
    return _LATIN.sub(_run, text).translate(by_code)


def _run(match: re.Match[str]) -> str:
    run = match.group()
    return (syllables(run) or run) if len(run) >= _MIN_RUN else run


def syllables(run: str) -> str:
    """A run of Latin letters as syllable signs; empty where it can't be read as pinyin throughout."""
    _, by_syllable = _tables()
    # best[i]: the reading of run[:i] with the fewest syllables, so `xian` is one and `yibao` two
    best: list[str | None] = [""] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before, sign = best[start], by_syllable.get(run[start:end])
            if before is None or sign is None:
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = before + sign
    return best[-1] or ""


def spelled(folded: str) -> str:
    """A question typed in Latin letters only, as syllable signs; empty when it isn't one."""
    words = re.findall(r"[a-z]+|[0-9]+", folded)
    letters = [word for word in words if word.isalpha()]
    if re.search(r"[\u3400-\u9fff]", folded) or sum(map(len, letters)) < _MIN_RUN:
        return ""
    signs = [word if word.isdigit() else syllables(word) for word in words]
    return "".join(signs) if all(signs) else ""
