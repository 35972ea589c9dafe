"""Live connections: woken when something happened, reading what it was from the database, so that nothing is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Self

from aiohttp import WSCloseCode, web

from bot.engine.events import Event, Subscription
from bot.runtime import Runtime
from bot.storage.port import StorageError
from bot.web.site import Site

_log = logging.getLogger(__name__)


async def attend(
    site: Site, socket: web.WebSocketResponse, follow: Coroutine[None, None, None], hear: Coroutine[None, None, None]
) -> None:
    """Keep one connection: send what is new and hear the page, until either ends; then the page connects anew."""
    site.sockets.add(socket)
    following = asyncio.create_task(follow)
    following.add_done_callback(lambda done: _ended(done, socket))
    try:
        await hear
    finally:
        site.sockets.discard(socket)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def _ended(following: asyncio.Task[None], socket: web.WebSocketResponse) -> None:
    """A page that is sent nothing more must not believe itself connected."""
    if following.cancelled():
        return
    fault = following.exception()
    if isinstance(fault, StorageError):
        _log.warning("live connection ended: the database is away")
    elif fault is not None and not isinstance(fault, ConnectionError):
        _log.error("live connection ended", exc_info=fault)
    if not socket.closed:
        _closing.add(task := asyncio.ensure_future(socket.close(code=WSCloseCode.TRY_AGAIN_LATER)))
        task.add_done_callback(_closing.discard)


_closing: set[asyncio.Future[bool]] = set()
"""Closings under way, kept from the garbage collector."""


class Bell:
    """Rings for events of some topics. Use as an async context; `wait()` returns the last event, or None after a while.

    Several rings between two waits are one: the listener reads everything new each time. Events that are not `wanted`
    do not ring.
    """

    def __init__(self, running: Runtime, *topics: str, wanted: Callable[[Event], bool] = lambda _event: True) -> None:
        self._wanted = wanted
        self._running = running
        self._rung = asyncio.Event()
        self._last: Event | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        for topic in topics:
            self.add(topic)

    def add(self, topic: str) -> None:
        """Listen to one more topic, from this call on."""
        if topic not in self._tasks:
            events = self._running.subscribe(topic)
            self._tasks[topic] = asyncio.get_running_loop().create_task(self._listen(events))

    def drop(self, topic: str) -> None:
        """Listen to it no longer."""
        task = self._tasks.pop(topic, None)
        if task:
            task.cancel()

    async def _listen(self, events: Subscription) -> None:
        async with events:
            async for event in events:
                if self._wanted(event):
                    self.ring(event)

    def ring(self, event: Event) -> None:
        """Wake the listener."""
        if self._last is None or self._last.get("kind") != "erased":
            self._last = event
        self._rung.set()

    async def wait(self, timeout: float) -> Event | None:  # noqa: ASYNC109 - also the poll of what other workers wrote
        """The last event since the last wait, or None when there was none for `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._rung.wait()
        except TimeoutError:
            return None
        self._rung.clear()
        event, self._last = self._last, None
        return event

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
