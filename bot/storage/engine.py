"""Makes SQLAlchemy engines for a database address: safe settings, JSON kept readable, no values in error messages."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, SingletonThreadPool

SQLITE_SETTINGS = {"journal_mode": "wal", "synchronous": "full", "busy_timeout": "5000", "cache_size": "-8000"}


def dump(value: Any) -> str:
    """JSON as it is stored: Chinese stays legible, no spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parse_url(url: str) -> URL:
    """A database address; `postgresql://` means psycopg 3.

    Raises:
        ValueError: it is neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as fault:
        raise ValueError(
            f"{url!r} is no database address; write sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from fault
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    raise ValueError("The database must be sqlite:///FILE or postgresql://USER@HOST/NAME.")


def sqlite_engine(url: URL) -> Engine:
    """An engine whose transactions begin with `BEGIN IMMEDIATE` and are on the disk when they are committed."""
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=SingletonThreadPool, json_serializer=dump, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's events say when a transaction begins
    for name, value in SQLITE_SETTINGS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def postgres_engine(url: URL, *, size: int) -> Engine:
    """An engine with one connection for each thread of the pool; a dead connection is found before it is used."""
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=False,
        json_serializer=dump,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "yibao"},
    )
