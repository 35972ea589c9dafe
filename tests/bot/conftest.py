"""Fixtures for the tests of the outside."""

import pytest

from bot.members.tables import metadata
from bot.storage.engine import parse_url
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    """An empty database on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        store = SqliteStore(parse_url(f"sqlite:///{tmp_path}/a.sqlite3"))
    else:
        store = PostgresStore(parse_url(request.getfixturevalue("postgres_url")), size=2)
    metadata.create_all(store.engine)
    yield store
    store.close_sync()
