"""What goes wrong under a database: a failing work in a group, a full disk, a killed process, a server gone away."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from bot.storage.opening import open_store
from bot.storage.port import StorageDown, Tx
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore


def put(name: str) -> object:
    return lambda tx: tx.put_meta(name, "x")


async def test_of_a_group_only_the_failing_work_is_taken_back(sqlite_store: SqliteStore) -> None:
    gate = threading.Event()
    held = asyncio.ensure_future(sqlite_store.run(lambda _tx: gate.wait(10)))

    def fail(tx: Tx) -> None:
        tx.put_meta("bad", "x")
        raise ValueError("on purpose")

    works = [sqlite_store.run(fail if number == 3 else put(f"k{number}")) for number in range(8)]  # type: ignore[arg-type]
    waiting = asyncio.gather(*works, return_exceptions=True)
    await asyncio.sleep(0.05)
    gate.set()
    results = await waiting
    await held
    assert [isinstance(result, ValueError) for result in results] == [number == 3 for number in range(8)]
    kept = sqlite_store.run_sync(lambda tx: [tx.meta(f"k{number}") for number in range(8)] + [tx.meta("bad")])
    assert kept == ["x", "x", "x", None, "x", "x", "x", "x", None]


def test_nobody_is_told_before_the_commit(sqlite_store: SqliteStore, tmp_path: Path) -> None:
    sqlite_store.run_sync(lambda tx: tx.put_meta("told", "yes"))
    with sqlite3.connect(f"{tmp_path}/test.sqlite3") as other:
        assert other.execute("SELECT value FROM meta WHERE key = 'told'").fetchall() == [("yes",)]
    other.close()


def test_the_durability_that_is_promised_is_set(sqlite_store: SqliteStore) -> None:
    def read(tx: Tx) -> list[object]:
        return [tx.sql.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]

    assert sqlite_store.run_sync(read) == ["wal", 2]


async def test_a_full_disk_is_told_and_the_next_work_goes_on(sqlite_store: SqliteStore) -> None:
    pages = sqlite_store.run_sync(lambda tx: tx.sql.execute(text("PRAGMA page_count")).scalar())
    sqlite_store.run_sync(lambda tx: tx.sql.execute(text(f"PRAGMA max_page_count = {pages}")).scalar())
    works = [sqlite_store.run(lambda tx, number=number: tx.put_meta(f"k{number}", "x" * 20_000)) for number in range(4)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert all(isinstance(result, StorageDown) for result in results)
    assert "look at the disk" in str(results[0])
    sqlite_store.run_sync(lambda tx: tx.sql.execute(text("PRAGMA max_page_count = 100000")).scalar())
    await sqlite_store.run(put("after"))  # type: ignore[arg-type]
    assert await sqlite_store.run(lambda tx: (tx.meta("after"), tx.meta("k0"))) == ("x", None)


def test_a_closed_store_refuses_work(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/x.sqlite3")
    store.close_sync()
    with pytest.raises(StorageDown):
        store.run_sync(lambda tx: tx.meta("x"))


@pytest.mark.slow
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        from bot.storage.opening import open_store
        store = open_store(sys.argv[1])
        number = 0
        while True:
            store.run_sync(lambda tx: tx.put_meta(f"k{number}", "x"))
            print(number, flush=True)
            number += 1
        """
    )
    address = f"sqlite:///{tmp_path}/killed.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", script, address], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(50)]
        os.kill(writer.pid, signal.SIGKILL)
        told += [int(line) for line in writer.stdout]
    store = open_store(address)
    found = store.run_sync(lambda tx: [tx.meta(f"k{number}") for number in told])
    store.close_sync()
    assert found == ["x"] * len(told)


@pytest.mark.postgres
def test_a_lost_connection_is_replaced(postgres_url: str) -> None:
    store = open_store(postgres_url, size=2)
    assert isinstance(store, PostgresStore)
    store.run_sync(put("before"))  # type: ignore[arg-type]
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert store.run_sync(lambda tx: tx.meta("before")) == "x"
    store.close_sync()


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_told_with_a_remedy() -> None:
    with pytest.raises(StorageDown, match="look at the PostgreSQL server"):
        open_store("postgresql://postgres@127.0.0.1:1/none", size=1)


@pytest.mark.postgres
async def test_events_reach_the_other_workers(postgres_url: str) -> None:
    one, other = open_store(postgres_url, size=2), open_store(postgres_url, size=2)
    heard: list[object] = []
    arrived = threading.Event()
    one.listen(lambda _topic, _event: None)
    other.listen(lambda topic, event: (heard.append((topic, event)), arrived.set()))  # type: ignore[func-returns-value]
    for _ in range(50):
        one.run_sync(lambda tx: tx.publish("desk", {"kind": "x"}))
        if await asyncio.to_thread(arrived.wait, 0.2):
            break
    assert ("desk", {"kind": "x"}) in heard
    await one.close()
    await other.close()


@pytest.mark.postgres
def test_two_workers_never_hold_the_same_thread(postgres_url: str) -> None:
    one, other = open_store(postgres_url, size=4), open_store(postgres_url, size=4)
    thread = one.run_sync(lambda tx: tx.thread_for("web", "web", "c", "p").id)

    def count(tx: Tx) -> None:
        row = tx.thread(thread)
        assert row is not None
        tx.save_state(thread, {"n": row.state.get("n", 0) + 1}, row.active_at)  # type: ignore[arg-type]

    works = [threading.Thread(target=store.run_sync, args=(count,)) for store in (one, other) for _ in range(20)]
    for work in works:
        work.start()
    for work in works:
        work.join()
    row = other.run_sync(lambda tx: tx.thread(thread))
    one.close_sync()
    other.close_sync()
    assert row is not None
    assert row.state == {"n": 40}
