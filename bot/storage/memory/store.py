"""Transactions in memory: one at a time, taken back change by change when the work fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from bot.clock import utc_now
from bot.storage.listeners import Listeners
from bot.storage.memory.turn import Shelves
from bot.storage.memory.worklist import WorklistRows
from bot.storage.port import Heard, Tx

T = TypeVar("T")


class MemoryTx(WorklistRows):
    """`bot.storage.port.Tx` on plain dictionaries."""

    def erase_thread(self, thread_id: str) -> None:
        """For 退出并清除: state, transcript and secrets of the thread go; open cases are closed as `erased`."""
        thread = self.thread(thread_id)
        if thread is None:
            return
        for case in self.cases(thread_id=thread_id):
            closed = {} if case.closed_at else {"closed_at": utc_now(), "resolution": "erased"}
            self.update_case(replace(case, summary={}, rating_words="", **closed))  # type: ignore[arg-type]
        has = self._has
        for shelf in (has.messages, has.outbox, has.effects, has.work_items):
            for key in shelf.keys(lambda row: row.thread_id == thread_id):
                shelf.drop(key)
        self.drop_secrets(thread_id=thread_id)
        for row in self._has.inbox.where(lambda row: row.thread_id == thread_id):
            key = (row.channel, row.account, row.platform_id)
            if row.done_at is None:
                self._has.inbox.drop(key)
            else:
                self._has.inbox.put(key, replace(row, body={}))
        self.set_owner(thread_id, thread.owner_version, "bot", agent_id=None, case_id=None)
        self._change(thread_id, state={})

    @property
    def sql(self) -> None:
        """There is no database."""
        return


class MemoryStore:
    """`bot.storage.port.Store` in this process; gone when it ends."""

    def __init__(self) -> None:
        self._shelves = Shelves()
        self._lock = threading.RLock()
        self._listeners = Listeners()

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` at once."""
        return self.run_sync(work)

    def run_sync(self, work: Callable[[Tx], T]) -> T:
        """Run `work`; a fault takes every change back."""
        with self._lock:
            undo: list[Callable[[], None]] = []
            for shelf in self._shelves.all():
                shelf.undo = undo
            tx = MemoryTx(self._shelves)
            try:
                result = work(tx)
            except BaseException:
                for back in reversed(undo):
                    back()
                raise
        self.tell(tx.events)
        return result

    def tell(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Tell every listener."""
        self._listeners.tell(events)

    def listen(self, heard: Heard) -> None:
        """Have `heard` called for what is published and told."""
        self._listeners.add(heard)

    async def close(self) -> None:
        """Nothing to let go of."""
