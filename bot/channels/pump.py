"""Keeps the outbox of every channel flowing: woken by what is said, else looking once a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

from bot.channels.port import Channel
from bot.clock import Clock
from bot.engine.outbox import OutboxSender
from bot.storage.port import StorageError, Store

IDLE = 1.0
BREATH = 0.1
"""Seconds between two looks of one sender, however much is said meanwhile."""
LANES = 2
"""Senders a channel: while one waits for a slow platform, the other goes on."""
_log = logging.getLogger(__name__)


class Pump:
    """The senders of this process."""

    def __init__(self, store: Store, channels: Sequence[Channel], clock: Clock) -> None:
        self._store = store
        self._senders = [OutboxSender(store, channel, clock) for channel in channels]
        self._tasks: list[asyncio.Task[None]] = []
        self._bells: list[asyncio.Event] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Begin to send."""
        if not self._senders:
            return
        self._loop = asyncio.get_running_loop()
        self._store.listen(self._heard)
        for sender in self._senders:
            for _ in range(LANES):
                self._bells.append(bell := asyncio.Event())
                self._tasks.append(asyncio.create_task(_send_all(sender, bell), name="outbox"))

    async def stop(self) -> None:
        """End; what was being sent is settled when its lease is over."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _heard(self, topic: str, event: dict[str, Any]) -> None:
        """Called after a commit, from any thread."""
        said = topic == "desk" and event.get("kind") == "message" and event.get("who") != "member"
        if said and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()


async def _send_all(sender: OutboxSender, bell: asyncio.Event) -> None:
    while True:
        try:
            while await sender.run_due():
                pass
        except StorageError:
            _log.exception("outbox waits for the database")
        except Exception:  # noqa: BLE001  (the next round tries again)
            _log.exception("outbox failed")
        await asyncio.sleep(BREATH)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE):
                await bell.wait()
        bell.clear()
