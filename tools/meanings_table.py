"""Distil word vectors to the search's table of meanings (`knowledge/search/data/meanings.npz`), and learn the weights.

Usage: python tools/meanings_table.py VECTORS.npz   (made by word_vectors.py)

The directions kept are those in which phrasings of one entry lie together and of different entries apart (linear
discriminant analysis, shrunk). So that the weights are learnt from questions the table has not seen, each fold of the
training gets a table of its own, made without the phrasings held out; only the last, made of all, is shipped.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import Library, load_library
from knowledge.search.meaning import TABLE, Meanings
from knowledge.search.normalise import unmarked
from knowledge.search.reader import Reader
from knowledge.search.samples import FOLDS, kept, kept_strays
from knowledge.search.training import train

WIDTH = 64
SHRINK = 0.2
Floats = NDArray[np.float32]


def sentences(library: Library, fold: int | None) -> list[list[str]]:
    """Each entry's title, answer and phrasings as bare characters, without those a fold holds out.

    Each class of utterances without answer is a group as well, so that the table keeps what sets them apart.
    """
    reader = Reader(library.lexicon)
    asks = kept(library, fold)
    groups = [(entry.title, unmarked(entry.answer), *asks[entry.id]) for entry in library.entries.values()]
    groups += [texts for texts in kept_strays(library, fold).values() if texts]
    return [[reader.read(text).char for text in group] for group in groups]


def weigh(words: list[str], groups: list[list[str]]) -> Floats:
    """How much each word counts: the rarer in phrasings, the more."""
    plain = Meanings(words, np.zeros((len(words), 1), np.float32))
    texts = [text for group in groups for text in (group[0], *group[2:])]
    seen = Counter(word for text in texts for word in set(plain.words(text)))
    rarity = np.array([np.log1p(len(texts) / (1 + seen[place])) for place in range(len(words))], np.float32)
    return np.minimum(rarity, rarity.max() * 0.9)


def directions(vectors: Floats, words: list[str], weight: Floats, groups: list[list[str]]) -> Floats:
    """The matrix that turns a full vector into a short one."""
    full = Meanings(words, vectors, weight=weight)
    owner = np.array([number for number, group in enumerate(groups) for _ in group])
    said = full.of_all([text for group in groups for text in group])
    middle = np.stack([said[owner == number].mean(axis=0) for number in range(len(groups))])
    spread = said - middle[owner]
    within = spread.T @ spread / len(spread)
    size = len(within)
    shrunk = (1 - SHRINK) * within + SHRINK * np.trace(within) / size * np.eye(size)
    whiten = np.linalg.cholesky(np.linalg.inv(shrunk))
    _, _, turn = np.linalg.svd((middle - middle.mean(axis=0)) @ whiten, full_matrices=False)
    return np.asarray(whiten @ turn[:WIDTH].T, np.float32)


def distil(
    library: Library, words: list[str], vectors: Floats, fold: int | None
) -> tuple[NDArray[np.int8], Floats, Floats]:
    """The short vectors as whole numbers, the scale of each direction, the weight of each word."""
    groups = sentences(library, fold)
    weight = weigh(words, groups)
    short = vectors @ directions(vectors, words, weight, groups)
    scale = np.quantile(np.abs(short), 0.999, axis=0) / 127
    return np.clip(np.rint(short / scale), -127, 127).astype(np.int8), scale.astype(np.float32), weight


def main() -> None:
    """Write the table and the weights learnt with it."""
    with np.load(sys.argv[1]) as packed:
        words = bytes(packed["words"]).decode("utf-8").split("\n")
        vectors = packed["vectors"].astype(np.float32)
    vectors -= vectors.mean(axis=0)
    library, _ = load_library()
    tables = [Meanings(words, *distil(library, words, vectors, fold)) for fold in range(FOLDS)]
    table, scale, weight = distil(library, words, vectors, None)
    letters = np.frombuffer("\n".join(words).encode(), np.uint8)
    np.savez_compressed(TABLE, words=letters, vectors=table, scale=scale, weight=weight.astype(np.float16))
    print(TABLE, Path(TABLE).stat().st_size)
    _, report = train(library, meanings=tables)
    print(report)


if __name__ == "__main__":
    main()
