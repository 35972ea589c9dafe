"""Reading YAML so that every value remembers the line it stands on."""

from pathlib import Path
from typing import Any

import yaml

from estimator.faults import Fault

Where = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Source:
    """One YAML file: its data, and the line of each place in it."""

    def __init__(self, file: str, data: Any, lines: dict[Where, int]) -> None:
        self.file = file
        self.data = data
        self._lines = lines

    def line(self, where: Where) -> int:
        """The line of a place, or of the nearest place around it."""
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines.get(where, 1)

    def fault(self, where: Where, message: str, remedy: str) -> Fault:
        """A fault at a place of this file."""
        return Fault(self.file, self.line(where), message, remedy)


def read_yaml(path: Path) -> tuple[Source | None, list[Fault]]:
    """Read one file; a key written twice is a fault, and so is text that isn't YAML or isn't UTF-8."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            faults: list[Fault] = []
            lines: dict[Where, int] = {}
            _walk(node, (), lines, faults, file)
            data = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, [Fault(file, line, f"不是正确的YAML:{error.problem}", "检查缩进、冒号和引号")]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        return None, [Fault(file, 1, f"读不了这个文件:{error}", "确认文件存在、是UTF-8编码的YAML")]
    return Source(file, data, lines), faults


def _walk(node: Any, where: Where, lines: dict[Where, int], faults: list[Fault], file: str) -> None:
    if node is None:
        return
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*where, str(key.value))
            line = key.start_mark.line + 1
            if place in lines:
                faults.append(Fault(file, line, f"“{key.value}”写了两遍", "删去一处"))
            lines[place] = line
            _walk(value, place, lines, faults, file)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*where, index), lines, faults, file)
