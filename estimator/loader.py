"""Loading the scheme files: what is sound becomes a scheme, and every fault is reported with file and line."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from estimator.faults import Fault
from estimator.scheme import Rule, Scheme, Schemes
from estimator.tables import table_faults
from estimator.yaml_lines import Source, read_yaml

SHIPPED = Path(__file__).parent / "schemes"
_TOP = {"id": str, "title": str, "region": str, "since": date, "rules": list}


def load_schemes(
    paths: Iterable[str | Path] = (), *, documents: Mapping[str, Collection[str]] | None = None
) -> tuple[Schemes, list[Fault]]:
    """Load the shipped schemes and an office's own over them.

    Args:
        paths: files, or directories of `*.yaml`; a scheme with a shipped id takes its place as a whole.
        documents: known document ids with their articles, to find dangling citations; an empty collection means that
            any article of that document is taken.

    Returns:
        The sound schemes, and all faults; a file with a fault contributes nothing.
    """
    found: dict[str, Scheme] = {}
    faults: list[Fault] = []
    digest = hashlib.sha256()
    for layer in ([SHIPPED], [Path(path) for path in paths]):
        seen: dict[str, str] = {}
        for file in _files(layer):
            source, wrong = read_yaml(file)
            scheme, more = _scheme(source, documents) if source and not wrong else (None, [])
            faults += wrong + more
            if scheme is None or source is None:
                continue
            if scheme.id in seen:
                faults.append(source.fault(("id",), f"{seen[scheme.id]} 已有方案 {scheme.id}", "改用另一个 id"))
                continue
            seen[scheme.id] = file.name
            found[scheme.id] = scheme
            digest.update(file.read_bytes())
    return Schemes(found.values(), digest.hexdigest()), faults


def _files(layer: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in layer:
        files += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return files


def _scheme(source: Source, documents: Mapping[str, Collection[str]] | None) -> tuple[Scheme | None, list[Fault]]:
    data = source.data
    if not isinstance(data, dict):
        return None, [source.fault((), "文件要写成“键: 值”", "参照 scheme.schema.json")]
    faults = _top_faults(source, data)
    rules: list[Rule] = []
    models: list[Any] = []
    for index, raw in enumerate(data["rules"] if isinstance(data.get("rules"), list) else []):
        model, wrong = _rule(source, index, raw)
        faults += wrong
        models.append(model)
        if model is not None:
            rules.append(Rule(model, raw))
            faults += _dangling(source, index, model, documents)
    faults += _period_faults(source, data, rules)
    faults += table_faults(source, models)
    return (None if faults else Scheme(data, rules)), faults


def _top_faults(source: Source, data: dict[str, Any]) -> list[Fault]:
    faults = [source.fault((key,), f"不认识的项 {key}", "删去或改名") for key in data if key not in _TOP]
    faults += [source.fault((), f"缺 {key}", f"补上 {key}") for key in ("id", "title", "rules") if key not in data]
    for key, wanted in _TOP.items():
        if key in data and not isinstance(data[key], wanted):
            faults.append(source.fault((key,), f"{key} 的写法不对", f"应为 {wanted.__name__}"))
    return faults


def _rule(source: Source, index: int, raw: Any) -> tuple[Any, list[Fault]]:
    from pydantic import ValidationError  # noqa: PLC0415  (kept out of the package's import time)

    from estimator.kinds import load_kinds  # noqa: PLC0415

    kinds = load_kinds()
    name = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(name, str) or name not in kinds:
        return None, [
            source.fault(("rules", index, "kind"), f"没有规则种类 {name}", "可用:" + "、".join(sorted(kinds)))
        ]
    try:
        return kinds[name].model_validate(raw), []
    except ValidationError as error:
        return None, [_fault_of(source, index, detail) for detail in error.errors(include_url=False)]


_WORDS = {"missing": "缺这一项", "extra_forbidden": "不认识这一项"}


def _fault_of(source: Source, index: int, detail: Any) -> Fault:
    place = tuple(detail["loc"])
    words = _WORDS.get(detail["type"]) or str(detail["msg"]).removeprefix("Value error, ")
    where = "/".join(str(step) for step in place) or "这条规则"
    return source.fault(("rules", index, *place), f"{where}:{words}", "照 scheme.schema.json 改正")


def _dangling(source: Source, index: int, model: Any, documents: Mapping[str, Collection[str]] | None) -> list[Fault]:
    if documents is None:
        return []
    faults = []
    for cite in model.cite:
        if cite.doc not in documents:
            faults.append(source.fault(("rules", index, "cite"), f"没有文件 {cite.doc}", "改用登记过的文件 id"))
        elif documents[cite.doc] and cite.article not in documents[cite.doc]:
            faults.append(source.fault(("rules", index, "cite"), f"{cite.doc} 没有 {cite.article}", "改正条文号"))
    return faults


def _period_faults(source: Source, data: dict[str, Any], rules: list[Rule]) -> list[Fault]:
    """Versions of one rule must follow one another without gap or overlap."""
    faults = []
    by_id: dict[str, list[Any]] = {}
    for rule in rules:
        by_id.setdefault(rule.model.id, []).append(rule.model)
    for name, versions in by_id.items():
        where = _where(data, name)
        versions.sort(key=lambda model: model.since or date.min)
        for one, two in pairwise(versions):
            if two.since is None or one.until is None or two.since <= one.until:
                faults.append(source.fault(where, f"规则 {name} 的两个版本时间重叠", "给前一版写 until"))
            elif two.since != one.until + timedelta(days=1):
                faults.append(source.fault(where, f"规则 {name} 的两个版本之间有空档", "让后一版紧接前一版"))
    return faults


def _where(data: dict[str, Any], name: str) -> tuple[str | int, ...]:
    places = [i for i, raw in enumerate(data["rules"]) if isinstance(raw, dict) and raw.get("id") == name]
    return ("rules", places[-1], "id")
