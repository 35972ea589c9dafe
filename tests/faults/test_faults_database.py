"""The database goes away, is full, may only be read, or has no connection left: told as such, nothing half done, and
work goes on by itself when it is back.
"""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from faults_cluster import Cluster
from faults_worker import runtime_on
from sqlalchemy import text

from bot.engine.turns import Work
from bot.runtime import Inbound, Runtime
from bot.storage.opening import open_store
from bot.storage.port import OutboxRow, StorageDown, Store, new_id

NOW = datetime(2016, 11, 20, 1, 30, tzinfo=UTC)


def update(number: int, chat: str = "c1") -> Inbound:
    return Inbound("test", "main", f"u{number}", chat, "p", NOW, text=str(number))


async def said(running: Runtime, chat: str = "c1") -> list[str]:
    def read(tx: object) -> list[str]:
        thread = tx.thread_for("test", "main", chat, "p")  # type: ignore[attr-defined]
        return [line.text for line in tx.messages(thread.id) if line.who == "bot"]  # type: ignore[attr-defined]

    return await running.run(read)


async def test_a_full_disk_refuses_the_message_and_takes_it_later(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/full.sqlite3")
    running = runtime_on(store)
    await running.receive(update(1))

    def limit(pages: int) -> None:
        store.run_sync(lambda tx: tx.sql.execute(text(f"PRAGMA max_page_count = {pages}")).scalar())

    limit(1)
    refused = 0
    for number in range(2, 40):
        try:
            await running.receive(update(number))
        except StorageDown as fault:
            assert "disk" in str(fault)  # noqa: PT017  (how many are refused depends on the file)
            refused += 1
    assert refused > 0
    limit(1_000_000)
    for number in range(2, 40):
        await running.receive(update(number))
    answers = await said(running)
    assert sorted(int(line.partition(":")[2]) for line in answers) == list(range(1, 40))
    assert [int(line.partition(":")[0]) for line in answers] == list(range(1, 40))
    await store.close()


async def test_a_database_that_may_only_be_read_refuses_and_answers_again_later(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/office.sqlite3")
    running = runtime_on(store)
    await running.receive(update(1))
    store.run_sync(lambda tx: tx.sql.execute(text("PRAGMA query_only = 1")))
    with pytest.raises(StorageDown, match="readonly"):
        await running.receive(update(2))
    await store.close()
    store = open_store(f"sqlite:///{tmp_path}/office.sqlite3")
    running = runtime_on(store)
    assert await said(running) == ["1:1"]
    await running.receive(update(2))
    assert await said(running) == ["1:1", "2:2"]
    await store.close()


@pytest.mark.postgres
@pytest.mark.slow
async def test_a_server_in_recovery_mode_refuses_and_answers_again_later(server: Cluster) -> None:
    store = open_store(server.url, size=2)
    running = runtime_on(store)
    await running.receive(update(1))
    _set_read_only(server, "on")
    store.engine.dispose()
    with pytest.raises(StorageDown, match="ReadOnlySqlTransaction"):
        await running.receive(update(2))
    _set_read_only(server, "off")
    store.engine.dispose()
    await running.receive(update(2))
    assert await said(running) == ["1:1", "2:2"]
    await store.close()


def _set_read_only(server: Cluster, value: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute("SET default_transaction_read_only = off")
        admin.execute(f"ALTER DATABASE postgres SET default_transaction_read_only = {value}".encode())


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_a_server_that_goes_and_comes_back_costs_only_the_time(server: Cluster, how: str) -> None:
    store = open_store(server.url, size=4)
    running = runtime_on(store)
    await running.start()
    await running.receive(update(1))
    await running.accept(update(2))
    await asyncio.to_thread(server.stop, how)
    with pytest.raises(StorageDown, match="PostgreSQL server"):
        await running.receive(update(3))
    await asyncio.to_thread(server.start)
    await running.receive(update(3))
    assert await said(running) == ["1:1", "2:2", "3:3"]
    await running.accept(update(4, "c2"))
    async with asyncio.timeout(10):
        while await said(running, "c2") != ["1:4"]:  # noqa: ASYNC110  (no bell rings here)
            await asyncio.sleep(0.05)
    await running.stop()
    await store.close()


@pytest.mark.postgres
@pytest.mark.slow
async def test_without_a_free_connection_the_message_is_refused_and_taken_later(server: Cluster) -> None:
    store = open_store(server.url, size=4)
    running = runtime_on(store)
    await running.receive(update(1))
    store.engine.dispose()
    taken: list[psycopg.Connection] = []
    with pytest.raises(psycopg.OperationalError):  # noqa: PT012  (until none is left)
        while len(taken) < 200:
            taken.append(psycopg.connect(server.url))
    with pytest.raises(StorageDown, match="PostgreSQL server"):
        await running.receive(update(2))
    for one in taken:
        one.close()
    async with asyncio.timeout(10):
        while not await _taken(running, 2):  # noqa: ASYNC110  (no bell rings here)
            await asyncio.sleep(0.05)
    assert await said(running) == ["1:1", "2:2"]
    await store.close()


async def _taken(running: Runtime, number: int) -> bool:
    try:
        await running.receive(update(number))
    except StorageDown:
        return False
    return True


async def test_a_clock_that_jumps_moves_no_order_and_loses_nothing(store: Store) -> None:
    jumps = [timedelta(0), timedelta(days=400), timedelta(days=-400), timedelta(hours=1), timedelta(days=-9000)]
    running = runtime_on(store)
    for number in range(1, 41):
        running.clock = lambda number=number: NOW + jumps[number % len(jumps)]  # type: ignore[misc]
        if number % 4:
            await running.receive(update(number))
        else:
            await running.accept(update(number))
    await running.drain()
    assert await said(running) == [f"{number}:{number}" for number in range(1, 41)]


def test_a_sender_whose_clock_runs_ahead_changes_nothing_that_was_sent(store: Store) -> None:
    thread = store.run_sync(lambda tx: tx.thread_for("test", "main", "c1", "p").id)
    row = OutboxRow(new_id(), thread, new_id(), "test", "main", {}, next_at=NOW)
    store.run_sync(lambda tx: tx.add_outbox(row))
    (mine,) = store.run_sync(lambda tx: tx.due_outbox("test", "main", NOW, 5))
    (stolen,) = store.run_sync(lambda tx: tx.stale_outbox("test", "main", NOW + timedelta(hours=1)))
    stolen.status = "unknown"
    store.run_sync(lambda tx: tx.update_outbox(stolen))
    mine.status = "sent"
    store.run_sync(lambda tx: tx.update_outbox(mine))
    assert [one.status for one in store.run_sync(lambda tx: tx.outbox())] == ["sent"]
    assert store.run_sync(lambda tx: tx.due_outbox("test", "main", NOW + timedelta(days=1), 5)) == []


@pytest.mark.postgres
def test_a_lease_is_taken_by_the_clock_of_the_server(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(postgres_url, size=2)
    assert store.run_sync(lambda tx: tx.take_lease("poll", "a", 60)) == 1
    monkeypatch.setattr("bot.storage.sql.leases.utc_now", lambda: datetime.now(UTC) + timedelta(days=1))
    assert store.run_sync(lambda tx: tx.take_lease("poll", "b", 60)) is None
    store.close_sync()


@pytest.mark.postgres
def test_an_update_that_waited_for_the_lock_sees_what_came_before_it(postgres_url: str) -> None:
    """The second takes its place behind an update that was stored while it waited for the thread."""
    one, other = open_store(postgres_url, size=2), open_store(postgres_url, size=2)
    first, second = runtime_on(one), runtime_on(other)
    asyncio.run(second.receive(update(1)))
    held, go = threading.Event(), threading.Event()

    def slow(tx: object) -> None:
        tx.thread_for("test", "main", "c1", "p")  # type: ignore[attr-defined]
        held.set()
        go.wait(10)

    async def both() -> None:
        storing = asyncio.ensure_future(one.run(lambda tx: (slow(tx), _accept(first, tx))))
        await asyncio.to_thread(held.wait, 10)
        waiting = asyncio.ensure_future(second.receive(update(3)))
        await asyncio.sleep(0.3)
        go.set()
        await asyncio.gather(storing, waiting)

    asyncio.run(both())
    assert asyncio.run(said(second)) == ["1:1", "2:2", "3:3"]
    one.close_sync()
    other.close_sync()


def _accept(running: Runtime, tx: object) -> None:
    Work(running._parts, object(), NOW, {}).accept(tx, update(2))  # type: ignore[arg-type]
