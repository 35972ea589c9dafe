"""Keeping a built index between starts, under the hash of the knowledge and of the way it is built."""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.search.index import Index

_KEPT = 3
_MADE_BY = ("closeness", "facets", "grams", "index", "lookup", "meaning", "normalise", "pinyin", "reader", "words")


@lru_cache(maxsize=1)
def _recipe() -> str:
    """A hash of the code and data an index is made with."""
    here = Path(__file__).parent
    hashed = hashlib.sha256()
    for path in [here / f"{name}.py" for name in _MADE_BY] + sorted((here / "data").glob("*")):
        if path.suffix != ".json" and path.is_file():
            hashed.update(path.read_bytes())
    return hashed.hexdigest()


def _file(folder: Path, digest: str) -> Path:
    name = hashlib.sha256(f"{digest}{_recipe()}".encode()).hexdigest()[:24]
    return folder / f"index-{name}.npz"


def load_index(folder: Path, digest: str) -> Index | None:
    """The kept index of this knowledge; None where there is none or it can't be read."""
    path = _file(folder, digest)
    if not digest or not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as packed:
            return Index.unpack({name: packed[name] for name in packed.files})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def save_index(folder: Path, digest: str, index: Index) -> None:
    """Keep an index; where the directory can't be written the next start builds it again."""
    if not digest:
        return
    path = _file(folder, digest)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as out:
            np.savez(out, **index.pack())
        os.replace(draft, path)  # noqa: PTH105 - atomic on every system
        for old in sorted(folder.glob("index-*.npz"), key=lambda kept: kept.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        draft.unlink(missing_ok=True)
