"""The runtime: takes what channels hand in, runs each turn in one transaction, and tells pages and effects after it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.clock import Clock, utc_now
from bot.engine.effects import Effects, EffectWork
from bot.engine.events import Event, Hub, Subscription
from bot.engine.inbound import Inbound, Receipt
from bot.engine.rulebooks import RulebookHolder
from bot.engine.single import Single
from bot.engine.turns import Parts, TurnFailedError, Work
from bot.metrics import Metrics
from bot.storage.port import Conflict, StorageError, Store, Tx

__all__ = ["Inbound", "Receipt", "Runtime"]

T = TypeVar("T")
_log = logging.getLogger(__name__)
_MOST_TRIES = 5
_IDLE_SECONDS = 1.0
_CHORES_SECONDS = 60.0
_GRACE_SECONDS = 10.0
_LANES = 4
Key = tuple[str, str, str]
Chore = Callable[[Tx, datetime], object]
"""Something done in a transaction of its own once a minute: forgetting what has expired."""


class Runtime:
    """One per process. `start` first, `stop` last."""

    def __init__(
        self,
        store: Store,
        rulebooks: RulebookHolder,
        parts: Parts,
        *,
        effects: Mapping[str, EffectWork] | None = None,
        chores: Sequence[Chore] = (),
        clock: Clock = utc_now,
    ) -> None:
        self.store = store
        self.rulebooks = rulebooks
        self.clock = clock
        self._parts = parts
        self._hub = Hub()
        self._effects = Effects(store, effects or {}, self.receive, clock)
        self._chores = chores
        self.metrics = Metrics()
        self._ending = False
        self._wake = asyncio.Event()
        self._jobs: list[asyncio.Task[None]] = []
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        store.listen(self._heard)

    async def start(self) -> None:
        """Finish what a crash left behind, then go on looking for work of others."""
        self._hub.attach()
        self._loop = asyncio.get_running_loop()
        await self.rulebooks.refresh()
        await self.drain()
        self._looking = asyncio.create_task(self._look_after(), name="runtime")
        self._jobs = [self._looking]
        if self._chores:
            chores = Single(self.store, "chores", self._do_chores)
            self._jobs.append(asyncio.create_task(chores.run(), name="chores"))

    async def stop(self) -> None:
        """Finish the turns and effects that run, leave the rest to other workers or the next start."""
        self._ending = True
        self._wake.set()
        if self._looking is not None:
            await asyncio.wait({self._looking}, timeout=_GRACE_SECONDS)
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        self._jobs.clear()

    async def receive(self, inbound: Inbound) -> Receipt:
        """Store one update, run its turn, and return after the commit.

        Raises:
            StorageDown: nothing was stored; the platform must deliver again.
        """
        started = time.perf_counter()
        try:
            receipt = await self._attempt(lambda work: lambda tx: work.receive(tx, inbound))
        except StorageError:
            self.metrics.down()
            raise
        self.metrics.turn(receipt, time.perf_counter() - started)
        _log.info("turn", extra=_told(inbound, receipt, started))
        return receipt

    async def accept(self, inbound: Inbound) -> bool:
        """Only store one update, for a platform that waits; its turn follows. False for a redelivery."""
        return await self._attempt(lambda work: lambda tx: work.accept(tx, inbound))

    async def accept_all(self, inbounds: Sequence[Inbound], beside: Callable[[Tx], object]) -> int:
        """Store several updates in one transaction, with what `beside` writes (a cursor); returns how many are new."""

        def store(work: Work, tx: Tx) -> int:
            beside(tx)
            return sum(work.accept(tx, inbound) for inbound in inbounds)

        return await self._attempt(lambda work: lambda tx: store(work, tx))

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run any other transaction."""
        return await self.store.run(work)

    def subscribe(self, topic: str) -> Subscription:
        """Live events of `thread:<id>` or `desk` from this call on; close it when the page goes."""
        return self._hub.subscribe(topic)

    def publish(self, topic: str, event: Event) -> None:
        """Tell every worker's pages of something that is in no transaction (somebody is typing)."""
        self.store.tell([(topic, event)])

    def _heard(self, topic: str, event: Event) -> None:
        """Called after a commit, from any thread: work wakes the background, the rest is for pages."""
        if topic != "work":
            self._hub.publish(topic, event)
        elif self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def drain(self) -> None:
        """Answer every update whose turn has not happened, several threads at a time, and do the effects due."""
        await asyncio.gather(*(self._catch_up() for _ in range(_LANES)))
        while not self._ending and await self._effects.run_due():
            pass

    async def _catch_up(self) -> None:
        while not self._ending and (done := await self._attempt(lambda work: work.next_pending)) is not None:
            for receipt in done:
                self.metrics.turn(receipt)

    async def _attempt(self, make: Callable[[Work], Callable[[Tx], T]]) -> T:
        """Run the work; a turn that raised is run again as an apology, a lost compare-and-set simply again."""
        rulebook = await self.rulebooks.refresh()
        failed: dict[Key, str] = {}
        conflicts = 0
        while True:
            work = Work(self._parts, rulebook, self.clock(), failed)
            try:
                return await self.store.run(make(work))
            except TurnFailedError as fault:
                _log.error("turn failed", extra={"thread_id": fault.thread_id}, exc_info=fault.fault)
                self.metrics.failed()
                failed[fault.key] = type(fault.fault).__name__
            except Conflict:
                conflicts += 1
                if conflicts == _MOST_TRIES:
                    raise

    async def _look_after(self) -> None:
        while not self._ending:
            await self._quietly(self.drain)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._wake.wait()
            self._wake.clear()  # before the next look: what rings from here on wakes again

    async def _do_chores(self, store: Store) -> None:
        """Every chore once a minute, in one worker among all."""
        while True:
            for chore in self._chores:
                now = self.clock()
                await self._quietly(lambda chore=chore, now=now: store.run(lambda tx: chore(tx, now)))  # type: ignore[misc]
            await asyncio.sleep(_CHORES_SECONDS)

    async def _quietly(self, job: Callable[[], Awaitable[object]]) -> None:
        try:
            await job()
        except StorageError:
            _log.exception("waiting for the database")
        except Exception:  # noqa: BLE001  (the next round tries again)
            _log.exception("background work failed")


def _told(inbound: Inbound, receipt: Receipt, started: float) -> dict[str, object]:
    return {
        "thread_id": receipt.thread_id,
        "channel": inbound.channel,
        "intent": receipt.turn.intent if receipt.turn else ("silent" if receipt.silent else None),
        "duplicate": receipt.duplicate,
        "ms": round(1000 * (time.perf_counter() - started), 1),
    }
