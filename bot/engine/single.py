"""Keeps a job running in exactly one of all workers: asking a platform for news, sealing the audit log, forgetting.

The worker that holds the job's lease does it and prolongs the lease; when it dies, another takes over after `SECONDS`.
A worker that was asleep and does not know that it lost the lease can write nothing: every transaction of the job
begins by looking whether its fence still stands.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from bot.storage.port import Heard, StorageError, Store, Tx

T = TypeVar("T")
SECONDS = 15.0
"""How long a dead worker's job stands still."""
Job = Callable[[Store], Awaitable[None]]
"""Runs until cancelled, on the store it is given: there every transaction looks at the fence first."""
_log = logging.getLogger(__name__)


class LeaseLost(StorageError):
    """Another worker does this job now; what the transaction did is taken back."""


class FencedStore:
    """A store whose transactions fail with `LeaseLost` once another worker has taken the lease."""

    def __init__(self, store: Store, name: str, fence: int) -> None:
        self._store = store
        self._name = name
        self._fence = fence

    def _fenced(self, work: Callable[[Tx], T]) -> Callable[[Tx], T]:
        def checked(tx: Tx) -> T:
            if not tx.holds_lease(self._name, self._fence):
                raise LeaseLost(f"Another worker holds the lease {self._name!r} now.")
            return work(tx)

        return checked

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction, if the lease is still held."""
        return await self._store.run(self._fenced(work))

    def run_sync(self, work: Callable[[Tx], T]) -> T:
        """The same for callers without an event loop."""
        return self._store.run_sync(self._fenced(work))

    def tell(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Tell every listener."""
        self._store.tell(events)

    def listen(self, heard: Heard) -> None:
        """Have `heard` called for what is published and told."""
        self._store.listen(heard)

    async def close(self) -> None:
        """Nothing: the store belongs to others."""


class Single:
    """One job of which only one may run among all workers on a database."""

    def __init__(self, store: Store, name: str, job: Job, *, seconds: float = SECONDS) -> None:
        self._store = store
        self._name = name
        self._job = job
        self._seconds = seconds
        self._holder = secrets.token_hex(8)

    async def run(self) -> None:
        """Wait for the lease, do the job for as long as it is held, and so on until cancelled; then give it back."""
        while True:
            began = time.monotonic()
            fence = await self._take()
            if fence is not None:
                await self._hold(fence, began)
            await asyncio.sleep(self._seconds / 3)

    async def _take(self) -> int | None:
        try:
            return await self._store.run(lambda tx: tx.take_lease(self._name, self._holder, self._seconds))
        except StorageError:
            _log.warning("lease waits for the database", extra={"lease": self._name})
            return None

    async def _hold(self, fence: int, began: float) -> None:
        """The job beside the prolonging of its lease; the first to end ends both."""
        _log.info("lease taken", extra={"lease": self._name, "fence": fence})
        job = asyncio.ensure_future(self._job(FencedStore(self._store, self._name, fence)))
        try:
            await self._prolong(fence, began, job)
        finally:
            job.cancel()
            (end,) = await asyncio.gather(job, return_exceptions=True)
            if isinstance(end, Exception):
                _log.error("job ended", extra={"lease": self._name}, exc_info=end)
            with contextlib.suppress(StorageError):
                await asyncio.shield(self._store.run(lambda tx: tx.drop_lease(self._name, fence)))

    async def _prolong(self, fence: int, began: float, job: asyncio.Future[None]) -> None:
        """Returns when the job has ended, the lease is lost, or nobody knows whether it still stands."""
        until = began + self._seconds
        while not job.done():
            await asyncio.wait({job}, timeout=self._seconds / 3)
            asked = time.monotonic()
            try:
                async with asyncio.timeout(max(0.0, until - asked)):
                    now = await self._take()
            except TimeoutError:
                now = None
            if now == fence:
                until = asked + self._seconds
            elif now is not None or time.monotonic() >= until - self._seconds / 3:
                _log.warning("lease lost", extra={"lease": self._name, "fence": fence})
                return
