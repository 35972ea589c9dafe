"""Reading the knowledge files: all of them, reporting every fault at once, with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from knowledge.library import Library, Origin
from knowledge.models import (
    Confusable,
    Confusables,
    CoverageRow,
    Document,
    DocumentFile,
    Entry,
    EntryFile,
    Lexicon,
    Utterances,
)
from knowledge.yamlfile import Fault, file_name, line_of, read_yaml

SHIPPED = Path(__file__).parent / "content"
_Model = TypeVar("_Model", bound=BaseModel)
_ROWS = TypeAdapter(tuple[CoverageRow, ...])
_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个键",
    "string_type": "应该是文字",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "写法不对",
    "literal_error": "不是可用的值",
    "tuple_type": "应该是列表",
    "date_from_datetime_parsing": "应该是日期,如 2001-12-01",
}


@dataclass(frozen=True, slots=True)
class _Source:
    """A file and its text, for naming the line of a fault."""

    path: Path
    text: str


@dataclass(slots=True)
class _Shelf:
    """What has been read so far."""

    documents: dict[str, Document] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)
    out_of_scope: dict[str, tuple[str, ...]] = field(default_factory=dict)
    confusables: list[Confusable] = field(default_factory=list)
    coverage: dict[str, tuple[CoverageRow, ...]] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    hashed: Any = field(default_factory=hashlib.sha256)


def load_library(paths: Iterable[Path | str] = (), *, shipped: bool = True) -> tuple[Library, list[Fault]]:
    """Read the shipped knowledge and lay the office's own directories over it.

    Args:
        paths: directories laid out like `knowledge/content`; an id that stands in a later one replaces the earlier.
        shipped: whether the shipped files come first.

    Returns:
        The library of all that could be read, and every fault found.
    """
    shelf = _Shelf()
    for folder in ([SHIPPED] if shipped else []) + [Path(path) for path in paths]:
        if not folder.is_dir():
            shelf.faults.append(Fault(str(folder), 1, "没有这个目录", "检查知识目录的位置"))
            continue
        _read_layer(shelf, folder)
    library = Library(
        shelf.documents,
        shelf.entries,
        shelf.lexicon,
        shelf.out_of_scope,
        tuple(shelf.confusables),
        shelf.coverage,
        shelf.hashed.hexdigest(),
        shelf.origins,
    )
    return library, shelf.faults


def _read_layer(shelf: _Shelf, folder: Path) -> None:
    _read_documents(shelf, folder / "documents.yaml")
    here: set[str] = set()
    for path in sorted((folder / "faq").rglob("*.yaml")):
        _read_entries(shelf, path, here)
    for path in sorted((folder / "coverage").glob("*.yaml")):
        _read_coverage(shelf, path)
    words = _read_model(shelf, folder / "lexicon.yaml", Lexicon)
    if words is not None:
        shelf.lexicon = _over(shelf.lexicon, words)
    utterances = _read_model(shelf, folder / "out_of_scope.yaml", Utterances)
    for kind, sentences in (utterances.out_of_scope if utterances else {}).items():
        shelf.out_of_scope[kind] = (*shelf.out_of_scope.get(kind, ()), *sentences)
    pairs = _read_model(shelf, folder / "confusables.yaml", Confusables)
    shelf.confusables.extend(pairs.confusables if pairs else ())


def _over(below: Lexicon, above: Lexicon) -> Lexicon:
    """One lexicon laid over another: mappings joined key by key, lists one after the other."""
    joined: dict[str, Any] = {}
    for name in Lexicon.model_fields:
        low, high = getattr(below, name), getattr(above, name)
        joined[name] = {**low, **high} if isinstance(low, dict) else (*low, *high)
    return Lexicon.model_construct(**joined)


def _read_documents(shelf: _Shelf, path: Path) -> None:
    register = _read_model(shelf, path, DocumentFile)
    for number, document in enumerate(register.documents if register else ()):
        shelf.documents[document.id] = document
        shelf.origins[f"doc:{document.id}"] = Origin(path, ("documents", number))


def _read_entries(shelf: _Shelf, path: Path, here: set[str]) -> None:
    """Read one FAQ file; an entry with a fault is left out, its neighbours stay."""
    source, value = _read_value(shelf, path)
    if value is None:
        return
    if not isinstance(value, dict) or not isinstance(value.get("entries"), list):
        shelf.faults.append(Fault(file_name(path), 1, "文件里没有 entries 列表", "照 docs/structure.md 的样子写"))
        return
    common = {key: value[key] for key in ("scheme", "region", "audience", "topic") if value.get(key) is not None}
    _validate(shelf, source, EntryFile, {**value, "entries": ()})
    for number, raw in enumerate(value["entries"]):
        where: tuple[str | int, ...] = ("entries", number)
        entry = _validate(shelf, source, Entry, {**common, **raw} if isinstance(raw, dict) else raw, where)
        if entry is None:
            continue
        if entry.id in here:
            remedy = "改一个名字,条目编号不能重复"
            shelf.faults.append(
                Fault(file_name(path), line_of(source.text, where), f"条目 {entry.id} 写了两次", remedy)
            )
            continue
        here.add(entry.id)
        shelf.entries[entry.id] = entry
        shelf.origins[entry.id] = Origin(path, where)


def _read_coverage(shelf: _Shelf, path: Path) -> None:
    source, value = _read_value(shelf, path)
    if isinstance(value, dict) and list(value) == ["coverage"]:
        value = value["coverage"]
    if value is None:
        return
    try:
        shelf.coverage[path.stem] = _ROWS.validate_python(value)
    except ValidationError as wrong:
        shelf.faults.extend(_faults(source, wrong, ()))
    shelf.origins[f"cover:{path.stem}"] = Origin(path, ())


def _read_model(shelf: _Shelf, path: Path, model: type[_Model]) -> _Model | None:
    """Read a whole file as one model; a file that isn't there is no fault."""
    if not path.is_file():
        return None
    source, value = _read_value(shelf, path)
    return None if value is None else _validate(shelf, source, model, value)


def _read_value(shelf: _Shelf, path: Path) -> tuple[_Source, Any]:
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        shelf.faults.append(Fault(file_name(path), 1, f"文件读不了:{wrong}", "存成 UTF-8 文本"))
        return _Source(path, ""), None
    shelf.hashed.update(path.name.encode() + b"\0" + raw + b"\0")
    value, faults = read_yaml(text, file_name(path))
    shelf.faults.extend(faults)
    return _Source(path, text), value


def _validate(
    shelf: _Shelf, source: _Source, model: type[_Model], value: Any, base: Sequence[str | int] = ()
) -> _Model | None:
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        shelf.faults.extend(_faults(source, wrong, base))
        return None


def _faults(source: _Source, wrong: ValidationError, base: Sequence[str | int]) -> list[Fault]:
    found = []
    for error in wrong.errors():
        place = (*base, *error["loc"])
        message = _MESSAGES.get(error["type"], error["msg"].removeprefix("Value error, "))
        expected = error.get("ctx", {}).get("expected", "")
        remedy = f"可用的值:{expected}" if expected else "照 docs/structure.md 的样子改"
        name = ".".join(str(step) for step in error["loc"])
        line = line_of(source.text, place)
        found.append(Fault(file_name(source.path), line, f"{name}:{message}" if name else message, remedy))
    return found
