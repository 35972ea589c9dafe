"""Reading a YAML file fast, and finding the line of a fault only when there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file, where, and what to do about it."""

    file: str
    line: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        tail = f"。{self.remedy}" if self.remedy else ""
        return f"{self.file}:{self.line}: {self.message}{tail}"


class _Loader(yaml.CSafeLoader):
    """The C loader, refusing a key that stands twice in one mapping."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[str, yaml.Node] = {}
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"键 {key.value} 写了两次", problem_mark=key.start_mark)
        seen[key.value] = key
    return dict(yaml.SafeLoader.construct_mapping(loader, node, deep=True))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(text: str, file: str) -> tuple[Any, list[Fault]]:
    """The value a YAML text holds, or the one fault that keeps it from being read."""
    try:
        return yaml.load(text, Loader=_Loader), []  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = mark.line + 1 if mark else 1
        return None, [Fault(file, line, f"YAML 读不了:{wrong.problem or wrong}", "检查缩进、引号和冒号后的空格")]
    except (yaml.YAMLError, ValueError) as wrong:
        return None, [Fault(file, 1, f"YAML 读不了:{wrong}", "检查文件里的特殊字符和日期")]


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, of the value at a path of keys and positions; of its nearest parent where it is absent."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    line = 1 if node is None else node.start_mark.line + 1
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        value = node.value[step]
        return value.start_mark.line + 1, value
    return None


def file_name(path: Path) -> str:
    """A file as a message names it: relative to where the person stands when that is shorter."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
