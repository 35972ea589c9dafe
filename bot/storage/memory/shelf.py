"""A dictionary of rows that copies what goes in and out, and remembers how to take every change back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, Generic, TypeVar

R = TypeVar("R")
_ABSENT: Any = object()
Undo = list[Callable[[], None]]


def copied(row: R) -> R:
    """A copy that shares nothing: JSON columns go through JSON, as they do in a database."""
    changes = {
        item.name: json.loads(json.dumps(value))
        for item in fields(row)  # type: ignore[arg-type]
        if isinstance(value := getattr(row, item.name), dict | list)
    }
    return replace(row, **changes)  # type: ignore[type-var]


class Shelf(Generic[R]):
    """Rows by key; `undo` collects the way back."""

    def __init__(self) -> None:
        self._rows: dict[Any, R] = {}
        self.undo: Undo = []

    def get(self, key: Any) -> R | None:
        """A copy of one row."""
        row = self._rows.get(key)
        return None if row is None else copied(row)

    def put(self, key: Any, row: R) -> None:
        """Insert or replace."""
        self._remember(key)
        self._rows[key] = copied(row)

    def drop(self, key: Any) -> None:
        """Delete if there."""
        self._remember(key)
        self._rows.pop(key, None)

    def where(self, test: Callable[[R], bool]) -> Iterator[R]:
        """Copies of the rows that pass, in the order they were inserted."""
        return (copied(row) for row in list(self._rows.values()) if test(row))

    def keys(self, test: Callable[[R], bool]) -> list[Any]:
        """Keys of the rows that pass."""
        return [key for key, row in self._rows.items() if test(row)]

    def _remember(self, key: Any) -> None:
        before = self._rows.get(key, _ABSENT)

        def back() -> None:
            if before is _ABSENT:
                self._rows.pop(key, None)
            else:
                self._rows[key] = before

        self.undo.append(back)
