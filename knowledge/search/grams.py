"""Character n-grams as whole numbers, for many texts at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int32]
_BITS = np.uint64(21)  # a code point fits


def codes(text: str) -> Keys:
    """A text's code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def grams(text: str, sizes: Sequence[int]) -> Keys:
    """The n-grams of one text, each once, as numbers."""
    return np.unique(_keys(codes(text), sizes)[0])


def table(texts: Sequence[str], sizes: Sequence[int]) -> tuple[Keys, Numbers]:
    """The n-grams of many texts.

    Returns:
        The n-grams, and beside each the number of the text it stands in; repeats are kept.
    """
    signs = codes("\0".join(texts))
    keys, starts = _keys(signs, sizes)
    owner = np.cumsum(signs == 0, dtype=np.int32)
    return keys, owner[starts]


def _keys(signs: Keys, sizes: Sequence[int]) -> tuple[Keys, NDArray[np.int64]]:
    """All n-grams that don't reach over the end of a text, with where each starts."""
    found: list[Keys] = [np.empty(0, np.uint64)]
    where: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for size in sizes:
        if len(signs) < size:
            continue
        keys = np.zeros(len(signs) - size + 1, np.uint64)
        whole = np.ones(len(keys), np.bool_)
        for step in range(size):
            part = signs[step : step + len(keys)]
            keys = (keys << _BITS) | part
            whole &= part != 0
        found.append(keys[whole])
        where.append(np.flatnonzero(whole))
    return np.concatenate(found), np.concatenate(where)
