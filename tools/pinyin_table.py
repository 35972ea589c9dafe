"""Write the table of readings the search uses: each syllable without tone, and the characters read so.

Needs pypinyin (MIT), a development package; the table needs nothing at run time.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin

TARGET = Path(__file__).parents[1] / "knowledge" / "search" / "data" / "pinyin.txt"
FIRST, LAST = 0x4E00, 0x9FA5
# Where the commonest reading differs from the one the dictionary lists first, in the words members use.
USUAL = {"还": "hai", "行": "xing", "重": "zhong", "单": "dan", "长": "chang", "参": "can", "都": "dou", "了": "le"}


def table() -> str:
    """One line a syllable: the syllable, a blank, its characters."""
    rows: dict[str, list[str]] = defaultdict(list)
    for code in range(FIRST, LAST + 1):
        sign = chr(code)
        syllable = USUAL.get(sign) or pinyin(sign, style=Style.NORMAL, v_to_u=False)[0][0]
        if syllable.isascii() and syllable.isalpha():
            rows[syllable].append(sign)
    return "".join(f"{syllable} {''.join(signs)}\n" for syllable, signs in sorted(rows.items()))


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(table(), "utf-8")
    print(TARGET, TARGET.stat().st_size)
