"""Live events between workers on one PostgreSQL: sent in batches by NOTIFY, heard on a connection of their own.

An event that is lost (the connection was away) costs a moment, never a message: pages and workers also look by
themselves. NOTIFY runs outside the turns' transactions, because it makes commits wait for each other.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import secrets
import threading
from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import URL

from bot.storage.listeners import Listeners

_log = logging.getLogger(__name__)
_CHANNEL = "yibao"
_MOST_BYTES = 7500  # PostgreSQL takes fewer than 8000
_PAUSE = 0.5
_Events = list[tuple[str, dict[str, Any]]]


class Bus:
    """One thread that listens, one that sends; both come back after the server was away."""

    def __init__(self, url: URL, listeners: Listeners) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._listeners = listeners
        self._me = secrets.token_hex(8)
        self._out: queue.SimpleQueue[_Events | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to listen and send, once."""
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._keep, args=(work,), name=f"bus-{work.__name__}", daemon=True)
                for work in (self._listen, self._send)
            ]
            for thread in self._threads:
                thread.start()

    def send(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Hand events to the sender; returns at once."""
        if events and self._threads:
            self._out.put(list(events))

    def close(self) -> None:
        """End both threads."""
        self._stop.set()
        self._out.put(None)
        for thread in self._threads:
            thread.join()

    def _keep(self, work: Any) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, connect_timeout=5) as connection:
                    work(connection)
            except psycopg.Error as fault:
                _log.warning("live events wait for the database", extra={"fault": type(fault).__name__})
                self._stop.wait(_PAUSE)

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {_CHANNEL}".encode())
        while not self._stop.is_set():
            for note in connection.notifies(timeout=_PAUSE, stop_after=1):
                self._hear(note.payload)

    def _hear(self, payload: str) -> None:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            told = json.loads(payload)
            if told["from"] != self._me:
                self._listeners.tell([(topic, event) for topic, event in told["events"]])

    def _send(self, connection: psycopg.Connection) -> None:
        while (events := self._out.get()) is not None:
            while not self._out.empty() and (more := self._out.get()) is not None:
                events += more
            for payload in _payloads(self._me, events):
                connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, payload))
            if self._stop.is_set():
                break
        connection.execute("SELECT pg_notify(%s, '')", (_CHANNEL,))  # wakes our own listener, which then ends


def _payloads(sender: str, events: _Events) -> list[str]:
    """Events packed into as few notifications as fit."""
    whole = json.dumps({"from": sender, "events": events}, separators=(",", ":"))
    if len(whole) <= _MOST_BYTES or len(events) == 1:
        return [whole] if len(whole) <= _MOST_BYTES else []
    half = len(events) // 2
    return _payloads(sender, events[:half]) + _payloads(sender, events[half:])
