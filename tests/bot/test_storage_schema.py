"""The migrations build exactly the tables the code names, forward and back, and a newer database is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import bot.members.tables  # noqa: F401  (its tables belong to the metadata)
from bot.storage.opening import open_store
from bot.storage.port import Tx
from bot.storage.schema import KNOWN, SchemaTooNew, SchemaTooOld, check, downgrade, step_of, upgrade
from bot.storage.tables import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/fresh.sqlite3"
    found: str = request.getfixturevalue("postgres_url")
    return found


def differences(tx: Tx) -> list[Any]:
    context = MigrationContext.configure(tx.sql, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def test_the_migrations_build_the_tables_of_the_code(address: str) -> None:
    store = open_store(address)
    assert store.run_sync(differences) == []
    assert store.run_sync(lambda tx: step_of(tx.sql)) == KNOWN[-1]
    store.close_sync()


def test_an_upgrade_of_an_upgraded_database_does_nothing(address: str) -> None:
    store = open_store(address)
    assert store.run_sync(upgrade) == (KNOWN[-1], KNOWN[-1])
    store.run_sync(check)
    store.close_sync()


def test_every_step_goes_back_and_forward_again(address: str) -> None:
    store = open_store(address)
    store.run_sync(lambda tx: tx.put_meta("sample", "no"))
    for step in [*reversed(KNOWN[:-1]), "base"]:
        store.run_sync(lambda tx, step=step: downgrade(tx, step))
        if step != "base":
            assert store.run_sync(lambda tx: tx.meta("sample")) == "no"
    assert store.run_sync(lambda tx: inspect(tx.sql).get_table_names()) == ["alembic_version"]
    with pytest.raises(SchemaTooOld, match="db upgrade"):
        store.run_sync(check)
    assert store.run_sync(upgrade) == (None, KNOWN[-1])
    assert store.run_sync(differences) == []
    store.close_sync()


def test_a_database_of_a_newer_version_is_refused_untouched(address: str) -> None:
    store = open_store(address)
    store.run_sync(lambda tx: tx.sql.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close_sync()
    with pytest.raises(SchemaTooNew, match="9999"):
        open_store(address)


def test_an_address_of_another_kind_is_refused() -> None:
    for wrong in ("mysql://u@h/d", "sqlite://", "nonsense"):
        with pytest.raises(ValueError, match="sqlite:///FILE"):
            open_store(wrong)
