"""Brings a database to the tables this version of the product needs, and refuses one that is newer.

Errors: `SchemaError` (a `StorageError`)
    ├── `SchemaTooNew`   a newer version of the product has worked on it
    └── `SchemaTooOld`   `yibao db upgrade` has not been run
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.storage.port import StorageError, Tx

MIGRATIONS = Path(__file__).parents[1] / "migrations"
KNOWN = sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
"""The steps this version knows, oldest first; a step's file begins with its id."""
_LOCK = 7_104_215


class SchemaError(StorageError):
    """The tables are not those of this version."""


class SchemaTooNew(SchemaError):
    """The database was written by a newer version."""


class SchemaTooOld(SchemaError):
    """The database needs `yibao db upgrade`."""


def step_of(connection: Connection) -> str | None:
    """The step a database stands at; None for an empty one.

    Raises:
        SchemaTooNew: it is a step this version does not know.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    step: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if step is not None and step not in KNOWN:
        raise SchemaTooNew(
            f"这个数据库由更新的版本建立(步骤 {step},本程序只到 {KNOWN[-1]}),请升级程序后再启动;数据没有改动。"
        )
    return step


def upgrade(tx: Tx) -> tuple[str | None, str]:
    """Run every step that is missing, in the transaction of `tx`; returns the step before and after.

    Raises:
        SchemaTooNew: the database was written by a newer version.
    """
    connection: Connection = tx.sql
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    before = step_of(connection)
    if before != KNOWN[-1]:
        _move(connection, "upgrade", KNOWN[-1])
    return before, KNOWN[-1]


def downgrade(tx: Tx, step: str) -> None:
    """Go back to an earlier step; what only later steps hold is lost."""
    _move(tx.sql, "downgrade", step)


def check(tx: Tx) -> None:
    """See that the database is at the step of this version.

    Raises:
        SchemaTooNew: it is newer.
        SchemaTooOld: it is older or empty.
    """
    if step_of(tx.sql) != KNOWN[-1]:
        raise SchemaTooOld("数据库的表不是本版本的,请先运行 yibao db upgrade。")


def _move(connection: Connection, way: str, step: str) -> None:
    from alembic import command  # noqa: PLC0415  (takes a tenth of a second, needed once in a version)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    getattr(command, way)(config, step)
