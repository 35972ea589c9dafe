"""Many rows at once: `COPY` on PostgreSQL, one prepared statement on SQLite; many values in one condition."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, String, Table, any_, func, literal, select


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert tuples in the order of `columns`; values are numbers, texts, bytes, days or None."""
    names = ", ".join(f'"{table.c[name].name}"' for name in columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  (names of our own table)
    driver.executemany(statement, (tuple(map(_plain, row)) for row in rows))


def among(connection: Connection, column: Column[str], values: Collection[str]) -> ColumnElement[bool]:
    """`column IN values` with a single parameter, which both engines take much faster than thousands."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(String)))
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
