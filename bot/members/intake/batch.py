"""One import from file to tables: staged a few thousand rows at a time, checked, then applied by a single commit.

A batch has a name (the file's fingerprint when none is given). Run again after a crash it goes on where it was; after
it was applied it changes nothing; after it was found bad it reads anew, so that missing members may come first; with a
corrected file under the same name it takes only the rows that were not applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from bot.members import tables as t
from bot.members.intake.applying import apply
from bot.members.intake.bulk import insert_many
from bot.members.intake.checks import check
from bot.members.intake.reading import Headers, Row, fingerprint, read
from bot.members.port import new_number
from bot.storage.port import Store, Tx

CHUNK = 5000


class Intake(Protocol):
    """One kind of file: its headers, its staging table, and how its rows are checked."""

    @property
    def kind(self) -> str:
        """`members`, `movements` or `stays`."""

    @property
    def headers(self) -> Headers:
        """What the columns may be called."""

    @property
    def need(self) -> Sequence[str]:
        """The fields that a file must have."""

    @property
    def table(self) -> Table:
        """The staging table."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns of a staged row, in order."""

    def stage(self, connection: Connection, batch: int, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        """Staged rows from rows of the file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an import ended. `already`: this very file was applied before."""

    name: str
    rows: int
    applied: int
    bad: list[tuple[int, str]]
    already: bool = False


def preview(intake: Intake, path: Path, store: Store, limit: int = 200) -> list[tuple[Any, ...]]:
    """The first rows as they would be staged; nothing is written."""
    rows = list(islice(read(path, intake.headers, intake.need), limit))
    return store.run_sync(lambda tx: intake.stage(tx.sql, 0, rows))


def run(
    store: Store,
    intake: Intake,
    path: Path,
    *,
    name: str | None,
    accept_valid: bool,
    clock: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Stage, check and apply a file. Bad rows stop it, unless `accept_valid` lets the others through.

    Raises:
        BadFile: The file is no table, or lacks a column.
    """
    digest = fingerprint(path)
    name = name or digest[:16]
    batch, after = store.run_sync(lambda tx: _begin(tx, intake, name, digest, clock()))
    if batch is None:
        return Outcome(name, after, 0, [], already=True)
    for rows in _chunks(row for row in read(path, intake.headers, intake.need) if row.line > after):
        store.run_sync(partial(_stage, intake=intake, batch=batch, rows=rows))
        progress(rows[-1].line)
    bad, count = store.run_sync(lambda tx: _check(tx, intake, batch))
    if bad and not accept_valid:
        return Outcome(name, count, 0, bad)
    store.run_sync(lambda tx: _apply(tx, intake, batch, rows=count, bad=len(bad), now=clock()))
    return Outcome(name, count, count - len(bad), bad)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _begin(tx: Tx, intake: Intake, name: str, digest: str, now: datetime) -> tuple[int | None, int]:
    """The batch's number and the last line staged; None and its rows when this file was applied completely."""
    connection, b = tx.sql, t.batches
    found = connection.execute(select(b).where(b.c.kind == intake.kind, b.c.name == name)).mappings().first()
    if found is None:
        id_ = new_number()
        connection.execute(
            insert(b).values(
                id=id_, kind=intake.kind, name=name, file=digest, status="staging", started_at=now, rows=0, bad=0
            )
        )
        return id_, 0
    same = found["file"] == digest
    if same and found["status"] == "applied":
        return None, int(found["rows"])
    if not same or found["status"] == "bad":
        connection.execute(delete(intake.table).where(intake.table.c.batch == found["id"]))
        connection.execute(update(b).where(b.c.id == found["id"]).values(file=digest, status="staging"))
    last = connection.scalar(select(func.max(intake.table.c.line)).where(intake.table.c.batch == found["id"]))
    return int(found["id"]), int(last or 0)


def _stage(tx: Tx, *, intake: Intake, batch: int, rows: Sequence[Row]) -> None:
    connection = tx.sql
    insert_many(connection, intake.table, intake.columns, intake.stage(connection, batch, rows))


def _check(tx: Tx, intake: Intake, batch: int) -> tuple[list[tuple[int, str]], int]:
    connection, table = tx.sql, intake.table
    check(connection, intake.kind, batch)
    wrong = select(table.c.line, table.c.error).where(table.c.batch == batch, table.c.error.is_not(None))
    bad = [(line, problem) for line, problem in connection.execute(wrong.order_by(table.c.line))]
    if bad:
        connection.execute(update(t.batches).where(t.batches.c.id == batch).values(status="bad"))
    count = connection.scalar(select(func.count()).select_from(table).where(table.c.batch == batch))
    return bad, int(count or 0)


def _apply(tx: Tx, intake: Intake, batch: int, *, rows: int, bad: int, now: datetime) -> None:
    connection = tx.sql
    apply(connection, intake.kind, batch)
    connection.execute(delete(intake.table).where(intake.table.c.batch == batch))
    done = update(t.batches).where(t.batches.c.id == batch)
    connection.execute(done.values(status="applied", applied_at=now, rows=rows, bad=bad))
    tx.note_audit("operator", f"import_{intake.kind}", f"batch:{batch}", {"rows": rows, "bad": bad}, now)
