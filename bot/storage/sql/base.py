"""What every topic of the SQL transaction shares: the connection, rows to dataclasses, insert unless there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Executable, Insert, Table

from bot.storage.port import ThreadRow

R = TypeVar("R")


def columns(table: Table, row: type, *, without: Iterable[str] = ()) -> list[Column[Any]]:
    """The columns of a table in the order of the fields of its row."""
    return [table.c[item.name] for item in fields(row) if item.name not in without]


class Upsert:
    """`INSERT … ON CONFLICT`, which both engines write alike but SQLAlchemy builds per engine."""

    def __init__(self, table: Table, key: tuple[str, ...], *, update: tuple[str, ...] = ()) -> None:
        self._table = table
        self._key = key
        self._update = update
        self._by_engine: dict[str, Insert] = {}

    def on(self, connection: Connection) -> Insert:
        """The statement for this connection's engine."""
        name = connection.dialect.name
        if name not in self._by_engine:
            self._by_engine[name] = self._build(name)
        return self._by_engine[name]

    def _build(self, engine: str) -> Insert:
        made: Any = import_module(f"sqlalchemy.dialects.{engine}").insert(self._table)
        if not self._update:
            nothing: Insert = made.on_conflict_do_nothing(index_elements=self._key)
            return nothing
        new = {name: made.excluded[name] for name in self._update}
        put: Insert = made.on_conflict_do_update(index_elements=self._key, set_=new)
        return put


def values(row: object) -> dict[str, Any]:
    """A row as the parameters of a statement (shallow: JSON columns stay what they are)."""
    return {name: getattr(row, name) for name in type(row).__slots__}  # type: ignore[attr-defined]


class SqlBase:
    """The connection of one transaction, and the thread rows it holds locked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[str, ThreadRow] = {}
        self.events: list[tuple[str, dict[str, Any]]] = []

    def publish(self, topic: str, event: dict[str, Any]) -> None:
        """Tell all workers' listeners of an event once this transaction is committed."""
        self.events.append((topic, event))

    def _all(self, row: type[R], query: Executable, params: Mapping[str, Any] | None = None) -> list[R]:
        return [row(*line) for line in self._connection.execute(query, params)]

    def _one(self, row: type[R], query: Executable, params: Mapping[str, Any] | None = None) -> R | None:
        line = self._connection.execute(query, params).first()
        return None if line is None else row(*line)

    def _run(self, statement: Executable, params: Any = None) -> int:
        """Execute; returns how many rows changed."""
        return self._connection.execute(statement, params).rowcount
