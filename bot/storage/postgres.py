"""PostgreSQL: work runs in a pool of threads, each with its connection; any number of processes share the tables.

A thread row is locked by the work that reads it, so that its messages keep their order whichever worker runs them. What
failed before the commit (a deadlock, a lost connection) is run again; a connection lost at the commit is told as
`StorageDown`, since nobody knows: a turn is safe to deliver again, its inbox row tells.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from psycopg import errors
from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.storage.bus import Bus
from bot.storage.engine import postgres_engine
from bot.storage.listeners import Listeners
from bot.storage.port import Heard, StorageDown, Tx
from bot.storage.sql import SqlTx

T = TypeVar("T")
_MOST_TRIES = 6
_FIRST_PAUSE = 0.05


class PostgresStore:
    """`bot.storage.port.Store` on a PostgreSQL server."""

    def __init__(self, url: URL, *, size: int = 8) -> None:
        self.engine: Engine = postgres_engine(url, size=size)
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="postgres")
        self._listeners = Listeners()
        self._bus = Bus(url, self._listeners)

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a thread of the pool; returns after the commit."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.run_sync, work)

    def run_sync(self, work: Callable[[Tx], T]) -> T:
        """The same for callers without an event loop."""
        for attempt in range(_MOST_TRIES):
            try:
                return self._once(work)
            except (OperationalError, PoolTimeout) as fault:
                if attempt == _MOST_TRIES - 1 or not _may_repeat(fault):
                    raise _down(fault) from fault
                time.sleep(_FIRST_PAUSE * 2**attempt)
            except DBAPIError as fault:
                if fault.connection_invalidated or isinstance(fault.orig, errors.ReadOnlySqlTransaction):
                    raise _down(fault) from fault
                raise
        raise AssertionError

    def _once(self, work: Callable[[Tx], T]) -> T:
        with self.engine.connect() as connection:
            tx = SqlTx(connection)
            with connection.begin() as transaction:
                result = work(tx)
                tx.flush()
                try:
                    transaction.commit()
                except DBAPIError as fault:
                    raise _down(fault) from fault
        self.tell(tx.events)
        return result

    def tell(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Tell the listeners here at once, and the other workers by NOTIFY."""
        self._listeners.tell(events)
        self._bus.send(events)

    def listen(self, heard: Heard) -> None:
        """Have `heard` called for what this and other workers publish and tell."""
        self._listeners.add(heard)
        self._bus.start()

    async def close(self) -> None:
        """Finish what runs and let go of the server."""
        await asyncio.to_thread(self.close_sync)

    def close_sync(self) -> None:
        """The same for callers without an event loop."""
        self._pool.shutdown(wait=True)
        self._bus.close()
        self.engine.dispose()


def _may_repeat(fault: OperationalError | PoolTimeout) -> bool:
    """Whether the work is known not to have been committed and another try makes sense."""
    if isinstance(fault, PoolTimeout):
        return False
    passing = (errors.DeadlockDetected, errors.SerializationFailure, errors.AdminShutdown, errors.CannotConnectNow)
    if isinstance(fault.orig, passing):
        return True
    full = (errors.DiskFull, errors.TooManyConnections)
    return not isinstance(fault.orig, full)


def _down(fault: Exception) -> StorageDown:
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    said = type(cause).__name__
    return StorageDown(f"The database cannot be reached or written ({said}); look at the PostgreSQL server.")
