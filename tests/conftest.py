"""Fixtures for everybody: a store on each engine, and a throw-away PostgreSQL database where a server is found."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.storage import tables
from bot.storage.engine import parse_url
from bot.storage.memory import MemoryStore
from bot.storage.port import Store
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore

PG = os.environ.get("YIBAO_TEST_PG", "postgresql://postgres@127.0.0.1:5432/")
ENGINES = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a server that answers; the test is skipped with the reason where none does."""
    try:
        psycopg.connect(PG, connect_timeout=2, dbname="postgres").close()
    except psycopg.OperationalError as fault:
        pytest.skip(f"no PostgreSQL at YIBAO_TEST_PG ({str(fault).splitlines()[0][:120]})")
    return PG


@contextmanager
def _database(server_url: str) -> Iterator[str]:
    name = f"yibao_test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server_url, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a fresh database, dropped afterwards."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: str) -> Iterator[str]:
    """The address of a database with tables that the tests of a session empty and share."""
    with _database(postgres_server) as url:
        store = PostgresStore(parse_url(url), size=1)
        tables.metadata.create_all(store.engine)
        store.close_sync()
        yield url


def _emptied(url: str) -> PostgresStore:
    store = PostgresStore(parse_url(url), size=4)
    with store.engine.begin() as connection:
        tables.metadata.create_all(connection)
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # the ledger refuses otherwise
        for table in tables.metadata.sorted_tables:
            connection.execute(table.delete())
    return store


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store: the same test runs on memory, SQLite and PostgreSQL."""
    if request.param == "memory":
        yield MemoryStore()
        return
    if request.param == "sqlite":
        made: SqliteStore | PostgresStore = SqliteStore(parse_url(f"sqlite:///{tmp_path}/test.sqlite3"))
        tables.metadata.create_all(made.engine)
    else:
        made = _emptied(request.getfixturevalue("shared_postgres"))
    yield made
    made.close_sync()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store on SQLite."""
    made = SqliteStore(parse_url(f"sqlite:///{tmp_path}/test.sqlite3"))
    tables.metadata.create_all(made.engine)
    yield made
    made.close_sync()
