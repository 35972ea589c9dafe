"""How fast members and a month's credits come in, and how fast a balance is answered from a full ledger.

`bench()` runs at a tenth of a real office (51,000 members) on SQLite; `bench_big(url)` in full, on either engine.
"""

import contextlib
import csv
import os
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url, select

from bot.members import tables as t
from bot.members.intake.batch import run
from bot.members.intake.bulk import insert_many
from bot.members.intake.ledger import MovementsIntake
from bot.members.intake.people import MembersIntake
from bot.members.membership import Membership
from bot.members.port import BindingRow, new_number
from bot.members.sql import SqlPeople
from bot.members.wiring import accounts_port, identity_port
from bot.privacy.idnumber import check_character
from bot.privacy.vault import Vault
from bot.storage.engine import parse_url
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TENTH, FULL = 51_000, 510_000
ROWS_A_MEMBER = 24

GOAL_SECONDS = {"sqlite": 240, "postgresql": 120}
"""For members and a month of a whole office together."""

Line = tuple[str, ...]


def number(index: int) -> str:
    born = date(1950, 1, 1) + timedelta(days=index % 25_000)
    body = f"{888800 + index // 25_000 % 100:06d}{born:%Y%m%d}{index % 1000:03d}"
    return body + check_character(body)


def write_members(path: Path, count: int) -> None:
    with path.open("w", encoding="gbk", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["姓名", "身份证号码", "手机号码", "单位名称", "人员状态", "参保日期"])
        for index in range(count):
            rows.writerow([f"员{index}", number(index), f"199{index:08d}", f"单位{index % 900}", "在职", "2010/7/1"])


def write_credits(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["身份证号", "姓名", "划账日期", "个人缴费划入", "单位缴费划入", "划入合计"])
        for index in range(count):
            rows.writerow([number(index), f"员{index}", "2026-11-08", "90.00", "45.00", "135.00"])


def _timed(store, intake, path, label) -> Line:
    began = time.perf_counter()
    outcome = run(store, intake, path, name=None, accept_valid=False, clock=lambda: NOW)
    seconds = time.perf_counter() - began
    assert not outcome.bad, outcome.bad[:3]
    goal = GOAL_SECONDS[store.engine.dialect.name] * outcome.applied / FULL / 2
    peer = f"{unchecked(path):.1f} s: the same rows unchecked and unlocked into a plain sqlite3 table"
    return (
        f"{label}, {outcome.applied:,} rows",
        f"{seconds:.1f} s ({outcome.applied / seconds:,.0f}/s)",
        f"{goal:.0f} s",
        peer,
    )


def unchecked(path: Path) -> float:
    """How long the bare file takes into a bare table, indexed by its first column."""
    table = path.with_suffix(".plain.sqlite3")
    began = time.perf_counter()
    encoding = "gbk" if path.name.startswith("members") else "utf-8"
    with contextlib.closing(sqlite3.connect(table)) as plain, path.open(encoding=encoding, newline="") as file:
        plain.executescript(
            "PRAGMA journal_mode=wal; PRAGMA synchronous=full; CREATE TABLE t(a PRIMARY KEY,b,c,d,e,f);"
        )
        plain.executemany("INSERT OR REPLACE INTO t VALUES (?,?,?,?,?,?)", csv.reader(file))
        plain.commit()
    return time.perf_counter() - began


def load(store, membership: Membership, folder: Path, count: int) -> Iterator[Line]:
    write_members(folder / "members.csv", count)
    write_credits(folder / "credits.csv", count)
    yield _timed(store, MembersIntake(membership, {"": "henan-employee"}), folder / "members.csv", "import members")
    yield _timed(store, MovementsIntake(membership, "credit"), folder / "credits.csv", "import a month's credits")


def fill_ledger(store, months: int) -> int:
    """Further months of movements for everybody, put in directly; returns how many rows the ledger has."""

    def fill(tx) -> int:
        members = tx.sql.scalars(select(t.members.c.id).order_by(t.members.c.id)).all()
        columns = ("id", "member_id", "day", "kind", "amount", "place", "batch", "row_key")
        first = new_number() - (1 << 45)
        day = date(2026, 10, 8)
        for month in range(months):
            rows = (
                (first + month * (1 << 22) + index, member, day, "credit", 13_500, "", month + 1, str(index))
                for index, member in enumerate(members)
            )
            insert_many(tx.sql, t.movements, columns, rows)
            day = (day.replace(day=1) - timedelta(days=1)).replace(day=8)
        tx.sql.execute(t.accounts.update().values(balance=13_500 * (months + 1)))
        return len(members) * (months + 1)

    return store.run_sync(fill)


def balances(store, membership: Membership, rows: int, count: int = 1000) -> Line:
    members = store.run_sync(lambda tx: tx.sql.scalars(select(t.members.c.id)).all())
    chosen = random.Random(1).sample(members, count)

    def bind(tx) -> list:
        threads = [tx.thread_for("web", "main", f"b{index}", f"b{index}") for index in range(count)]
        people = SqlPeople(tx.sql)
        for thread, member in zip(threads, chosen, strict=True):
            people.put_binding(BindingRow(thread.id, member, NOW, NOW))
        return threads

    threads = store.run_sync(bind)
    times = []
    for thread in threads:

        def turn(tx, thread=thread) -> None:
            identity_port(tx, thread, NOW, membership).member()
            view = accounts_port(tx, thread, NOW, membership, lambda *_: 24_000_000).overview(date(2026, 11, 20))
            assert view is not None

        began = time.perf_counter()
        store.run_sync(turn)
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    shown = " / ".join(f"{times[int(count * part)]:.1f}" for part in (0.5, 0.95, 0.99))
    return f"balance read and committed, {rows:,} ledger rows", f"p50/p95/p99 {shown} ms", "p99 50 ms"


def measure(store, folder: Path, count: int, months: int) -> Iterator[Line]:
    membership = Membership(Vault.open(folder / "keys.json", create=True))
    yield from load(store, membership, folder, count)
    yield balances(store, membership, fill_ledger(store, months))
    yield "peak memory of the import", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def bench() -> Iterator[Line]:
    """A tenth of an office on SQLite."""
    yield from _on_sqlite(TENTH)


def _on_sqlite(count: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = SqliteStore(make_url(f"sqlite:///{folder}/bench.sqlite3"))
        store.run_sync(lambda tx: t.metadata.create_all(tx.sql))
        yield from measure(store, folder, count, ROWS_A_MEMBER - 1)
        store.close_sync()


def bench_big(url: str | None = None) -> Iterator[Line]:
    """A whole office, 510,000 members and 12 million ledger rows, on SQLite or in an empty PostgreSQL database."""
    if url is None:
        yield from _on_sqlite(FULL)
        return
    store = PostgresStore(parse_url(url), size=2)
    t.metadata.create_all(store.engine)
    with tempfile.TemporaryDirectory() as name:
        yield from measure(store, Path(name), FULL, ROWS_A_MEMBER - 1)
    store.close_sync()


if __name__ == "__main__":
    big = bench_big(os.environ.get("YIBAO_BENCH_PG")) if os.environ.get("YIBAO_BENCH_BIG") else bench()
    for row in big:
        print(" | ".join(row), flush=True)
