"""Opens the store a database address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.engine import parse_url
from bot.storage.schema import upgrade
from bot.storage.sqlite import SqliteStore

if TYPE_CHECKING:
    from bot.storage.postgres import PostgresStore


def open_store(url: str, *, size: int = 8, create: bool = True) -> SqliteStore | PostgresStore:
    """A store on `sqlite:///FILE` or `postgresql://…`, its tables brought up to date unless `create` is False.

    Raises:
        ValueError: the address is neither.
        StorageDown: the database cannot be reached.
        SchemaTooNew: a newer version of the product has worked on it.
    """
    parsed = parse_url(url)
    store: SqliteStore | PostgresStore
    if parsed.get_backend_name() == "sqlite":
        store = SqliteStore(parsed)
    else:
        from bot.storage.postgres import PostgresStore  # noqa: PLC0415  (its driver loads slowly, SQLite needs none)

        store = PostgresStore(parsed, size=size)
    if create:
        try:
            store.run_sync(upgrade)
        except BaseException:
            store.close_sync()
            raise
    return store
