"""SQLite: one writer thread takes all work in turn and commits it in groups; nobody is told before the commit.

Each work runs in a savepoint, so that a failing one takes back only itself. When the group itself cannot be committed,
or SQLite took the whole group back (a full disk does), each work of it is tried once more alone.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.storage.engine import sqlite_engine
from bot.storage.listeners import Listeners
from bot.storage.port import Heard, StorageDown, Tx
from bot.storage.sql import SqlTx

T = TypeVar("T")
GROUP = 64
"""Most works in one commit."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Tx], Any]
    future: Future[Any] = field(default_factory=Future)
    result: Any = None
    fault: BaseException | None = None
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def settle(self) -> None:
        """Tell the caller; called after the commit."""
        if self.future.cancelled():
            return
        if self.fault is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.fault)


class _GroupLostError(Exception):
    """The whole group was rolled back; every work of it must run again."""


class SqliteStore:
    """`bot.storage.port.Store` on one file."""

    def __init__(self, url: URL) -> None:
        self.engine: Engine = sqlite_engine(url)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._listeners = Listeners()
        self._closed = False
        self._thread = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in the writer thread; returns after its group is committed."""
        return await asyncio.wrap_future(self._submit(work))

    def run_sync(self, work: Callable[[Tx], T]) -> T:
        """The same for callers without an event loop."""
        return self._submit(work).result()

    def _submit(self, work: Callable[[Tx], T]) -> Future[T]:
        if self._closed:
            raise StorageDown("The database was closed.")
        job = _Job(work)
        self._jobs.put(job)
        return job.future

    def tell(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Tell every listener; nobody else works on this file."""
        self._listeners.tell(events)

    def listen(self, heard: Heard) -> None:
        """Have `heard` called for what is published and told."""
        self._listeners.add(heard)

    async def close(self) -> None:
        """Finish what was handed in and let go of the file."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def close_sync(self) -> None:
        """The same for callers without an event loop."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _write(self) -> None:
        while (group := self._next_group()) is not None:
            self._commit(group)
        self.engine.dispose()

    def _next_group(self) -> list[_Job] | None:
        first = self._jobs.get()
        if first is None:
            return None
        group = [first]
        while len(group) < GROUP and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
        return [job for job in group if job.future.set_running_or_notify_cancel()]

    def _commit(self, group: list[_Job]) -> None:
        try:
            self._attempt(group)
        except Exception as fault:  # noqa: BLE001  (any fault of the group goes to its works)
            self._again(group, fault)
        for job in group:
            if job.fault is None:
                self.tell(job.events)
            job.settle()

    def _again(self, group: list[_Job], fault: Exception) -> None:
        if len(group) == 1:
            group[0].fault = group[0].fault or _translate(fault)
            return
        for job in group:
            job.result, job.fault = None, None
            try:
                self._attempt([job])
            except Exception as alone:  # noqa: BLE001  (as above)
                job.fault = job.fault or _translate(alone)

    def _attempt(self, group: list[_Job]) -> None:
        if not group:
            return
        with self.engine.connect() as connection, connection.begin():
            for job in group:
                self._in_savepoint(connection, job)

    def _in_savepoint(self, connection: Connection, job: _Job) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute("SAVEPOINT work")
        try:
            tx = SqlTx(connection)
            job.result = job.work(tx)
            tx.flush()
            job.events = tx.events
        except BaseException as fault:
            job.fault = _translate(fault)
            if not driver.in_transaction:
                raise _GroupLostError from fault
            driver.execute("ROLLBACK TO work")
        driver.execute("RELEASE work")


def _translate(fault: BaseException) -> BaseException:
    """A fault of the disk or the file becomes `StorageDown` with what to look at; others stay."""
    cause: Any = fault.__cause__ if isinstance(fault, _GroupLostError) else fault
    cause = cause.orig if isinstance(cause, DBAPIError) else cause
    if isinstance(cause, sqlite3.OperationalError | sqlite3.DatabaseError) and not isinstance(
        cause, sqlite3.IntegrityError | sqlite3.ProgrammingError
    ):
        down = StorageDown(f"The database cannot be written ({cause}); look at the disk's space and rights.")
        down.__cause__ = fault
        return down
    return fault
