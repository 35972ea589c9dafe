"""Live events in this process: pages subscribe to a topic and are told that something new stands in the database."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Self

Event = dict[str, Any]
MOST_WAITING = 100
LAGGED: Event = {"kind": "lagged"}
"""Told to a subscriber that was too slow: read anew what you show."""


class Hub:
    """Topics and their subscribers. `publish` may be called from any thread."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self) -> None:
        """Deliver in the running event loop from now on."""
        self._loop = asyncio.get_running_loop()

    def publish(self, topic: str, event: Event) -> None:
        """Hand an event to every subscriber of a topic; nobody waits for a slow one."""
        if self._loop is not None and self._queues.get(topic) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, topic, event)

    def _deliver(self, topic: str, event: Event) -> None:
        for queue in self._queues.get(topic, ()):
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(LAGGED)
            else:
                queue.put_nowait(event)

    def subscribe(self, topic: str) -> Subscription:
        """Events of a topic from this call on: `async with hub.subscribe(t) as events: async for event in events`."""
        if self._loop is None:
            self.attach()
        queue: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)
        self._queues[topic].add(queue)
        return Subscription(self, topic, queue)

    def leave(self, topic: str, queue: asyncio.Queue[Event]) -> None:
        """Forget a subscriber."""
        self._queues[topic].discard(queue)
        if not self._queues[topic]:
            del self._queues[topic]


class Subscription:
    """One subscriber: an async iterator that is left with `close`, `async with` or the end of its loop."""

    def __init__(self, hub: Hub, topic: str, queue: asyncio.Queue[Event]) -> None:
        self._hub = hub
        self._topic = topic
        self._queue = queue

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        return await self._queue.get()

    def close(self) -> None:
        """Hear no more."""
        self._hub.leave(self._topic, self._queue)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
