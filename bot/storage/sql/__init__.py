"""One transaction over a SQLAlchemy connection: the same statements for SQLite and PostgreSQL, a module a topic."""

from bot.storage.sql.tx import SqlTx

__all__ = ["SqlTx"]
